import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  filled,
  holesOf,
  standingAlone,
  tells,
  type Verdict,
  verdictOf,
  verdictsOf,
  wrongBodies,
} from '../../bench/holes.ts';
import { functionsOf, transpilerPath } from '../../src/lang/index.ts';
import { openSandbox, type Sandbox } from '../../src/sandbox/index.ts';
import { type Outcome, runVariants } from '../../src/verify/index.ts';

const FILE = `import { readFileSync } from 'node:fs';
import type { Names } from './names.ts';

const LEAST = 3;
interface Options { readonly least?: number }
const noise = Math.random();
const unused = readFileSync;

/** Whether a text is long: \`isLong('a')\` is false. */
export function isLong(text: string, { least = LEAST }: Options = {}): boolean {
  return text.length >= least;
}

export function read(path: string): string {
  return load(path);
}
const load = (path: string): string => unused(path, 'utf8');

export const first = (names: Names): string => {
  const [one] = names;
  return one ?? '';
};
`;

const functionIn = (text: string, name: string) => functionsOf(text, 'f.ts').find((one) => one.name === name)!;

describe('a function that stands alone', () => {
  it.each([
    ['isLong', ['const LEAST', 'interface Options', '/** Whether'], ['noise', 'readFileSync', 'first']],
    ['first', ['import type { Names }'], ['LEAST', 'load']],
    ['read', undefined, []],
  ] as const)('%s', (name, has, lacks) => {
    const found = standingAlone(FILE, 'f.ts', functionIn(FILE, name));
    expect(found === undefined).toBe(has === undefined);
    if (!found) return;
    for (const one of has ?? []) expect(found.text).toContain(one);
    for (const one of lacks) expect(found.text).not.toContain(one);
    const { span } = found.written;
    expect(FILE.slice(span.start + found.shift, span.end + found.shift)).toBe(found.text.slice(span.start, span.end));
  });
});

const COUNT = `export function count(texts: string[], wanted: string): number {
  let found = 0;
  for (const text of texts) {
    if (text === wanted) found += 1;
    if (
      text === ''
    ) {
      continue;
    }
  }
  return found; // all of them
}
`;
const count = functionIn(COUNT, 'count');
const holes = holesOf(COUNT, 'f.ts', count);

describe('holes', () => {
  it('are rests of lines from where something begins that ends there', () => {
    expect(holes.map(({ kind, start, end }) => `${kind} ${COUNT.slice(start, end)}`)).toEqual([
      'statement let found = 0;',
      'condition text === wanted) found += 1;',
      'expression wanted) found += 1;',
      'statement found += 1;',
      "condition text === ''",
      'statement return found; // all of them',
      'expression found; // all of them',
    ]);
  });
  it('are filled where they are', () => {
    const body = COUNT.slice(count.body.start, count.body.end);
    for (const hole of holes) {
      expect(filled(COUNT, count, hole, COUNT.slice(hole.start, hole.end))).toBe(body);
      for (const wrong of wrongBodies(COUNT, count, hole)) {
        expect(wrong).not.toBe(body);
        expect(
          functionsOf(
            COUNT.replace(body, () => wrong),
            'f.ts',
          ).map(({ name }) => name),
        ).toEqual(['count']);
      }
    }
  });
});

const value = (text: string, changed?: string): Outcome => ({
  kind: 'value',
  value: text,
  ...(changed === undefined ? {} : { changed }),
});
const throws = (error: string, message = ''): Outcome => ({ kind: 'throws', error, message });
const unknown = (more: object = {}): Outcome => ({ kind: 'unknown', reason: '', ...more });

