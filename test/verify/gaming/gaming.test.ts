import { describe, expect, it } from 'vitest';
import { random } from '../../../src/base/index.ts';
import { BASE, type Case } from './cases.ts';
import { HONEST } from './casesHonest.ts';
import { ANSWERS, TAKEN_OTHERWISE } from './casesOfAnswers.ts';
import { DISHONEST_CODE } from './casesOfCode.ts';
import { COINCIDENCES } from './casesOfCoincidences.ts';
import { CONTRADICTIONS } from './casesOfContradictions.ts';
import { ENDS, LEARNT } from './casesOfEnds.ts';
import { ENVIRONMENT, HONEST_ENVIRONMENT } from './casesOfEnvironment.ts';
import { ERRORS } from './casesOfErrors.ts';
import { FAILURES } from './casesOfFailures.ts';
import { FILES } from './casesOfFiles.ts';
import { FIXTURES } from './casesOfFixtures.ts';
import { KNOWN } from './casesOfInputs.ts';
import { TAKEN } from './casesOfKnown.ts';
import { LEFT_OUT } from './casesOfLeftOut.ts';
import { MEMBERS } from './casesOfMembers.ts';
import { OTHERS } from './casesOfOthers.ts';
import { PARTS, SNAPSHOTS } from './casesOfParts.ts';
import { PATCHES } from './casesOfPatches.ts';
import { DEEP, HANDED, HARD_CODED, PROMISES } from './casesOfPromises.ts';
import { REFUSALS } from './casesOfRefusals.ts';
import { ROWS } from './casesOfRows.ts';
import { ASKED_OF_RUNNERS } from './casesOfRuns.ts';
import { STYLES } from './casesOfStyles.ts';
import { DISHONEST_TESTS } from './casesOfTests.ts';
import { VARIABLES } from './casesOfVariables.ts';
import { PUT_OTHERWISE } from './casesTold.ts';
import { type Files, type Judged, judge } from './judge.ts';

/** The files of a case before and after. */
function filesOf({ base: more = {}, head: changes }: Case): readonly [base: Files, head: Files] {
  const base = { ...BASE, ...more };
  const head: Record<string, string> = { ...base };
  for (const [path, change] of Object.entries(changes)) {
    if (change === null) delete head[path];
    else if (typeof change === 'string') head[path] = change;
    else
      for (const [from, to] of change) {
        const text = head[path] ?? '';
        if (!text.includes(from)) throw new Error(`no ${from} in ${path}`);
        head[path] = text.replace(from, () => to);
      }
  }
  return [base, head];
}

async function check(one: Case): Promise<void> {
  const judged = await judge(...filesOf(one), one.moved ? { moved: one.moved } : {});
  expect(judged.labels).toEqual(one.labels);
  if (one.notes) expect(judged.notes).toEqual(one.notes);
}

describe('what makes a green run say less', () => {
  it.each(DISHONEST_TESTS)('$name', check);
  it.each(DISHONEST_CODE)('$name', check);
  it.each(OTHERS)('$name', check);
  it.each(ENVIRONMENT)('$name', check);
});

describe('what is put otherwise', () => {
  it.each(PUT_OTHERWISE)('$name', check);
  it.each(PATCHES)('$name', check);
  it.each(ANSWERS)('$name', check);
  it.each(LEFT_OUT)('$name', check);
  it.each(TAKEN_OTHERWISE)('$name', check);
  it.each(MEMBERS)('$name', check);
  it.each(KNOWN)('$name', check);
  it.each(TAKEN)('$name', check);
  it.each(FILES)('$name', check);
  it.each(ERRORS)('$name', check);
  it.each(PROMISES)('$name', check);
  it.each(HARD_CODED)('$name', check);
  it.each(COINCIDENCES)('$name', check);
  it.each(ENDS)('$name', check);
  it.each(LEARNT)('$name', check);
  it.each(HANDED)('$name', check);
  it.each(DEEP)('$name', check);
  it.each(FAILURES)('$name', check);
  it.each(ASKED_OF_RUNNERS)('$name', check);
  it.each(FIXTURES)('$name', check);
  it.each(REFUSALS)('$name', check);
  it.each(ROWS)('$name', check);
  it.each(STYLES)('$name', check);
  it.each(VARIABLES)('$name', check);
  it.each(CONTRADICTIONS)('$name', check);
  it.each(PARTS)('$name', check);
  it.each(SNAPSHOTS)('$name', check);
});

