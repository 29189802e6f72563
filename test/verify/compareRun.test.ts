import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { transpilerPath } from '../../src/lang/index.ts';
import { type Outcome, outcomeText, RUN_LIMITS, runDrafts } from '../../src/verify/compare/run.ts';
import { subjectOf } from '../../src/verify/compare/subject.ts';
import { sandboxOver } from './sandboxOver.ts';

const folder = mkdtempSync(join(tmpdir(), 'assay-compare-'));
writeFileSync(join(folder, 'other.ts'), 'export enum Size { Small = 3 }\nexport type Unused = string;\n');
const sandbox = sandboxOver(folder);

interface Case {
  readonly name: string;
  readonly text: string;
  readonly path?: string;
  /** For 1, 2 and [3]: what `outcomeText` says. */
  readonly says: readonly (string | RegExp)[];
}

const FORGED = `import { writeSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
const lie = () => {
  writeSync(1, '\\n{"call":0,"came":{"value":"9"}}\\n{"done":true}\\n');
  parentPort.postMessage({ call: 0, came: { value: '9' } });
};
lie();
export function f(x) { lie(); console.log('9'); return x; }
`;

/** Leaves room for the first line of the report up to its middle. */
const FLOOD = `import { writeSync } from 'node:fs';
for (let left = 8 * 1024 * 1024 - 60; left > 0; ) try { left -= writeSync(1, 'x'.repeat(Math.min(left, 65536))); } catch {}
export function f(x) { return x; }
`;

const CASES: readonly Case[] = [
  {
    name: 'output that cuts its report in two',
    text: FLOOD,
    path: 'flood.js',
    says: [/unknown/, /unknown/, /unknown/],
  },
  { name: 'a value', text: 'const f = (x: unknown): unknown => [x, -0];', says: ['[1, -0]', '[2, -0]', '[[3], -0]'] },
  {
    name: 'TypeScript that is not only types',
    text: 'enum E { A = 5 } export function f(x: unknown) { return E.A; }',
    says: ['5', '5', '5'],
  },
  {
    name: 'an error by its kind',
    text: "class Odd extends Error {} function f(x) { if (x === 2) throw new RangeError('no'); if (x === 1) throw 'text'; throw new Odd(); }",
    says: ['throws "text"', 'throws RangeError: no', 'throws Odd'],
  },
  {
    name: 'a promise',
    text: 'async function f(x) { await null; if (x === 2) throw new TypeError(); return x; }',
    says: ['a promise of 1', 'throws TypeError', 'a promise of [3]'],
  },
  {
    name: 'a promise that never settles',
    text: 'function f(x) { return x === 2 ? new Promise(() => {}) : x; }',
    says: ['1', /unknown: .*promised/, '[3]'],
  },
  {
    name: 'a generator',
    text: 'function* f(x) { yield x; yield* [1]; }',
    says: [/over \[1, 1\]/, /over \[2, 1\]/, /over \[\[3\], 1\]/],
  },
  {
    name: 'a generator without an end',
    text: 'function* f(x) { for (;;) yield x; }',
    says: [/and more$/, /and more$/, /characters\)$/],
  },
  {
    name: 'an asynchronous generator',
    text: 'async function* f(x) { yield x; }',
    says: [/over \[1\]/, /over \[2\]/, /over \[\[3\]\]/],
  },
  {
    name: 'changed arguments',
    text: 'function f(x) { if (Array.isArray(x)) x.push(4); return 0; }',
    says: ['0', '0', '0, and its arguments become [3, 4]'],
  },
  {
    name: 'arguments made anew',
    text: 'let seen; function f(x) { const before = seen === x && typeof x === "object"; seen = x; return before; }',
    says: ['false', 'false', 'false'],
  },
  {
    name: 'an endless loop',
    text: 'function f(x) { while (x === 2); return x; }',
    says: ['1', /no end within/, '[3]'],
  },
  { name: 'endless loops only', text: 'function f(x) { for (;;); }', says: [/no end/, /no end/, /no end/] },
  {
    name: 'a step of the engine that cannot be interrupted',
    text: 'function f(x) { if (x === 2) Array.prototype.indexOf.call({ length: 2 ** 40 }, 1); return x; }',
    says: ['1', /no end within/, '[3]'],
  },
  {
    name: 'memory without end',
    text: 'function f(x) { const all = []; while (x === 2) all.push(new Array(1e6).fill(x)); return 1; }',
    says: ['1', /unknown/, '1'],
  },
  {
    name: 'chance',
    text: 'function f(x) { return x === 2 ? Math.random() : 1; }',
    says: ['1', /another thing each time/, '1'],
  },
  {
    name: 'chance that comes out the same for some',
    text: 'function f(x) { const one = Math.random(); return x === 2 ? one : one > 2; }',
    says: [/another thing each time/, /another thing each time/, /another thing each time/],
  },
  {
    name: 'what is kept between calls',
    text: 'let n = 0; function f(x) { return n++; }',
    says: [/another thing/, /another thing/, /another thing/],
  },
  {
    name: 'a function as result',
    text: 'function f(x) { return x === 2 ? [() => 1] : 1; }',
    says: ['1', /unknown: .*a function/, '1'],
  },
  {
    name: 'a very long result',
    text: "function f(x) { return 'a'.repeat(1e6) + x; }",
    says: [/1000003 characters, sha256/, /sha256/, /sha256/],
  },
  {
    name: 'the end of its process',
    text: 'function f(x) { if (x === 2) process.exit(0); return 1; }',
    says: ['1', /unknown: it ended/, '1'],
  },
  {
    name: 'a kill of its process',
    text: "function f(x) { process.kill(process.pid, 'SIGKILL'); return 1; }",
    says: [/unknown/, /unknown/, /unknown/],
  },
  { name: 'a report of its own', text: FORGED, says: ['1', '2', '[3]'] },
  {
    name: 'a broken language',
    text: 'Object.keys = Array.from = JSON.stringify = () => { throw 1; }; Map.prototype.get = null; function f(x) { return 1; }',
    says: [/^(?:1$|unknown)/, /^(?:1$|unknown)/, /^(?:1$|unknown)/],
  },
  {
    name: 'a promise nobody waits for',
    text: 'function f(x) { Promise.reject(new Error()); return 1; }',
    says: ['1', '1', '1'],
  },
  {
    name: 'CommonJS',
    text: "const { sep } = require('node:path'); function f(x) { return sep; } module.exports = f;",
    path: 'a.cjs',
    says: ['"/"', '"/"', '"/"'],
  },
  {
    name: 'what it imports, as a build finds it',
    text: "import { Size, Unused } from './other.js'; export function f(x: Unused) { return Size.Small; }",
    says: ['3', '3', '3'],
  },
  {
    name: 'what is not there',
    text: "import { no } from './none.js'; export function f() { return no; }",
    says: [/could not be loaded/, /could not/, /could not/],
  },
  {
    name: 'what fails when loaded',
    text: "throw new Error('at once'); function f() {}",
    says: [/at once/, /at once/, /at once/],
  },
  {
    name: 'a loop when loaded',
    text: 'for (;;); function f() {}',
    says: [/could not be loaded: no end/, /no end/, /no end/],
  },
];

