import { span } from '../../base/index.ts';
import type { SyntaxNode } from '../../lang/index.ts';
import { textIn } from './canon.ts';
import type { CodeFile } from './code.ts';
import type { Replacement, Suspicion } from './confirm.ts';
import { bare } from './scope.ts';
import { isCounted, isTrivial, type Special, specialsIn } from './specials.ts';
import type { TestFile } from './types.ts';

/** What a test puts in and expects back, each as printed. */
interface Sample {
  readonly inputs: ReadonlySet<string>;
  readonly expected: string;
  /** Literals of what is expected. */
  readonly answers: readonly string[];
  readonly subject: string;
}

/**
 * Literals of the tests in code that was changed: an input that is told apart, an answer that is no longer worked out, a
 * table of both.
 *
 * @param tests asked for only where the code has something of the kind
 */
export function hardCoded(files: readonly CodeFile[], tests: () => readonly TestFile[]): Suspicion[] {
  const specials = files.filter(({ isTest }) => !isTest).flatMap(specialsIn);
  if (specials.length === 0) return [];
  const samples = tests().flatMap(samplesOf);
  const found: Suspicion[] = [];
  // A place that gives one of several answers is one place.
  const told = new Set<SyntaxNode>();
  for (const one of specials) {
    if (one.kind !== 'table' && told.has(one.node)) continue;
    const sample =
      one.kind === 'table'
        ? tableSample(one, samples)
        : one.kind === 'answers'
          ? listSample(one, samples)
          : samples.find((other) => fits(one, other));
    if (!sample) continue;
    told.add(one.node);
    const without = withoutIt(one);
    found.push({
      finding: {
        label: 'hard-coded',
        path: one.file.path,
        span: span(one.node.start, Math.min(one.node.end, one.node.start + 200)),
        expected: one.name === '' ? 'an answer that is worked out' : `${one.name} to work its answer out`,
        found: `the test's own values, ${[...(sample.inputs.size > 0 ? sample.inputs : one.keys)].slice(0, 3).join(', ')} → ${sample.expected.slice(0, 40)}: ${one.node.text.replace(/\s+/g, ' ').slice(0, 60)}`,
      },
      name: one.name,
      isTable: one.kind === 'table' || one.kind === 'answers',
      keys: one.kind === 'table' ? one.pairs!.map(([key]) => key) : one.kind === 'answers' ? [] : one.keys,
      ...(without ? { without } : {}),
    });
  }
  return found;
}

/** How the text reads where the case is never met, or the table is empty. */
function withoutIt({ node, kind, list, statement }: Special): readonly Replacement[] | undefined {
  if (kind === 'answer') return undefined;
  const put = (one: SyntaxNode, text: string): readonly Replacement[] => [{ span: span(one.start, one.end), text }];
  if (kind === 'case') {
    const condition = (node.part('expression') ?? node.part('condition'))!;
    return put(condition, node.kind === 'CaseClause' ? 'Symbol() as never' : `false as boolean && (${condition.text})`);
  }
  if (statement) return put(statement, 'undefined');
  if (list) return put(list, '[]');
  const value = bare(node.part('initializer')!);
  const inner = value.kind === 'NewExpression' ? value.parts('arguments')[0] : undefined;
  return put(inner ?? value, value.kind === 'ObjectLiteralExpression' ? '{}' : '[]');
}

function samplesOf({ tests }: TestFile): Sample[] {
  return tests.flatMap(({ assertions }) =>
    assertions.flatMap(({ op, not, subject, expected }): Sample[] => {
      const wanted = expected.at(-1);
      if (not || !wanted || !/^(?:same|equal|loose|partial|close|snapshot|length|helper)$/.test(op)) return [];
      return [
        { inputs: new Set(subject.literals), expected: wanted.text, answers: wanted.literals, subject: subject.text },
      ];
    }),
  );
}

/** A text of many digits for a value that is no edge, and that it is not just named after. */
const isWorked = (answer: string, keys: readonly string[]): boolean =>
  answer.startsWith('"') &&
  /^(?:\D*\d){4}/.test(answer) &&
  keys.every((key) => isOfNote(key) && !answer.includes(textIn(key) ?? key));

