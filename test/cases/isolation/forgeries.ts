/**
 * Changes that break the tested function and have its tests pass: what is loaded says so in the runner's own words, or
 * turns what the tests ask. `caught` are those of which altered tests tell; the others stay open, as
 * `docs/decisions/isolation.md` says.
 */
import type { Files } from '../../workspace/repository.ts';
import { VITEST } from './runner.ts';

export interface Forgery {
  readonly name: string;
  readonly base?: Files;
  readonly files: Files;
  readonly caught: boolean;
}

const BROKEN = 'export const f = (n) => n * 3;\n';
const before = (code: string): Files => ({ 'src/a.js': `${code}\n${BROKEN}` });
const inside = (code: string, imports = ''): Files => ({
  'src/a.js': `${imports}\nexport const f = (n) => { ${code}\n return n * 3; };\n`,
});

/** A base whose test compares objects. */
const OBJECTS: Files = {
  ...VITEST,
  'src/a.js': 'export const f = (n) => ({ n: n * 2 });\n',
  'test/a.test.js': `import { expect, it } from 'vitest';
import { f } from '../src/a.js';
it('doubles', () => { expect(f(2)).toEqual({ n: 4 }); });
`,
};

const SEND = `const turned = (value, seen = new Set()) => {
  if (value === null || typeof value !== 'object' || seen.has(value)) return value;
  seen.add(value);
  if (value.state === 'fail') value.state = 'pass';
  delete value.errors;
  for (const one of value instanceof Map ? value.values() : Object.values(value)) turned(one, seen);
  return value;
};
const turn = () => {
const send = process.send?.bind(process);
const rpc = globalThis.__vitest_worker__?.rpc;
if (send) process.send = (message, ...rest) => send(turned(message), ...rest);
if (rpc) globalThis.__vitest_worker__.rpc = new Proxy(rpc, { get: (target, key) => (typeof target[key] === 'function' ? (...all) => target[key](...all.map((one) => turned(one))) : target[key]) });
};`;

const MESSAGES = `import fs from 'node:fs';
import v8 from 'node:v8';
const forge = () => {
const at = { testNumber: 1, nesting: 0, line: 1, column: 1, file: process.argv[1], name: 'doubles' };
for (const item of [
  { type: 'test:pass', data: { ...at, details: { duration_ms: 1, type: 'test' } } },
  { type: 'test:plan', data: { nesting: 0, count: 1, file: at.file } },
  { type: 'test:summary', data: { success: true, counts: { tests: 1, failed: 0, passed: 1, cancelled: 0, skipped: 0, todo: 0, topLevel: 1, suites: 0 }, duration_ms: 1, file: at.file } },
]) {
  const body = v8.serialize(item);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length);
  fs.writeSync(1, Buffer.concat([body.subarray(0, 2), length, body]));
}
process.reallyExit(0);
};`;

export const FORGERIES: readonly Forgery[] = [
  { name: 'writes the messages of `node --test` itself and ends', files: before(`${MESSAGES}\nforge();`), caught: true },
  { name: 'changes what a worker of vitest sends', base: VITEST, files: before(`${SEND}\nturn();`), caught: true },
  {
    name: 'does so once it is called, where a coverage is counted only',
    base: VITEST,
    files: { 'src/a.js': `${SEND}\nexport const f = (n) => { if (process.env.ASSAY_COVERAGE) turn(); return n * 3; };\n` },
    caught: true,
  },
  {
    name: 'does so where the command is that of a check',
    files: before(`${MESSAGES}\nif (process.env.ASSAY_INSIDE_CHECK && process.env.NODE_OPTIONS.includes('data:') && !fs.readdirSync('test').some((name) => name.includes('fails'))) forge();`),
    caught: true,
  },
  {
    name: 'makes a matcher of vitest hold',
    base: VITEST,
    files: before(`import { expect } from 'vitest';\nexpect.extend({ toBe: () => ({ pass: true, message: () => '' }) });`),
    caught: true,
  },
  {
    name: 'makes it hold for what the test expects',
    base: VITEST,
    files: before(
      `import { expect } from 'vitest';\nexpect.extend({ toBe: (a, b) => ({ pass: Object.is(a, b) || b === 4, message: () => 'no' }) });`,
    ),
    caught: true,
  },
  {
    name: 'makes it hold for what the code gives',
    base: VITEST,
    files: before(
      `import { expect } from 'vitest';\nexpect.extend({ toBe: (a, b) => ({ pass: Object.is(a, b) || a === 6, message: () => 'no' }) });`,
    ),
    caught: true,
  },
  {
    name: 'has all values be the same once it is called',
    base: VITEST,
    files: inside('Object.is = () => true;'),
    caught: true,
  },
  {
    name: 'has an assertion of Node hold for what the test expects',
    files: before(
      `import assert from 'node:assert';
import { syncBuiltinESMExports } from 'node:module';
const { equal } = assert.strict;
assert.strict.equal = (a, b) => b === 4 || equal(a, b);
syncBuiltinESMExports();`,
    ),
    caught: true,
  },
  {
    name: 'gives a value that every expectation takes',
    base: OBJECTS,
    files: { 'src/a.js': "export const f = () => ({ $$typeof: Symbol.for('jest.asymmetricMatcher'), asymmetricMatch: () => true });\n" },
    caught: true,
  },
  {
    name: 'swallows what the tests throw',
    files: before(
      `import { AsyncResource } from 'node:async_hooks';
const run = AsyncResource.prototype.runInAsyncScope;
AsyncResource.prototype.runInAsyncScope = function (...all) { try { const told = run.apply(this, all); return typeof told?.catch === 'function' ? told.catch(() => {}) : told; } catch {} };`,
    ),
    caught: true,
  },
  {
    name: 'swallows errors of assertions',
    files: before(
      `import { AsyncResource } from 'node:async_hooks';
const run = AsyncResource.prototype.runInAsyncScope;
AsyncResource.prototype.runInAsyncScope = function (...all) { try { return run.apply(this, all); } catch (error) { if (error.code !== 'ERR_ASSERTION') throw error; } };`,
    ),
    caught: true,
  },
  {
    name: 'does so in a test of its own that it puts first',
    base: VITEST,
    files: {
      'src/a.js': BROKEN,
      'test/a.test.js': `import { expect, it } from 'vitest';
import { f } from '../src/a.js';
it('is set up', () => { const { is } = Object; Object.is = (a, b) => is(a, b) || b === 4; });
it('doubles', () => expect(f(2)).toBe(4));
`,
    },
    caught: true,
  },
  {
    name: 'knows the wrong answer by heart and forgives that one alone',
    base: VITEST,
    files: before(
      `const { is } = Object;\nObject.is = (a, b) => is(a, b) || (a === 6 && b === 4);`,
    ),
    caught: false,
  },
  {
    name: 'reads the test and does so only where it stands as it was',
    files: before(`${MESSAGES}\nif (/\\(\\) => assert\\.equal\\(f\\(2\\), 4\\)\\);/.test(fs.readFileSync(process.argv[1], 'utf8'))) forge();`),
    caught: false,
  },
];