describe('what a fill does beside the original', () => {
  it.each<readonly [Outcome, Outcome, Verdict]>([
    [value('1'), value('1'), 'same'],
    [value('1'), value('2'), 'differs'],
    [value('1', '[2]'), value('1', '[2]'), 'same'],
    [value('1', '[2]'), value('1'), 'differs'],
    [value('1'), throws('Error'), 'differs'],
    [throws('Error', 'a'), throws('Error', 'b'), 'same'],
    [throws('Error'), throws('TypeError'), 'differs'],
    [value('1'), unknown(), 'open'],
    [value('1'), unknown({ slow: true }), 'differs'],
    [value('1'), unknown({ unsteady: 'itself' }), 'differs'],
    [unknown(), value('1'), 'same'],
  ])('%j, %j: %s', (original, fill, verdict) => {
    expect(verdictOf([value('0'), original], [value('0'), fill])).toBe(verdict);
    expect(verdictOf([original, value('0')], [fill, value('1')])).toBe('differs');
  });
  it('needs an original that tells enough', () => {
    const many = (outcome: (at: number) => Outcome) => Array.from({ length: 12 }, (_, at) => outcome(at));
    expect(tells(many((at) => value(String(at % 2))))).toBe(true);
    expect(tells(many(() => value('1')))).toBe(false);
    expect(tells(many((at) => (at < 9 ? throws('Error') : value(String(at)))))).toBe(false);
    expect(tells(many((at) => (at < 5 ? unknown() : value(String(at)))))).toBe(false);
  });
});

describe('fills that are run', () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    const opened = await openSandbox({
      access: { read: [dirname(transpilerPath())], write: [], network: false },
      levels: ['strong', 'namespaces'],
    });
    if (!opened.ok) throw new Error(opened.issues[0]!.message);
    sandbox = opened.value;
  });
  afterAll(() => sandbox.close());

  const texts = ['[]', "['a']", "['a', 'a']", "['a', 'b', 'a']", "['', '']", "['b']"];
  const inputs = texts.flatMap((one) => [`${one}, 'a'`, `${one}, ''`]);
  const run = (bodies: readonly string[]) =>
    runVariants(
      sandbox,
      dirname(transpilerPath()),
      { path: 'f.ts', url: 'file:///tmp/f.ts', text: COUNT },
      count,
      bodies,
      inputs,
      new AbortController().signal,
    );
  const hole = holes.find(({ kind }) => kind === 'condition')!;
  const original = COUNT.slice(count.body.start, count.body.end);

  it.each<readonly [string, readonly (readonly [string, Verdict])[]]>([
    [
      'the text itself, another one, wrong ones, one that is none',
      [
        ['text === wanted) found += 1;', 'same'],
        ['wanted === text) found++;', 'same'],
        ['text !== wanted) found += 1;', 'differs'],
        ['text === wanted) throw new Error(text);', 'differs'],
        ['text === ', 'differs'],
      ],
    ],
    [
      'one without an end, and one that changes what all see, beside right ones',
      [
        ['wanted === text) found++;', 'same'],
        ['text === wanted) for (;;) found += 1;', 'differs'],
        ['text === wanted) String.prototype.toString = Object.prototype.valueOf = () => { throw 1; };', 'differs'],
        ['Object.is(wanted, text)) found++;', 'same'],
      ],
    ],
    [
      'ones that parse and yet cannot be loaded, beside right ones',
      [
        ['wanted === text) found++;', 'same'],
        ['text === wanted) found += 1; let found = 1;', 'differs'],
        ['text === wanted) found += 1; let again = 1; let again = 2;', 'differs'],
        ['text === wanted) found += 1; // it is', 'same'],
      ],
    ],
  ])('%s', async (_, cases) => {
    const bodies = cases.map(([fill]) => filled(COUNT, count, hole, fill));
    expect(await verdictsOf(run, original, bodies)).toEqual(cases.map(([, verdict]) => verdict));
  });
  it('count only where what is surely wrong shows', async () => {
    const found = await verdictsOf(run, original, wrongBodies(COUNT, count, hole));
    expect(found).toEqual(['differs', 'differs', 'differs']);
    // The text of no input is looked at in a way that shows here.
    const idle = holes.find(({ start }) => COUNT.startsWith("text === ''", start))!;
    expect(await verdictsOf(run, original, wrongBodies(COUNT, count, idle))).toEqual(['differs', 'same', 'same']);
  });
});
