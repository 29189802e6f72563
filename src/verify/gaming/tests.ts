import type { RepoPath } from '../../base/index.ts';
import { cannotFail } from './cannotFail.ts';
import { textIn } from './canon.ts';
import { contradicts, isSplit, isTurned } from './contradicts.ts';
import { asksLessOf, EXACT } from './derived.ts';
import type { CodeFacts } from './facts.ts';
import { goneFindings } from './gone.ts';
import { isUnasked, newGuard, otherWay } from './guarded.ts';
import { isEvenedOut } from './lossy.ts';
import { asksElsewhere, expectsOwnAnswer, takenFrom } from './ownAnswers.ts';
import { pairTests } from './pairs.ts';
import { isImplied } from './parts.ts';
import { reduced } from './reduced.ts';
import { handsInTheSame, isSameCall } from './sameCalls.ts';
import { isEffective, looseKey, Survivors } from './survivors.ts';
import { count, finding, isRetitled, narrowed, titleOf, told, values } from './telling.ts';
import { isAskedOfThrown, isTriedByHand } from './thrown.ts';
import type { Assertion, Finding, Label, Test, TestFile } from './types.ts';
import { difference, isMeasured, isSame } from './weaker.ts';

interface Sides {
  readonly base: readonly TestFile[];
  readonly head: readonly TestFile[];
  readonly renamed: ReadonlyMap<RepoPath, RepoPath>;
  /** Paths of test files that are no longer there, or no longer test files. */
  readonly removed: ReadonlySet<RepoPath>;
  readonly facts: CodeFacts;
  /** Paths of changed code, without their endings. */
  readonly changed: ReadonlySet<string>;
}

/** What the tests of a change ask less than before. */
export function testFindings({ base, head, renamed, removed, facts, changed }: Sides): Finding[] {
  const { pairs, gone, fresh } = pairTests(base, head, renamed);
  const headTests = head.flatMap(({ tests }) => tests);
  const survivors = new Survivors(headTests, fresh, gone);
  const taken = (files: readonly TestFile[]): ReadonlyMap<string, ReadonlySet<string>> =>
    new Map(files.map((file) => [file.path, takenFrom(file, changed)]));
  const [was, is] = [taken(base), taken(head)];
  const comparisons = pairs.map(([one, other]) => {
    const names = new Set([...(was.get(one.path) ?? []), ...(is.get(other.path) ?? [])]);
    return new Comparison(one, other, facts, survivors, names);
  });
  for (const one of comparisons) survivors.add(one.extra);
  const findings = comparisons.flatMap((one, index) => {
    const told = one.findings();
    const less = [...cannotFail(...pairs[index]!), ...(facts.changed ? reduced(...pairs[index]!) : [])];
    return told.some(({ isNote }) => !isNote) ? told : [...told, ...less];
  });
  findings.push(...goneFindings(gone, removed, renamed, facts, survivors));
  for (const test of fresh) if (test.kind === 'only') findings.push(narrowed(test));
  return findings;
}

class Comparison {
  readonly #base: Test;
  readonly #head: Test;
  readonly #facts: CodeFacts;
  readonly #survivors: Survivors;
  readonly #taken: ReadonlySet<string>;
  readonly #matched: (readonly [Assertion, Assertion])[] = [];
  readonly #missing: readonly Assertion[];
  readonly extra: readonly Assertion[];

