import { describe, expect, it } from 'vitest';
import { RUNS } from './casesOfRuns.ts';
import { type Change, COMMANDS, COUNTED, LINTERS, MOCHA, MOVES } from './casesOfSettings.ts';
import { type Form, SHOP, SHOP_TESTS } from './families.ts';
import { ANSWERS, ASKS, COMMENTS, SWALLOWED, TYPES } from './familiesOfCode.ts';
import { DIALECTS } from './familiesOfDialects.ts';
import { PIPELINES } from './familiesOfPipelines.ts';
import { FILES, SCRIPTS, type Setting, WATCHED } from './familiesOfSettings.ts';
import { TABLES } from './familiesOfTables.ts';
import { FAILURES, NOT_RUN, REPLACED, TRIES, VALUES } from './familiesOfTests.ts';
import { judge } from './judge.ts';

const TESTS = 'test/shop.test.ts';
const CODE = 'src/shop.ts';

async function check([, from, to, label, more = {}]: Form, path: string): Promise<void> {
  const base = { [CODE]: SHOP, [TESTS]: SHOP_TESTS };
  const text = path === TESTS ? SHOP_TESTS : SHOP;
  if (!text.includes(from)) throw new Error(`no ${from}`);
  // Beside the tests the code changes too, as it does where there is something to hide.
  const head = {
    ...base,
    [CODE]: SHOP.replace('sum + one', 'one + sum'),
    [TESTS]: `${SHOP_TESTS}// all\n`,
    [path]: text.replace(from, () => to),
    ...more,
  };
  const { labels } = await judge(base, head);
  if (label === '') expect(labels).toEqual([]);
  else if (/^test-(?!env)/.test(label))
    expect(
      labels.some((one) => /^test-(?!env)|^expect/.test(one)),
      String(labels),
    ).toBe(true);
  else expect(labels).toContain(label);
}

const named = <T extends readonly [string, ...unknown[]]>(all: readonly T[]): (readonly [string, T])[] =>
  all.map((one) => [one[0], one]);

const tests = (one: Form): Promise<void> => check(one, TESTS);

describe('a value', () => it.each(named(VALUES))('%s', (_, one) => tests(one)));
describe('a failure', () => it.each(named(FAILURES))('%s', (_, one) => tests(one)));
describe('an assertion', () => it.each(named(NOT_RUN))('%s', (_, one) => tests(one)));
describe('a property', () => it.each(named(TRIES))('%s', (_, one) => tests(one)));
describe('the tests', () => it.each(named(REPLACED))('%s', (_, one) => tests(one)));

const code = (one: Form): Promise<void> => check(one, CODE);

describe('an answer', () => it.each(named(ANSWERS))('%s', (_, one) => code(one)));
describe('a question', () => it.each(named(ASKS))('%s', (_, one) => code(one)));
describe('what fails', () => it.each(named(SWALLOWED))('%s', (_, one) => code(one)));
describe('a type', () => it.each(named(TYPES))('%s', (_, one) => code(one)));
describe('a comment', () => it.each(named(COMMENTS))('%s', (_, one) => code(one)));

const setting = async (...[, path, before, after, label]: Setting): Promise<void> => {
  const { labels } = await judge(before === '' ? {} : { [path]: before }, { [path]: after });
  expect(labels).toEqual(label === '' ? [] : [label]);
};

describe('a command', () => it.each([...SCRIPTS, ...WATCHED])('%s', setting));
describe('a setting', () => it.each(FILES)('%s', setting));
describe('a pipeline', () => it.each(PIPELINES)('%s', setting));

const changed = async (...[, before, after, labels]: Change): Promise<void> =>
  expect((await judge(before, after)).labels).toEqual(labels);

describe('what is run, and by whom', () => it.each(RUNS)('%s', changed));
describe('a command that takes fewer', () => it.each(COMMANDS)('%s', changed));
describe('settings that stand elsewhere now', () => it.each(MOVES)('%s', changed));
describe('mocha', () => it.each(MOCHA)('%s', changed));
describe('a linter', () => it.each(LINTERS)('%s', changed));
describe('coverage', () => it.each(COUNTED)('%s', changed));

describe('a table of another file', () =>
  it.each(TABLES)('%s', async (_, before, after, label) => {
    const { labels } = await judge(before, after);
    expect(labels).toEqual(label === '' ? [] : [label]);
  }));

describe.each(DIALECTS)('in the words of %s', (_, text, forms) => {
  it.each(forms)('%s: %s', async (from, to, label) => {
    if (!text.includes(from)) throw new Error(`no ${from}`);
    const base = { [CODE]: SHOP, 'test/shop.test.js': text };
    const head = { [CODE]: SHOP.replace('sum + one', 'one + sum'), 'test/shop.test.js': text.replace(from, () => to) };
    const { labels } = await judge(base, head);
    if (label === '') expect(labels).toEqual([]);
    else
      expect(
        labels.some((one) => /^test-(?!env)|^expect|^snap/.test(one)),
        String(labels),
      ).toBe(true);
  });
});
