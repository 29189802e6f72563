import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Probed } from '../../../src/verify/index.ts';
import { ProbeBed } from './probe.ts';

interface Case {
  readonly name: string;
  /** A module with a reducer `f`; an edit that is wrong, one that is right; each replaces the first text by the second. */
  readonly text: string;
  readonly wrong: readonly [string, string];
  readonly right: readonly [string, string];
  readonly says: RegExp;
}

const COUNTER =
  "export interface S { readonly n: number; readonly past: readonly number[] }\nexport type A = { type: 'add'; by: number } | { type: 'undo' } | { type: 'reset' };\nexport const initial: S = { n: 0, past: [] };\nexport function f(state: S, action: A): S { switch (action.type) { case 'add': return { n: state.n + action.by, past: [...state.past, state.n] }; case 'undo': return state.past.length === 0 ? state : { n: state.past.at(-1)!, past: state.past.slice(0, -1) }; case 'reset': return { n: 0, past: [] }; } }";
const TODOS =
  "interface Todo { id: number; text: string; done: boolean }\ntype A = { kind: 'add'; text: string } | { kind: 'toggle'; id: number } | { kind: 'remove'; id: number } | { kind: 'clear' };\nexport const f = (state: readonly Todo[] = [], action: A): readonly Todo[] => { switch (action.kind) { case 'add': return [...state, { id: Math.max(-1, ...state.map(({ id }) => id)) + 1, text: action.text, done: false }]; case 'toggle': return state.map((one) => (one.id === action.id ? { ...one, done: !one.done } : one)); case 'remove': return state.filter(({ id }) => id !== action.id); case 'clear': return state.filter(({ done }) => !done); } };";
const CART =
  "type A = { type: 'put'; sku: string; count: number } | { type: 'take'; sku: string };\nexport const emptyCart: Record<string, number> = {};\nexport function f(cart: Record<string, number>, action: A): Record<string, number> { if (action.type === 'put') return { ...cart, [action.sku]: (cart[action.sku] ?? 0) + action.count }; const { [action.sku]: _, ...rest } = cart; return rest; }";

const CASES: readonly Case[] = [
  {
    name: 'an undo that forgets',
    text: COUNTER,
    wrong: ['past: state.past.slice(0, -1)', 'past: []'],
    right: ['state.past.at(-1)!', 'state.past[state.past.length - 1]!'],
    says: /reduce\(f, initial\) was \{.*\}, is \{/,
  },
  {
    name: 'a reset that keeps the past',
    text: COUNTER,
    wrong: ["'reset': return { n: 0, past: [] }", "'reset': return { n: 0, past: state.past }"],
    right: ["'reset': return { n: 0, past: [] }", "'reset': return initial"],
    says: /reset.*reduce\(f, initial\) was/,
  },
  {
    name: 'a past that is changed in place',
    text: COUNTER,
    wrong: ['past: [...state.past, state.n] }', 'past: ((state.past as number[]).push(state.n), state.past) }'],
    right: ['[...state.past, state.n]', 'state.past.concat(state.n)'],
    says: /changes a state that it is given/,
  },
  {
    name: 'ids that come again',
    text: TODOS,
    wrong: ['Math.max(-1, ...state.map(({ id }) => id)) + 1', 'state.length'],
    right: [
      'Math.max(-1, ...state.map(({ id }) => id)) + 1',
      'state.reduce((most, { id }) => Math.max(most, id), -1) + 1',
    ],
    says: /add.*remove.*add.*reduce\(f, undefined\) was/,
  },
  {
    name: 'a toggle that does not go back',
    text: TODOS,
    wrong: ['done: !one.done', 'done: true'],
    right: ['done: !one.done', 'done: one.done === false'],
    says: /toggle.*toggle.*reduce/,
  },
  {
    name: 'what is cleared',
    text: TODOS,
    wrong: ['filter(({ done }) => !done)', 'filter(({ done }) => done)'],
    right: ['filter(({ done }) => !done)', 'filter((one) => !one.done)'],
    says: /add.*clear.*reduce/,
  },
  {
    name: 'a todo that is changed in place',
    text: TODOS,
    wrong: ['{ ...one, done: !one.done }', 'Object.assign(one, { done: !one.done })'],
    right: ['{ ...one, done: !one.done }', 'Object.assign({}, one, { done: !one.done })'],
    says: /changes a state that it is given/,
  },
  {
    name: 'a count that is set',
    text: CART,
    wrong: ['(cart[action.sku] ?? 0) + action.count', 'action.count'],
    right: ['(cart[action.sku] ?? 0) + action.count', 'action.count + (cart[action.sku] ?? 0)'],
    says: /put.*put.*reduce\(f, emptyCart\) was/,
  },
  {
    name: 'a cart that is changed in place',
    text: CART,
    wrong: ['const { [action.sku]: _, ...rest } = cart; return rest;', 'delete cart[action.sku]; return { ...cart };'],
    right: [
      'const { [action.sku]: _, ...rest } = cart; return rest;',
      'const rest = { ...cart }; delete rest[action.sku]; return rest;',
    ],
    says: /changes a state that it is given/,
  },
];

const edited = (one: Case, [from, to]: readonly [string, string]): string => {
  expect(one.text).toContain(from);
  return one.text.replace(from, () => to);
};

describe('sequences of actions on changed reducers', () => {
  let bed: ProbeBed;
  const found: Record<string, Probed> = {};
  beforeAll(async () => {
    const modules = CASES.flatMap((one, index) =>
      (['wrong', 'right'] as const).map((kind) => ({
        path: `src/${kind}${index}.ts`,
        before: one.text,
        after: edited(one, one[kind]),
      })),
    );
    bed = await ProbeBed.open(Object.fromEntries(modules.map(({ path, after }) => [path, after])));
    for (const one of await bed.probe(modules, {})) found[one.path] = one;
  }, 300_000);
  afterAll(() => bed?.close());

  it.each(CASES.map(({ name, says }, index) => ({ name, says, index })))(
    'part old from new: $name',
    ({ says, index }) =>
      expect(found[`src/wrong${index}.ts`]!.findings.map(({ message }) => message)).toContainEqual(
        expect.stringMatching(says),
      ),
  );
  it.each(CASES.map(({ name }, index) => ({ name, index })))('say nothing of what does the same: $name', ({ index }) =>
    expect(
      // Two ways to copy a list part where it has holes, which is told and does not count.
      found[`src/right${index}.ts`]!.findings.filter(({ code }) => code !== 'probes/holes').map(
        ({ message }) => message,
      ),
    ).toEqual([]),
  );
});
