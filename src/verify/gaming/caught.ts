import { span } from '../../base/index.ts';
import { type SyntaxNode, syntaxTreeOf } from '../../lang/index.ts';
import { sourceFromText } from '../../text/index.ts';
import type { FileChange } from '../../workspace/index.ts';
import { type CheckContext, isCode, Multiset } from '../context.ts';
import { type Cases, casesOf, notesIn, noting, reaching, titleIn } from '../tests/around.ts';
import { detectRunner, isTestFile, packageFolders } from '../tests/detect.ts';
import type { Ran } from '../types.ts';
import { clip, each, flat } from './code.ts';
import { type Replacement, replaced } from './confirm.ts';
import { isOfTests } from './imported.ts';
import { isSilent } from './reach.ts';
import { bare, chainOf, isFunction } from './scope.ts';
import type { Finding } from './types.ts';

/** Catches of one change that are looked at. */
const CATCHES = 4;

/** A catch that is new and says nothing of what it catches, or passes it on some ways only. */
interface Catch {
  readonly file: FileChange & { readonly after: NonNullable<FileChange['after']> };
  readonly node: SyntaxNode;
  /** Nothing comes of it: neither an answer nor another try. */
  readonly isEmpty: boolean;
  readonly isInPart: boolean;
  /** The text with the failure passed on, and with nothing tried but a failure. */
  readonly heard: readonly Replacement[];
  readonly failing: readonly Replacement[];
}
type How = readonly ('heard' | 'failing')[];

/**
 * What a new `catch` keeps to itself, told by passing it on. Tests that were there before and fail then come to a failure that
 * they did not come to. Where that is a fault of the code (something read of `undefined`, a check that is new and whose word
 * nobody takes) it is told; platforms and packages throw by their nature. It is also where it is tried and never succeeds:
 * all tests that come to it fail where it is passed on, and none does where nothing is tried at all: no test has seen it work,
 * and the answer of the `catch` is what they pass with.
 */
export async function caught(context: CheckContext, ran: Ran[]): Promise<readonly Finding[]> {
  if (context.change.packagesUnknown !== undefined) return [];
  const all = context.change.files.flatMap(catchesIn).slice(0, CATCHES);
  const findings: Finding[] = [];
  for (const [folder, paths] of all.length > 0 ? packageFolders(context) : []) {
    const own = all.filter(({ file }) => paths.includes(file.path));
    const detected = own.length > 0 ? detectRunner(context, folder) : { reason: 'nothing new' };
    if ('reason' in detected) continue;
    const asked = reaching(
      context,
      own.map(({ file }) => file.path),
    );
    let failures: readonly Failure[] = [];
    const run = async (altered: readonly FileChange[]): Promise<Cases> => {
      const bench = await context.bench('fresh', altered);
      if (!bench.ok) return new Map();
      const cases = await casesOf(detected.runner, bench.value, asked, ran);
      failures = notesIn(bench.value, detected.runner, isFailure);
      return cases;
    };
    const isPassed = (cases: Cases, key: string): boolean => cases.get(key)?.status === 'passed';
    const together = await run(alteredBy(own, ['heard']));
    const heardTogether = failures;
    if ([...together.values()].every(({ status }) => status !== 'failed')) continue;
    const now = await run([]);
    const passed = [...now].filter(([key]) => isPassed(now, key));
    for (const one of own) {
      const heard = own.length > 1 ? await run(alteredBy([one], ['heard'])) : together;
      const fault = (own.length > 1 ? failures : heardTogether).find((failure) => isFault(context, failure, one));
      const met = passed.filter(([key]) => !isPassed(heard, key));
      const first = met.find(([, { path, name }]) => isOld(context, path, name));
      if (!first) continue;
      const { node, file } = one;
      const many = `"${first[1].name}"${met.length > 1 ? ` and ${met.length - 1} more` : ''}`;
      const place = { path: file.path, span: span(node.start, Math.min(node.end, node.start + 200)) };
      if (fault && !isMoved(context)) {
        findings.push({
          label: 'error-swallowed',
          ...place,
          expected: 'tests that were there to come to no failure of the code, as at the base',
          found: `${fault.name}: ${clip(fault.message, 100)} in ${many}, which nobody hears: ${clip(node.text)}`,
        });
        continue;
      }
      if (one.isInPart) continue;
      const failing = await run(alteredBy([one], ['failing']));
      if (!passed.every(([key]) => isPassed(failing, key))) continue;
      const reaching = await run(alteredBy([one], ['heard', 'failing']));
      if (passed.some(([key]) => !isPassed(reaching, key) && isPassed(heard, key))) continue;
      findings.push({
        label: 'error-swallowed',
        ...place,
        expected: 'what is tried to succeed in one test at least',
        found: `it failing in each that comes to it (${many}), all of which pass with nothing tried and the answer of ${clip(node.text)}`,
      });
    }
  }
  return findings;
}