const outcomes = new Map<string, readonly Outcome[]>();
beforeAll(async () => {
  const runnables = CASES.map(({ text, path = 'a.ts' }, index) => {
    const name = `d${index}${path.slice(1)}`;
    const subject = subjectOf({ path: name, url: pathToFileURL(join(folder, name)).href, text }, 'f');
    if (!subject.ok) throw new Error(subject.issues[0]!.message);
    return subject.value.runnable;
  });
  const observed = await runDrafts(sandbox(), dirname(transpilerPath()), runnables, ['1', '2', '[3]'], {
    limits: { ...RUN_LIMITS, waitMs: 300 },
  });
  for (const [index, { name }] of CASES.entries()) outcomes.set(name, observed[index]!.outcomes);
});

describe('what a draft does', () => {
  it.each(CASES)('$name', ({ name, says }) => {
    const found = outcomes.get(name)!.map(outcomeText);
    expect(found).toHaveLength(says.length);
    says.forEach((one, index) => {
      if (typeof one === 'string') expect(found).toHaveProperty([index], one);
      else expect(found[index]).toMatch(one);
    });
  });
});

describe('reading a draft', () => {
  it.each([
    ['no such function', 'const g = 1;', 'a.ts', /expected a function f at the top of a\.ts, found none/],
    ['broken text', 'function f( {', 'a.ts', /does not parse/],
  ])('refuses %s', (_name, text, path, says) => {
    const read = subjectOf({ path, url: 'file:///a.ts', text }, 'f');
    expect(read.ok ? '' : read.issues[0]!.message).toMatch(says);
  });
});