describe('what does not', () => {
  it.each(HONEST)('$name', check);
  it.each(HONEST_ENVIRONMENT)('$name', check);
});

const one = (name: string): Case =>
  [...DISHONEST_TESTS, ...DISHONEST_CODE, ...HONEST].find((other) => other.name === name)!;

describe('how it is told', () => {
  it('with what was expected, what came, and where', async () => {
    const { issues, summary, status, decides } = await judge(...filesOf(one('a test skipped')));
    expect(issues).toMatchObject([
      { code: 'gaming/test-skipped', severity: 'warning', path: 'test/price.test.ts', at: { line: 5, column: 3 } },
    ]);
    expect(issues[0]!.message).toBe('expected "gross adds the rate" to run, found it skipped (it.skip)');
    expect([summary, status, decides]).toEqual(['1 test skipped', 'pass', false]);
  });

  it('as an error, and deciding, where the task keeps the tests', async () => {
    const told = await judge(...filesOf(one('a test skipped')), { keepTests: true });
    expect([told.status, told.decides, told.issues[0]!.severity]).toEqual(['fail', true, 'error']);
    // Of the code it is not for this check to decide.
    const code = await judge(...filesOf(one('any instead of its type')), { keepTests: true });
    expect([code.status, code.decides, code.issues[0]!.severity]).toEqual(['pass', true, 'warning']);
    // Nor does it help to say so, and to add a test.
    const said = await judge(...filesOf(one('other behaviour, said so and tested')), { keepTests: true });
    expect([said.status, said.issues[0]!.severity]).toEqual(['fail', 'error']);
  });

  it('twenty at most, then how many', async () => {
    const tests = (kind: string): string =>
      Array.from({ length: 30 }, (_, i) => `${kind}('t${i}', () => {\n  expect(f(${i})).toBe(${i});\n});`).join('\n');
    const { issues } = await judge({ 'a.test.ts': tests('it') }, { 'a.test.ts': tests('it.skip') });
    expect(issues).toHaveLength(21);
    expect(issues.at(-1)).toMatchObject({
      code: 'gaming/limit',
      message: '10 more of the kind are not told one by one',
    });
  });

  it('quietly where a file cannot be read as a program', async () => {
    const { labels, notes, status } = await judge({ 'a.test.ts': 'it("a", () => {' }, { 'a.test.ts': 'it("a", (' });
    expect([labels, notes, status]).toEqual([[], ['not-checked'], 'pass']);
    const kept = await judge({ 'a.test.ts': 'it("a"' }, { 'a.test.ts': 'it(' }, { keepTests: true });
    expect(kept.status).toBe('unknown');
    const settings = await judge({ 'package.json': '{' }, { 'package.json': '{"scripts":' });
    expect(settings.labels).toEqual([]);
    const yaml = await judge({ '.github/workflows/a.yml': ': [\n\t- }{' }, { '.github/workflows/a.yml': '\n\n - - -' });
    expect(yaml.labels).toEqual([]);
  });

  it('in a file of ten thousand lines too', async () => {
    const lines = Array.from(
      { length: 3_400 },
      (_, i) => `it('t${i}', () => {\n  expect(f(${i})).toBe(${i + 1});\n});`,
    );
    const { labels } = await judge(
      { 'a.test.ts': lines.join('\n') },
      { 'a.test.ts': lines.toSpliced(1_700, 1).toReversed().join('\n') },
    );
    expect(labels).toEqual(['test-deleted']);
  });
});

/** A test file made by chance, as parts: suites of tests of assertions. */
interface Made {
  readonly suite: string;
  readonly tests: readonly { readonly title: string; readonly lines: readonly string[] }[];
}

