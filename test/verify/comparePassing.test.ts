import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { transpilerPath } from '../../src/lang/index.ts';
import { type Outcome, outcomeText, runDrafts } from '../../src/verify/compare/run.ts';
import { subjectOf } from '../../src/verify/compare/subject.ts';
import { sandboxOver } from './sandboxOver.ts';

const folder = mkdtempSync(join(tmpdir(), 'assay-passing-'));
const sandbox = sandboxOver(folder, { writes: true });

/** `once()` is true the first time that it is called, in whatever process. */
const HEAD = `import { mkdirSync } from 'node:fs';
const burn = (ms) => {
  const from = process.cpuUsage();
  for (;;) { const { user, system } = process.cpuUsage(from); if (user + system >= ms * 1000) return; }
};
const once = () => { try { mkdirSync(new URL('once', import.meta.url)); return true; } catch { return false; } };
const times = () => { for (let n = 1; ; n++) try { mkdirSync(new URL('t' + n, import.meta.url)); return n; } catch {} };
const die = () => process.kill(process.pid, 'SIGKILL');
`;

interface Case {
  readonly name: string;
  readonly text: string;
  /** For 1, 2 and 3: what \`outcomeText\` says. */
  readonly says: readonly (string | RegExp)[];
}

const SAME = ['1', '2', '3'];

const CASES: readonly Case[] = [
  {
    name: 'the first call after it was loaded, whenever it is',
    text: 'let first = true; function f(x) { if (first) { first = false; burn(100); } return x; }',
    says: SAME,
  },
  { name: 'one call, once', text: 'function f(x) { if (x === 2 && once()) burn(500); return x; }', says: SAME },
  {
    name: 'one call, once, the second time that it is called with this',
    text: 'function f(x) { if (x === 2 && times() === 2) burn(500); return x; }',
    says: SAME,
  },
  {
    name: 'a promise, once',
    text: 'async function f(x) { if (x === 2 && once()) await new Promise((go) => setTimeout(go, 3_000)); return x; }',
    says: SAME,
  },
  { name: 'loading, once', text: 'if (once()) burn(2_500); function f(x) { return x; }', says: SAME },
  { name: 'a kill while it is loaded, once', text: 'if (once()) die(); function f(x) { return x; }', says: SAME },
  { name: 'a kill in the middle, once', text: 'function f(x) { if (x === 2 && once()) die(); return x; }', says: SAME },
  {
    name: 'what is slow each time is slow',
    text: 'function f(x) { if (x === 2) burn(1_000); return x; }',
    says: ['1', /no end within/, '3'],
  },
  {
    name: 'what is slow the second time, each time, is slow',
    text: 'function f(x) { if (x === 2 && times() > 1) burn(1_000); return x; }',
    says: ['1', /no end within/, '3'],
  },
  {
    name: 'a promise that is late each time is late',
    text: 'async function f(x) { if (x === 2) await new Promise((go) => setTimeout(go, 3_000)); return x; }',
    says: ['1', /did not come in time/, '3'],
  },
  { name: 'what dies each time', text: 'die(); function f(x) { return x; }', says: [/unknown/, /unknown/, /unknown/] },
];

const outcomes = new Map<string, readonly Outcome[]>();
beforeAll(async () => {
  const runnables = CASES.map(({ text }, index) => {
    const home = join(folder, `d${index}`);
    mkdirSync(home);
    const url = pathToFileURL(join(home, 'a.js')).href;
    const subject = subjectOf({ path: 'a.js', url, text: HEAD + text }, 'f');
    if (!subject.ok) throw new Error(subject.issues[0]!.message);
    return subject.value.runnable;
  });
  const observed = await runDrafts(sandbox(), dirname(transpilerPath()), runnables, ['1', '2', '3'], {
    limits: { waitMs: 300 },
  });
  for (const [index, { name }] of CASES.entries()) outcomes.set(name, observed[index]!.outcomes);
});

describe('what passes is no mark of a draft', () => {
  it.each(CASES)('$name', ({ name, says }) => {
    const found = outcomes.get(name)!.map((one) => outcomeText(one).replace(/^a promise of /, ''));
    expect(found).toHaveLength(says.length);
    says.forEach((one, index) => {
      if (typeof one === 'string') expect(found).toHaveProperty([index], one);
      else expect(found[index]).toMatch(one);
    });
  });

  it('gives up what has no end again and again', async () => {
    const subject = subjectOf(
      { path: 'a.js', url: pathToFileURL(join(folder, 'a.js')).href, text: 'function f(x) { for (;;); }' },
      'f',
    );
    if (!subject.ok) throw new Error(subject.issues[0]!.message);
    const inputs = Array.from({ length: 40 }, (_, index) => String(index));
    const [seen] = await runDrafts(sandbox(), dirname(transpilerPath()), [subject.value.runnable], inputs);
    expect(seen!.outcomes.every((one) => one.kind === 'unknown' && one.slow === true)).toBe(true);
    expect(seen!.outcomes.filter((one) => outcomeText(one).includes('too many calls'))).toHaveLength(35);
  });
});