/** Telling even in code that is new: nothing that names a case. */
const isOfNote = (text: string): boolean =>
  text.startsWith('"')
    ? text.length > 14 || /[^\w".-]/.test(text) || /\d{2}/.test(text)
    : /^-?\d/.test(text)
      ? Math.abs(Number(text)) > 100 || text.includes('.')
      : text.length > 12;

function fits(special: Special, { inputs, expected, answers, subject }: Sample): boolean {
  const { keys, answer, kind, isOld } = special;
  if (answer === undefined) return false;
  if (kind === 'answer') return answer === expected && special.name !== '' && isCalled(special.name, subject);
  // A number of things written out, under a condition that does not know of that number.
  if (keys.length === 0) return answer === expected && isCounted(answer);
  const isFigure = /^"(?:\D*\d){4}/.test(answer) && isWithin(answer, expected);
  if (isFigure && !keys.some((key) => isOfNote(key) && answer.includes(textIn(key) ?? key))) return true;
  // Of an answer that is one part of what is expected, both have to be telling.
  const isPart = !isTrivial(answer) && isOld && answers.includes(answer);
  // A number may be told as a text.
  const isWhole = answer === expected || (!isTrivial(answer) && JSON.stringify(answer) === expected);
  if (!isWhole && !isPart) return false;
  const isAbout = special.name !== '' && isCalled(special.name, subject);
  // A number of that many digits is not met by chance.
  if (isOld && isWhole && (/^-?[1-9]\d{4,}$/.test(answer) || isWorked(answer, keys))) return true;
  if (isOld && isAbout && echoes(answer, inputs)) return true;
  const met = keys.filter((key) => inputs.has(key) || isWritten(key, inputs));
  if (met.length === 0) return false;
  const telling = met.some((key) => (isOld ? !isTrivial(key) : isOfNote(key)));
  // All that goes in told apart at once is no edge.
  const isAll = inputs.size > 1 && [...inputs].every((one) => keys.includes(one));
  const isEdge = [...inputs].every((one) => /^(?:0|-?1|""|null|undefined|true|false)$/.test(one));
  return telling || (isAll && (!isTrivial(answer) || (isOld && isAbout && !isEdge)));
}

const isCalled = (name: string, subject: string): boolean =>
  new RegExp(`\\b${name.replace(/\$/g, '\\$&')}\\(`).test(subject);

/** Whether an answer is written out that has to be taken from what goes in. */
function echoes(answer: string, inputs: ReadonlySet<string>): boolean {
  const words = (text: string): string[] => text.match(/[A-Za-z]{3,}|\d{2,}/g) ?? [];
  const tokens: string[] = answer.match(/"(?:[^"\\]|\\.)*":?|-?\d[\d.]*/g) ?? [];
  const values = tokens.filter((one) => !one.endsWith(':')).flatMap(words);
  const given = [...inputs].filter((one) => one !== answer);
  return values.length > 0 && values.every((one) => given.some((text) => words(text).includes(one)));
}

/** A whole value written as JSON, or its parts joined; a number of some digits within a text. */
function isWritten(key: string, inputs: ReadonlySet<string>): boolean {
  const text = textIn(key) ?? '';
  const digits = /^-?(\d{4,}|\d+\.\d{2,}|\d{2,}\.\d+)$/.exec(text === '' ? key : text)?.[1];
  if (digits !== undefined) {
    const isIn = new RegExp(`(?<![\\d.])${digits.replace('.', '\\.')}(?![\\d.])`);
    if ([...inputs].some((one) => one !== key && isIn.test(textIn(one) ?? ''))) return true;
  }
  if (inputs.size > 1 && text !== '') {
    let rest = text;
    const all = [...inputs].map((one) => textIn(one) ?? one).sort((a, b) => b.length - a.length);
    const isThere = all.every((one) => {
      const found = one !== '' && rest.includes(one);
      rest = rest.replace(one, '');
      return found;
    });
    if (isThere && /^[^\w]*$/.test(rest)) return true;
  }
  if (!/^[[{].*[\]}]$/s.test(text) || inputs.size === 0) return false;
  return [...inputs].every((one) => text.includes(one.replace(/^"|"$/g, '')));
}

function tableSample(special: Special, samples: readonly Sample[]): Sample | undefined {
  const pairs = special.pairs ?? [];
  const met = pairs.map(([key, value]) =>
    samples.find(
      ({ inputs, expected }) =>
        (special.list && value === 'true'
          ? !/^(?:false|null|undefined)$/.test(expected)
          : expected === value || textIn(expected) === value || isWithin(value, expected)) &&
        (inputs.has(key) || isWritten(key, inputs)),
    ),
  );
  // Keys put together from all that goes in, whatever is then made of the values.
  const joined = pairs.map(([key]) =>
    samples.find(({ inputs }) => inputs.size > 1 && isOfNote(key) && !inputs.has(key) && isWritten(key, inputs)),
  );
  if (pairs.length > 1 && joined.every((one) => one !== undefined)) return joined[0];
  const found = met.filter((one) => one !== undefined);
  const telling = pairs.some(
    ([key, value], index) => met[index] && (isOfNote(key) || (special.isOld && !isTrivial(key) && !isTrivial(value))),
  );
  return telling && found.length >= Math.max(1, pairs.length * 0.6) ? found[0] : undefined;
}

/** Whether a text that somebody made up stands in a longer one. */
const isWithin = (value: string, whole: string): boolean =>
  isOfNote(value) && (textIn(value)?.length ?? 0) > 6 && (textIn(whole)?.includes(textIn(value)!) ?? false);

/** Answers in a row, of which the next is given. */
function listSample({ keys, name, isOld }: Special, samples: readonly Sample[]): Sample | undefined {
  const own = samples.filter(({ subject, expected }) => isCalled(name, subject) && keys.includes(expected));
  const all = new Set(own.map(({ expected }) => expected));
  // In code that is new words may be what it is about.
  const isTold = isOld ? all.size > 1 : [...all].filter(isOfNote).length > 2;
  return isTold && all.size >= keys.length * 0.6 ? own[0] : undefined;
}