function made(seed: number): Made[] {
  const { below, pick } = random(seed);
  let n = 0;
  const value = (): string => pick(['1', '-2.5', "'a b'", '[1, 2]', '{ a: 1, b: [] }', 'null', 'true']);
  const assertion = (): string => {
    const call = `${pick(['parse', 'total', 'box.open'])}(${++n}, ${value()})`;
    return pick([
      () => `expect(${call}).toEqual(${value()});`,
      () => `expect(${call}).toBe(${n});`,
      () => `expect(${call}.size).not.toBe(${n});`,
      () => `expect(() => ${call}).toThrow('error ${n}');`,
      () => `expect(${call}).toContain('x${n}');`,
      () => `const r${n} = ${call};\n    expect(r${n}.length).toBeGreaterThan(${n});`,
      () => `assert.deepStrictEqual(${call}, ${value()});`,
    ])();
  };
  const some = <T>(most: number, make: (index: number) => T): T[] =>
    Array.from({ length: 1 + below(most) }, (_, index) => make(index));
  return some(3, (i) => ({
    suite: `suite ${i}`,
    tests: some(4, (j) => ({ title: `case ${i}.${j}`, lines: some(4, assertion) })),
  }));
}

const IMPORTS = "import assert from 'node:assert';\nimport { box, parse, total } from '../src/all.ts';\n\n";
const written = (suites: readonly Made[]): string =>
  IMPORTS +
  suites
    .map(
      ({ suite, tests }) =>
        `describe('${suite}', () => {\n${tests.map(({ title, lines }) => `  it('${title}', async () => {\n    ${lines.join('\n    ')}\n  });`).join('\n')}\n});`,
    )
    .join('\n\n');

const CODE: Files = { 'src/all.ts': 'export const parse = 1;\n' };
const OTHER_CODE: Files = { 'src/all.ts': 'export const parse = 2;\n' };
const SEEDS = Array.from({ length: 15 }, (_, index) => 4_200 + index);

const told = ({ issues }: Judged): string[] => issues.map(({ message }) => message);

describe('a law', () => {
  it.each(SEEDS)('what only looks other is nothing to tell (seed %i)', async (seed) => {
    const suites = made(seed);
    const text = written(suites);
    const renamed = text
      .replace(/\br(\d+)\b/g, 'result$1')
      .replaceAll("it('case", "it('does case")
      .replaceAll('suite ', 'group ');
    const formatted = text
      .replaceAll("'", '"')
      .replaceAll('    ', '\t\t')
      .replaceAll(', ', ',\n      ')
      .replaceAll(';\n', '\n');
    const half = Math.ceil(suites.length / 2);
    const changes: readonly Files[] = [
      { 'test/a.test.ts': renamed },
      { 'test/a.test.ts': formatted },
      { 'test/a.test.ts': written(suites.toReversed()) },
      { 'test/a.test.ts': written(suites.slice(0, half)), 'test/b.test.ts': written(suites.slice(half)) },
      { 'test/moved.test.ts': text },
    ];
    for (const head of changes)
      expect(told(await judge({ ...CODE, 'test/a.test.ts': text }, { ...OTHER_CODE, ...head }))).toEqual([]);
  });

  it.each(SEEDS)('any assertion that is taken away is told (seed %i)', async (seed) => {
    const suites = made(seed);
    const base = { 'test/a.test.ts': written(suites) };
    for (const [i, { tests }] of suites.entries())
      for (const [j, { lines }] of tests.entries())
        for (const k of lines.keys()) {
          const less = suites.map((suite, at) =>
            at === i
              ? {
                  ...suite,
                  tests: suite.tests.map((test, of) =>
                    of === j ? { ...test, lines: test.lines.toSpliced(k, 1) } : test,
                  ),
                }
              : suite,
          );
          const { labels } = await judge(base, { 'test/a.test.ts': written(less) });
          expect([lines[k], labels.length]).toEqual([lines[k], 1]);
        }
  });
});