/** The files as they would be with some catches altered, in the form of files to be put back. */
function alteredBy(catches: readonly Catch[], how: How): FileChange[] {
  return [...Map.groupBy(catches, ({ file }) => file)].map(([file, own]) => ({
    ...file,
    kind: 'modified',
    before: sourceFromText(
      file.path,
      replaced(
        file.after.text,
        own.flatMap((one) => how.flatMap((each) => one[each])),
      ),
    ),
  }));
}

/** What came to a catch, as it notes it itself. */
interface Failure {
  readonly name: string;
  readonly message: string;
  readonly code?: unknown;
  /** The place that threw. */
  readonly from: string;
}

const isFailure = (one: Partial<Failure>): one is Failure =>
  [one.name, one.message, one.from].every((text) => typeof text === 'string');

/** Passes what was caught on, and notes the first ones. */
const PASSES_ON = `if ((globalThis.assayHeard = (globalThis.assayHeard ?? 0) + 1) < 30) ${noting(
  "{ name: assayCaught?.name, message: String(assayCaught?.message), code: assayCaught?.code, from: /^ +at .*$/m.exec(assayCaught?.stack)?.[0] ?? '' }",
)}; throw assayCaught;`;

/** What engines say of a program that does what cannot be done. */
const COMPLAINT =
  /^Cannot (?:read|set|access|convert|destructure|use|create|define|delete|assign|add|redefine)\b|is not (?:a function|iterable|a constructor|defined|an object|extensible)\b|^(?:Assignment to constant|Class constructor|Invalid (?:array|string) length|Maximum call stack|Reduce of empty)|called on (?:null|undefined|non-object|incompatible)/;

/** Whether it is the code that is at fault; a check whose word nobody takes, where nothing comes of it. */
function isFault({ change }: CheckContext, { name, message, code, from }: Failure, { isEmpty }: Catch): boolean {
  if (code !== undefined) return false;
  if (/^(?:TypeError|ReferenceError|RangeError)$/.test(name) && COMPLAINT.test(message)) return true;
  if (!isEmpty) return false;
  const file = change.files.find(({ path }) => from.includes(`/${path}`));
  if (!file?.before || !file.after) return false;
  const known = new Multiset();
  for (const thrown of throwsIn(file.before.text, file.path)) known.add(thrown);
  return throwsIn(file.after.text, file.path).some((thrown) => !known.take(thrown));
}

function throwsIn(text: string, path: string): readonly string[] {
  const found: string[] = [];
  each(syntaxTreeOf(text, path).root, (node) => {
    if (node.kind === 'ThrowStatement') found.push(flat(node));
  });
  return found;
}

/** Whether a catch is gone as well: it may stand elsewhere now, or in other words. */
const isMoved = ({ change }: CheckContext): boolean =>
  change.files.some(({ path, from = path, before, after }) => {
    if (!before || !isCode(from) || isTestFile(from) || isOfTests(from)) return false;
    const now = new Multiset();
    if (after) for (const key of handlerTexts(after.text, path)) now.add(key);
    return handlerTexts(before.text, from).some((key) => !now.take(key));
  });

