import type { RepoPath } from '../../base/index.ts';
import { EXACT } from './derived.ts';
import { calledIn } from './thrown.ts';
import type { Assertion, Test } from './types.ts';

/** Assertions of the head that nothing of the base was matched with: what a moved one may have become. */
export class Survivors {
  readonly #counts = new Map<string, number>();
  readonly #everywhere: ReadonlySet<string>;
  readonly #helpers: ReadonlyMap<string, readonly Assertion[]>;
  readonly #fresh: readonly Assertion[];
  readonly #freshTests: readonly Test[];
  readonly running: readonly Test[];

  /** Whether there are tests that were not there, and not only in the place of others. */
  readonly #isGrown: boolean;

  constructor(all: readonly Test[], fresh: readonly Test[], gone: readonly Test[]) {
    const running = all.filter(({ kind }) => kind === 'run' || kind === 'only');
    this.running = running;
    this.#everywhere = new Set(
      running.flatMap(({ assertions }) => assertions.filter(isEffective).map(({ key }) => key)),
    );
    this.#helpers = new Map(
      all.filter(({ role }) => role === 'helper').map(({ title, assertions }) => [title.at(-1) ?? '', assertions]),
    );
    const others = fresh.filter(({ kind }) => kind === 'run' || kind === 'only');
    const many = (tests: readonly Test[]): number =>
      tests.filter(({ role, assertions }) => role === 'test' && assertions.some(isEffective)).length;
    this.#isGrown = many(others) > many(gone);
    this.#freshTests = others;
    this.#fresh = others.flatMap(({ assertions }) => assertions.filter(isEffective));
    this.add(this.#fresh);
  }
  add(assertions: readonly Assertion[]): void {
    for (const one of assertions)
      for (const key of keysOf(one)) this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }
  /**
   * Where there are more tests than before, the files of those that ask of what an assertion is about; empty for none.
   *
   * @param isOther whether a test that asks so is about something else for all the names that they share
   */
  grownFor({ subject }: Assertion, isOther: (one: Assertion) => boolean): readonly RepoPath[] {
    const about = new Set(subject.names.filter((name) => name.length > 2));
    const isAbout = (one: Assertion): boolean =>
      isEffective(one) && (about.size === 0 || one.subject.names.some((name) => about.has(name)));
    const found = this.#isGrown
      ? this.#freshTests.filter(({ assertions }) => assertions.some(isAbout) && !assertions.some(isOther))
      : [];
    return [...new Set(found.map(({ path }) => path))];
  }
  /** Whether an assertion stands somewhere else now. */
  has(one: Assertion): boolean {
    for (const key of keysOf(one)) {
      const count = this.#counts.get(key) ?? 0;
      if (count === 0) continue;
      this.#counts.set(key, count - 1);
      return true;
    }
    // One that says all of itself may be asked in another test already.
    return this.#everywhere.has(one.key) && one.subject.text.includes('(') && one.subject.literals.length > 0;
  }
  /** Whether a list of which one after the other was expected (`wanted.shift()`) is expected as a whole. */
  listsAll({ op, not, expected }: Assertion): boolean {
    const list = /^(\[.+\])\.(?:shift|pop)\(\)$/s.exec(expected[0]?.text ?? '')?.[1];
    return (
      list !== undefined &&
      /^(?:same|equal|loose)$/.test(op) &&
      !not &&
      this.running.some(({ assertions }) =>
        assertions.some((one) => isEffective(one) && one.strength >= EXACT && one.expected[0]?.text === list),
      )
    );
  }
  /** Whether the type that is asked for is that of an exact value which is asked of the same thing. */
  implies(one: Assertion): boolean {
    const value =
      one.op === 'type' || /^typeof(?=\w)/.test(one.subject.text) ? one.subject.text.replace(/^typeof/, '') : '';
    return (
      value !== '' &&
      this.running.some(({ assertions }) =>
        assertions.some(
          ({ op, not, subject, strength }) =>
            /^(?:same|equal)$/.test(op) && !not && strength >= EXACT && subject.text === value,
        ),
      )
    );
  }
  /** Whether a flag or a number that a callback kept is counted now by a stand-in for that callback. */
  counts(one: Assertion, extra: readonly Assertion[]): boolean {
    const isKept = /^§\d+$/.test(one.subject.text) && /^(?:same|equal|loose|truthy)$/.test(one.op) && !one.not;
    const wanted = one.expected[0]?.text ?? 'true';
    if (!isKept || !/^(?:true|[1-9]\d*)$/.test(wanted)) return false;
    return [...extra, ...this.#fresh].some(
      ({ op, not, expected }) =>
        !not && /^called/.test(op) && (op !== 'called-times' || expected[0]?.text === wanted.replace('true', '1')),
    );
  }
  /** Whether a test asks that what an assertion is about fails, and how. */
  refuses({ subject }: Assertion): boolean {
    return (
      subject.text.includes('(') &&
      this.running.some(({ assertions }) =>
        assertions.some(
          (one) =>
            one.op === 'throws' &&
            !one.not &&
            one.expected.length > 0 &&
            isEffective(one) &&
            calledIn(one.subject.text) === subject.text,
        ),
      )
    );
  }
  /** Whether all statements of a test that asserts nothing are run somewhere, row by row of a table too. */
  runs(body: string): boolean {
    const statements = body.replace(/^\{|;?\}$/g, '').split(';');
    return statements.every((one) =>
      this.running.some(
        (test) => test.body.includes(one) || test.assertions.some(({ subject }) => subject.text.includes(one)),
      ),
    );
  }
  helper(name: string): readonly Assertion[] | undefined {
    return this.#helpers.get(name);
  }
}

const keysOf = (one: Assertion): readonly string[] => {
  const member = memberKey(one);
  const more = [member, strictKey(one), yesKey(one)].filter((key) => key !== undefined);
  return [one.key, looseKey(one), ...more];
};

/** The same value asked for, more strictly or just so. */
const strictKey = ({ op, not, subject, expected }: Assertion): string | undefined =>
  !not && /^(?:same|equal)$/.test(op)
    ? ['=', subject.text, ...expected.map(({ text }) => text)].join('\u0001')
    : undefined;

/** Whether something holds, asked of what is yes or no, in whatever words. */
const yesKey = ({ op, not, subject, expected }: Assertion): string | undefined => {
  const isYes = op === 'truthy' || (/^(?:same|equal|loose)$/.test(op) && expected[0]?.text === 'true');
  return isYes && YES_OR_NO.test(subject.text) ? ['?', not, subject.text].join('\u0001') : undefined;
};
const YES_OR_NO = /\.(?:includes|startsWith|endsWith|has|test|some|every|equals|is[A-Z]\w*)\((?:[^()]|\([^()]*\))*\)$/;

/** The same asked of a member by the same name: of an error that a callback is given, or a stand-in was called with. */
function memberKey({ op, not, subject, expected }: Assertion): string | undefined {
  const member = /(?:^§\d+|Call|\.args|\.mock\.calls|\.arguments)[\w.[\]()]*\.(\w+)$/s.exec(subject.text)?.[1];
  const isTelling = expected.some(({ literals }) => literals.some((text) => text.length > 3));
  return member !== undefined && isTelling
    ? ['≈', op, not, member, ...expected.map(({ text }) => text)].join('\u0001')
    : undefined;
}

export const looseKey = ({ op, not, subject, expected }: Assertion): string =>
  ['~', op, not, subject.shape, ...expected.map(({ text }) => text)].join('\u0001');

export const isEffective = ({ strength, never, lost }: Assertion): boolean =>
  strength > 0 && never === undefined && lost === undefined;
