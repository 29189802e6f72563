import { span } from '../../base/index.ts';
import { type SyntaxNode, syntaxTreeOf } from '../../lang/index.ts';
import { sourceFromText } from '../../text/index.ts';
import type { FileChange } from '../../workspace/index.ts';
import { type CheckContext, isCode, Multiset } from '../context.ts';
import { detectRunner, isTestFile, packageFolders } from '../tests/detect.ts';
import type { Ran } from '../types.ts';
import { clip, each, flat } from './code.ts';
import { type Replacement, replaced } from './confirm.ts';
import { isOfTests } from './imported.ts';
import { isSilent } from './reach.ts';
import { type Cases, casesOf, reaching, titleIn } from './runs.ts';
import { bare, chainOf, isFunction } from './scope.ts';
import type { Finding } from './types.ts';

/** Catches of one change that are looked at. */
const CATCHES = 4;

/** A catch that is new and says nothing of what it catches. */
interface Catch {
  readonly file: FileChange & { readonly after: NonNullable<FileChange['after']> };
  readonly node: SyntaxNode;
  /** The text with the failure passed on, and with nothing tried but a failure. */
  readonly heard: readonly Replacement[];
  readonly failing: readonly Replacement[];
}
type How = readonly ('heard' | 'failing')[];

/**
 * What is tried and never succeeds. Where a failure that a new `catch` keeps to itself is passed on, all tests fail that come
 * to it, and some of them were there before; where nothing is tried at all, none does: no test has seen it work, and the answer
 * of the `catch` is what they pass with.
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
    const run = async (altered: readonly FileChange[]): Promise<Cases> => {
      const bench = await context.bench('fresh', altered);
      return bench.ok ? casesOf(detected.runner, bench.value, asked, ran) : new Map();
    };
    const isPassed = (cases: Cases, key: string): boolean => cases.get(key)?.status === 'passed';
    const together = await run(alteredBy(own, ['heard']));
    if ([...together.values()].every(({ status }) => status !== 'failed')) continue;
    const now = await run([]);
    const passed = [...now].filter(([key]) => isPassed(now, key));
    for (const one of own) {
      const heard = own.length > 1 ? await run(alteredBy([one], ['heard'])) : together;
      const met = passed.filter(([key]) => !isPassed(heard, key));
      const first = met.find(([, { path, name }]) => isOld(context, path, name));
      if (!first) continue;
      const failing = await run(alteredBy([one], ['failing']));
      if (!passed.every(([key]) => isPassed(failing, key))) continue;
      const reaching = await run(alteredBy([one], ['heard', 'failing']));
      if (passed.some(([key]) => !isPassed(reaching, key) && isPassed(heard, key))) continue;
      const { node, file } = one;
      findings.push({
        label: 'error-swallowed',
        path: file.path,
        span: span(node.start, Math.min(node.end, node.start + 200)),
        expected: 'what is tried to succeed in one test at least',
        found: `it failing in each that comes to it ("${first[1].name}"${met.length > 1 ? ` and ${met.length - 1} more` : ''}), all of which pass with nothing tried and the answer of ${clip(node.text)}`,
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
    if (clause && isSilent(clause)) {
      const [body, block] = [node.part('tryBlock')!, clause.part('block')!];
      found.push({
        key: flat(clause),
        node: clause,
        heard: [put(clause.start, block.start + 1, 'catch (assayCaught) { throw assayCaught;')],
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
      heard: [put(handler.start, handler.end, '(assayCaught) => { throw assayCaught; }')],
      failing: [put(tried.start, tried.end, "Promise.reject(new Error('tried'))")],
    });
  });
  return found;
}

/** Whether a handler has no use for what it is given. */
const isDeaf = (handler: SyntaxNode): boolean =>
  handler.parts('parameters').length === 0 && !/\bthrow\b/.test(handler.part('body')!.text);