function handlerTexts(text: string, path: string): readonly string[] {
  const found: string[] = [];
  each(syntaxTreeOf(text, path).root, (node) => {
    if (node.kind === 'CatchClause') found.push(flat(node));
    const links = node.kind === 'CallExpression' ? chainOf(node).links : [];
    if (links.at(-1)?.name === 'catch') found.push(flat(node).slice(-80));
  });
  return found;
}

/** Whether a test was there before the change. */
function isOld(context: CheckContext, path: string, name: string): boolean {
  const file = context.change.files.find((one) => one.path === path);
  return !file || (file.before?.text.includes(titleIn(file.after?.text ?? '', name)) ?? false);
}

function catchesIn(file: FileChange): Catch[] {
  const { path, from = path, before, after } = file;
  if (!after || !isCode(path) || isTestFile(path) || isOfTests(path)) return [];
  const known = new Multiset();
  if (before) for (const { key } of handlersIn(syntaxTreeOf(before.text, from).root)) known.add(key);
  return handlersIn(syntaxTreeOf(after.text, path).root).flatMap(({ key, ...one }) =>
    known.take(key) ? [] : [{ ...one, file: { ...file, after } }],
  );
}

function handlersIn(root: SyntaxNode): (Omit<Catch, 'file'> & { readonly key: string })[] {
  const found: (Omit<Catch, 'file'> & { readonly key: string })[] = [];
  const put = (start: number, end: number, text: string): Replacement => ({ span: span(start, end), text });
  each(root, (node) => {
    const clause = node.kind === 'TryStatement' ? node.part('catchClause') : undefined;
    const isInPart = clause !== undefined && passesOnInPart(clause);
    if (clause && (isInPart || isSilent(clause))) {
      const [body, block] = [node.part('tryBlock')!, clause.part('block')!];
      found.push({
        key: flat(clause),
        node: clause,
        isEmpty: block.parts('statements').length === 0,
        isInPart,
        heard: [put(clause.start, block.start + 1, `catch (assayCaught) { ${PASSES_ON}`)],
        failing: [put(body.start, body.start + 1, "{ throw new Error('tried');")],
      });
    }
    const links = node.kind === 'CallExpression' ? chainOf(node).links : [];
    const handler = links.at(-1)?.name === 'catch' ? links.at(-1)!.args?.[0] : undefined;
    const tried = node.part('expression')?.part('expression');
    if (!handler || !tried || !isFunction(bare(handler)) || !isDeaf(bare(handler))) return;
    found.push({
      key: flat(handler),
      node: handler,
      isEmpty: /^\{\s*\}$/.test(bare(handler).part('body')!.text),
      isInPart: false,
      heard: [put(handler.start, handler.end, `(assayCaught) => { ${PASSES_ON} }`)],
      failing: [put(tried.start, tried.end, "Promise.reject(new Error('tried'))")],
    });
  });
  return found;
}

/** Whether a handler has no use for what it is given. */
const isDeaf = (handler: SyntaxNode): boolean =>
  handler.parts('parameters').length === 0 && !/\bthrow\b/.test(handler.part('body')!.text);

/** Whether a catch has no other use for what it catches than to throw it again on some of its ways. */
function passesOnInPart(clause: SyntaxNode): boolean {
  const [name, block] = [clause.part('variableDeclaration')?.part('name')?.value, clause.part('block')!];
  let isOther = false;
  let passesOn = false;
  each(block, (node) => {
    if (node.kind !== 'Identifier' || node.value !== name) return;
    if (node.parent?.kind === 'ThrowStatement') passesOn = true;
    else isOther = true;
  });
  return name !== undefined && passesOn && !isOther && block.parts('statements').at(-1)?.kind !== 'ThrowStatement';
}