  /** @param taken names that the test file takes from changed code */
  constructor(base: Test, head: Test, facts: CodeFacts, survivors: Survivors, taken: ReadonlySet<string>) {
    this.#taken = taken;
    this.#base = base;
    this.#head = head;
    this.#facts = facts;
    this.#survivors = survivors;
    let missing = [...base.assertions];
    let extra = [...head.assertions];
    const match = (key: (one: Assertion) => string | undefined): void => {
      const waiting = new Map<string, Assertion[]>();
      for (const one of extra) {
        const own = key(one);
        if (own !== undefined) waiting.set(own, [...(waiting.get(own) ?? []), one]);
      }
      const taken = new Set<Assertion>();
      missing = missing.filter((one) => {
        const own = key(one);
        const found = own === undefined ? undefined : waiting.get(own)?.shift();
        if (!found) return true;
        taken.add(found);
        this.#matched.push([one, found]);
        return false;
      });
      extra = extra.filter((one) => !taken.has(one));
    };
    match((one) => `${one.key}\u0001${one.guards.length}`);
    match(({ key }) => key);
    match(({ subject, op, not }) => (subject.text === '' ? undefined : `${subject.text}\u0001${op}\u0001${not}`));
    match(({ subject }) => (subject.text === '' ? undefined : subject.text));
    match(looseKey);
    // The same question in another shape, or the same shape with other inputs.
    match(({ op, not, expected }) => [op, not, ...expected.map(({ text }) => text)].join('\u0001'));
    match(({ op, not, subject }) => (op === 'fails' ? undefined : [op, not, subject.shape].join('\u0001')));
    match(({ subject }) => (subject.text === '' ? undefined : rootOf(subject.text)));
    // What is made of the same answer.
    missing = missing.filter((one) => {
      const text = one.subject.text;
      const found = text.includes('(') ? extra.find(({ subject }) => subject.text.includes(text)) : undefined;
      if (!found) return true;
      extra = extra.filter((other) => other !== found);
      this.#matched.push([one, found]);
      return false;
    });
    this.#missing = missing;
    this.extra = extra;
  }

  findings(): Finding[] {
    const [base, head] = [this.#base, this.#head];
    // One that did not run asked nothing.
    if (base.kind === 'skip' || base.kind === 'todo') return head.kind === 'only' ? [narrowed(head)] : [];
    const found = this.#kindFinding();
    if (found) return [found];
    if (isAskedOfThrown(base, [head])) return [];
    const before = base.assertions.filter(isEffective);
    const after = head.assertions.filter(isEffective);
    if (before.length > 0 && after.length === 0 && before.some((one) => !this.#survivors.has(one)))
      return [this.#emptied(before)];
    if (
      base.role === 'test' &&
      base.assertions.length === 0 &&
      base.statements > 0 &&
      head.statements === 0 &&
      base.kind === 'run'
    )
      return [
        finding(
          'test-emptied',
          head,
          `${titleOf(base)} to run its ${count(base.statements, 'statement')}`,
          'an empty body',
        ),
      ];
    // Nothing that is left calls what the test was about.
    const calls = (one: Assertion): boolean => one.subject.text.includes('(') || one.op === 'helper';
    if (
      before.some(calls) &&
      after.length > 0 &&
      !after.some((one) => calls(one) || one.op === 'fails') &&
      before.every((one) => calls(one) && !this.#survivors.has(one))
    )
      return [
        finding(
          'test-emptied',
          head,
          `${titleOf(base)} to check ${told(before[0]!)}`,
          `only ${told(after[0]!)}`,
          after[0],
        ),
      ];
    if (base.waits === 'callback' && head.waits === undefined && after.some((one) => one.isNested))
      return [
        finding(
          'test-emptied',
          head,
          `${titleOf(base)} to wait until it is called back`,
          'it over before',
          head.assertions[0],
        ),
      ];
    const findings: Finding[] = [];
    for (const [one, other] of this.#matched) findings.push(...this.#compared(one, other));
    findings.push(...this.#missingFindings());
    return findings;
  }

  /** The test as a whole no longer runs, or keeps others from running. */
  #kindFinding(): Finding | undefined {
    const [base, head] = [this.#base, this.#head];
    const isLess =
      base.kind === 'conditional'
        ? /^(?:skip|todo|inverted)$/.test(head.kind) || isTurned(base, head)
        : head.kind !== base.kind && /^(?:skip|todo|conditional|inverted)$/.test(head.kind);
    if (isLess) {
      const how =
        { skip: 'skipped', todo: 'a todo', conditional: 'run under a condition' }[head.kind as 'skip'] ??
        'expected to fail';
      const found = finding(
        'test-skipped',
        head,
        `${titleOf(base)} to run`,
        `it ${how} (${head.because.slice(0, 60)})`,
      );
      return BUT_ON_WINDOWS.test(head.because) ? { ...found, isNote: true } : found;
    }
    if (base.kind !== 'only' && head.kind === 'only') return narrowed(head);
    return undefined;
  }

  #emptied(before: readonly Assertion[]): Finding {
    const { assertions } = this.#head;
    const never = assertions.find((one) => one.never !== undefined);
    const lost = assertions.find((one) => one.lost !== undefined);
    const was = `${titleOf(this.#base)} to be able to fail: ${count(before.length, 'assertion')}`;
    if (never) return finding('test-skipped', this.#head, was, `them ${never.never}`, never);
    const what = lost ? `them ${lost.lost}` : assertions.length > 0 ? 'only what always holds' : 'no assertion';
    return finding('test-emptied', this.#head, was, what, lost ?? assertions[0]);
  }

  #compared(base: Assertion, head: Assertion): Finding[] {
    const said = `${titleOf(this.#base)} to check ${told(base)}`;
    if (!isEffective(base)) return [];
    if (head.never !== undefined) return [finding('test-skipped', this.#head, said, `it ${head.never}`, head)];
    if (head.lost !== undefined) return [finding('test-emptied', this.#head, said, `it ${head.lost}`, head)];
    const guard = newGuard(base, head);
    const isSelf = guard !== undefined && guard === head.subject.text && head.op !== 'fails';
    if (isSelf) return [finding('test-emptied', this.#head, said, 'it only where it holds', head)];
    const otherwise = guard === undefined ? undefined : otherWay(guard, head, this.#head);
    if (otherwise && difference(base, otherwise).kind !== 'weaker')
      return this.#facts.changed && !isSame(base, otherwise) ? [this.#changed(base, otherwise, said)] : [];
    if (guard !== undefined && (!this.#facts.guards(guard) || isUnasked(guard, this.#head)))
      return [finding('test-skipped', this.#head, said, `it only where ${guard.slice(0, 60)}`, head)];
    if (this.#facts.changed && isEvenedOut(base, head))
      return [finding('test-loosened', this.#head, said, `only ${told(head)}`, head)];
    if (asksLessOf(base, head, this.#head.assertions, this.#facts.changed))
      return [finding('test-loosened', this.#head, said, `only ${told(head)}`, head)];
    if (expectsOwnAnswer(base, head, this.#taken))
      return [finding('expectation-changed', this.#head, said, `${told(head)}, worked out by the changed code`, head)];
    if (this.#facts.changed && isSplit(base, head))
      return [finding('expectation-changed', this.#head, said, told(head), head)];
    const sameSubject = base.subject.text === head.subject.text;
    const sameExpected = isSame(base, head);
    if (this.#facts.changed && contradicts(base, head)) return [this.#changed(base, head, said)];
    const compared = difference(base, head);
    if (compared.kind === 'emptied')
      return [finding('test-emptied', this.#head, said, `${told(head)}, which always holds`, head)];
    if (asksElsewhere(base, head, this.#taken))
      return [finding('subject-mocked', this.#head, said, `${told(head)}, which asks nothing of it`, head)];
    // Of another subject an exact question is as good as the one before.
    const isLess = compared.kind === 'weaker' && (sameSubject || head.strength < EXACT);
    if (isLess)
      return [
        finding(
          base.op === 'snapshot' && head.op === 'snapshot' ? 'snapshot-updated' : 'test-loosened',
          this.#head,
          said,
          `only ${told(head)}`,
          head,
        ),
      ];
    if (compared.kind !== 'changed' && !(compared.kind === 'stronger' && !sameExpected && sameSubject)) {
      // Another input, the same answer: perhaps one that the fault does not show with.
      const inputs = !sameSubject && sameExpected && base.op === head.op;
      const moved =
        inputs &&
        [head.subject.shape, head.subject.shape.replace(/\(\)=>/g, '')].some(
          (shape) => skeleton(shape) === skeleton(base.subject.shape),
        );
      return moved && this.#facts.changed && isSameCall(base, head) ? [this.#changed(base, head, said)] : [];
    }
    if (compared.kind === 'stronger') return [];
    if (base.op === 'snapshot') return this.#facts.changed ? [this.#snapshot(base, head, said)] : [];
    const isAsked = sameSubject || handsInTheSame(base, head);
    if (!this.#facts.changed || !isAsked || isMoreOf(base, head)) return [];
    if (!base.expected.every(({ pure }) => pure) && !head.expected.every(({ pure }) => pure)) {
      const shape = (one: Assertion): string => one.expected.map((part) => part.shape).join();
      if (shape(base) === shape(head)) return [];
    }
    return [this.#changed(base, head, said)];
  }

  #snapshot(base: Assertion, head: Assertion, said: string): Finding {
    const found = finding('snapshot-updated', this.#head, said, told(head), head);
    const isNote =
      this.#facts.announces(base.subject.names) ||
      isMeasured(base, head) ||
      this.#facts.rewritten.explains(textOf(base), textOf(head));
    return { ...found, ...(isNote ? { isNote } : {}) };
  }

  #changed(base: Assertion, head: Assertion, said: string): Finding {
    // Of what was not written yet nobody can say that it is to do something else now.
    const isOld = !this.#facts.wasUnwritten(base.subject.names);
    const restsOn = this.#survivors.grownFor(base, (one) => this.#facts.isOfNew(one, base));
    const isExplained = this.#isExplained(base, head);
    const isNote = isOld && (isExplained || restsOn.length > 0);
    // Of what stands elsewhere the values say more than the line.
    const isAlike = told(base) === told(head);
    const [was, is] = isAlike ? [`${said}: ${values(base)}`, values(head)] : [said, told(head)];
    const found = finding('expectation-changed', this.#head, was, is, head);
    return { ...found, ...(isNote ? { isNote } : {}), ...(isNote && !isExplained ? { restsOn } : {}) };
  }

  /** What a change says of itself: other inputs, a message written anew, prose beside it. Another title alone is none: of some 200 answers that people changed it stands beside none by itself. */
  #isExplained(base: Assertion, head: Assertion): boolean {
    return (
      this.#facts.announces(base.subject.names) ||
      this.#facts.isDocumented ||
      isMeasured(base, head) ||
      this.#facts.explains(literalsOf(base), literalsOf(head)) ||
      (!isSame(base, head) &&
        base.expected.length > 0 &&
        base.expected.every(({ text }, at) => {
          const now = head.expected[at]?.text ?? '';
          return text === now || this.#facts.rewritten.explains(text, now);
        })) ||
      // A condition has values of its own.
      (base.subject.text === head.subject.text &&
        base.guards.length === head.guards.length &&
        this.#hasOtherInputs(this.extra))
    );
  }

  /** Whether what the test works with is other than before, expectations, what helpers are handed and other questions left out. */
  #hasOtherInputs(others: readonly Assertion[]): boolean {
    const asked = [...this.#base.assertions, ...this.#head.assertions];
    const handed = asked.flatMap(({ op, subject }) => (op === 'helper' ? subject.literals : []));
    const apart = others.flatMap(({ subject }) => subject.literals);
    const expected = new Set([...asked.flatMap(literalsOf), ...handed, ...apart]);
    const inputs = ({ body }: Test): ReadonlySet<string> =>
      new Set((body.match(VALUES) ?? []).filter((one) => !one.endsWith(':') && !expected.has(one)));
    return inputs(this.#base).symmetricDifference(inputs(this.#head)).size > 0;
  }

  #missingFindings(): Finding[] {
    const findings: Finding[] = [];
    // Of rows that are given each is a question of its own.
    const isRow = ({ by }: Assertion): boolean => by.includes('(');
    const callers = this.extra.filter((one) => one.op === 'helper' && !isRow(one));
    for (const one of this.#missing) {
      if (!isEffective(one) || one.op === 'counts' || this.#survivors.has(one)) continue;
      if (one.op === 'helper' && !isRow(one) && this.extra.length > 0) continue;
      // Moved into a function that asserts, or into a table that is read in a loop.
      const moved = callers.some(
        ({ by }) =>
          this.#survivors.helper(by)?.some((other) => other.op === one.op && other.strength >= one.strength) ?? true,
      );
      if (moved || this.#survivors.counts(one, this.extra) || this.#isTabled(one) || isTriedByHand(one, this.#head))
        continue;
      if (this.#survivors.listsAll(one)) continue;
      if (this.#facts.hasLost(one.subject.names) || isImplied(one, this.#head.assertions)) continue;
      const isOther =
        one.subject.text.includes('(') &&
        !this.#head.assertions.some(({ subject }) => subject.text === one.subject.text);
      const label: Label = isOther ? 'test-deleted' : 'test-loosened';
      // Another test, of what is announced to be otherwise.
      const isNote = this.#facts.announces(one.subject.names) && isRetitled(this.#base, this.#head);
      const found = finding(label, this.#head, `${titleOf(this.#base)} to check ${told(one)}`, 'no such assertion');
      findings.push({ ...found, ...(isNote ? { isNote } : {}) });
    }
    return findings;
  }

  /** All that the assertion is about stands in the test still, and one of its kind is asked of what is not written out. */
  #isTabled(one: Assertion): boolean {
    const literals = [...new Set(literalsOf(one))];
    const asked = this.#head.assertions
      .filter(isEffective)
      .some(
        ({ op, not, expected, strength }) =>
          op === one.op && not === one.not && strength >= one.strength && expected.every(({ pure }) => !pure),
      );
    if (!asked || literals.length === 0) return false;
    const { body } = this.#head;
    return literals.every((text) => body.includes(text));
  }
}

/** The one text that is expected. */
const textOf = ({ expected }: Assertion): string => {
  const text = expected[0]?.text ?? '';
  return textIn(text) ?? text;
};

const literalsOf = (one: Assertion): readonly string[] => one.expected.flatMap(({ literals }) => literals);

/** What is called, or asked of, first; of a function that is called later the same. */
const rootOf = (text: string): string | undefined => /^(?:async)?(?:\(\)=>)?([\w$§#]+(?:\("[^"]*"\))?)/.exec(text)?.[1];

/** Whether what is expected is looked up in a table of which all rows stand, with more of them now. */
function isMoreOf(base: Assertion, head: Assertion): boolean {
  const rows = ({ expected }: Assertion): readonly string[] => {
    const table = /^\{(.*)\}\[.*\]$/s.exec(expected[0]?.text ?? '')?.[1];
    return table?.match(/"(?:[^"\\]|\\.)*":(?:"(?:[^"\\]|\\.)*"|[^",]*)/g) ?? [];
  };
  const [was, is] = [rows(base), new Set(rows(head))];
  return was.length > 0 && was.every((row) => is.has(row));
}

/** Ways to leave a test out where its system is another one than those that most people and pipelines have. */
const BUT_ON_WINDOWS =
  /^(?:skipIf\(|\{ skip: )?process\.platform ?===? ?["']win32["'](?:\)| \})?$|^(?:runIf\(|!\()process\.platform ?!==? ?["']win32["']\)$/;

/** Texts and numbers of what is printed, keys with their colon. */
const VALUES = /"(?:[^"\\]|\\.)*":?|-?(?<!§)\b\d[\w.]*/g;
/** A shape without the values in it; keys stay. */
const skeleton = (shape: string): string =>
  shape
    .replace(/\b(?:undefined|null)\b/g, '0')
    .replace(VALUES, (one) => (one.endsWith(':') ? one : '0'))
    .replace(/\[0(?:,0)*\]/g, '[0]');
