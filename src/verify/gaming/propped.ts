import { posix } from 'node:path';
import { type RepoPath, span } from '../../base/index.ts';
import { syntaxTreeOf } from '../../lang/index.ts';
import { sourceFromText } from '../../text/index.ts';
import type { FileChange } from '../../workspace/index.ts';
import type { CheckContext } from '../context.ts';
import { notesIn, reaching } from '../tests/around.ts';
import { detectRunner, isTestFile, packageFolders } from '../tests/detect.ts';
import { runTests, toRan } from '../tests/run.ts';
import type { Ran } from '../types.ts';
import { isBeside, PROGRAM } from './beside.ts';
import { clip } from './code.ts';
import { type Replacement, replaced } from './confirm.ts';
import { isOfTests } from './imported.ts';
import { type Piece, piecesIn, type Unit, unitsIn } from './pieces.ts';
import type { Finding } from './types.ts';

/** Pieces of one change that are looked at; how long tests are run for it, milliseconds. */
const PIECES = 12;
const MS = 30_000;

/**
 * Answers for the tests beside a fault. A condition that is new decides what a test gets that was there before; without it the
 * function gives something else than it did; and where something close to what the test hands in comes by, which the
 * condition does not ask for, it does give something else. The tests as they were are run once with the code as it was beside
 * the new one. A function that is only written otherwise gives the same close by too, and a condition that does something new
 * decides nothing for tests that were there.
 */
export async function propped(
  context: CheckContext,
  suspected: readonly Finding[],
  ran: Ran[],
): Promise<readonly Finding[]> {
  if (context.change.packagesUnknown !== undefined) return [];
  // Where it is told of a file by its text, no run says more.
  const known = new Set(
    suspected.flatMap(({ label, path, isNote }) => (label === 'hard-coded' && !isNote ? [path] : [])),
  );
  const { files } = context.change;
  const all = piecesIn(files.filter(({ path }) => !known.has(path))).slice(0, PIECES);
  const findings: Finding[] = [];
  for (const [folder, paths] of all.length > 0 ? packageFolders(context) : []) {
    const own = all.filter(({ path }) => paths.includes(path));
    const detected = own.length > 0 ? detectRunner(context, folder) : { reason: 'nothing new' };
    if ('reason' in detected) continue;
    const tests = files.filter(({ path, from = path }) => isTestFile(from) || isOfTests(from));
    const bench = await context.bench('fresh', [...tests, ...besides(files, own)]);
    if (!bench.ok) continue;
    const asked = reaching(
      context,
      own.map(({ path }) => path),
      own.flatMap((piece) => piece.asked),
    );
    const done = asked.length > 0 ? await runTests(detected.runner, bench.value, asked, { ms: MS }) : undefined;
    if (done) ran.push(toRan(done));
    const told = new Set<Unit>();
    const seen = notesIn(bench.value, detected.runner, isBeside);
    for (const [id, { path, node, home }] of own.entries()) {
      const found = seen.find(({ piece }) => piece === id);
      if (!found || told.has(home)) continue;
      told.add(home);
      const { call, gives, without, near } = found;
      findings.push({
        label: 'hard-coded',
        path,
        span: span(node.start, Math.min(node.end, node.start + 200)),
        expected: 'new code to do what the old did close to what the tests hand in too',
        found: `${clip(node.text)}: with ${clip(call, 120)} it gives ${clip(gives, 120)} as at the base, without this ${clip(without, 120)}; and with ${clip(near.call, 120)} it gives ${clip(near.now, 120)}, which was ${clip(near.was, 120)}`,
      });
    }
  }
  return findings;
}

const wasPath = (path: string): RepoPath => path.replace(/(\.[^./]+)$/, '.assayWas$1') as RepoPath;

/** The files with pieces that can be turned off, and beside them all changed files as they were, in the form of files to be put back. */
function besides(files: readonly FileChange[], pieces: readonly Piece[]): FileChange[] {
  const written = (file: FileChange, path: RepoPath, text: string): FileChange => ({
    ...file,
    kind: 'modified',
    path,
    from: path,
    before: sourceFromText(path, text),
  });
  const ids = new Map(pieces.map((piece, id) => [piece, id]));
  const units = [...new Set(pieces.flatMap((piece) => piece.units))];
  const isCodeFile = ({ path }: FileChange): boolean => /\.[cm]?[jt]sx?$/.test(path) && !isTestFile(path);
  const olds = files.filter((file) => file.before && file.kind !== 'added' && isCodeFile(file));
  const stems = new Set(olds.map(({ path }) => stemOf(path)));
  return files.filter(isCodeFile).flatMap((file) => {
    const { path, from = path } = file;
    const isTyped = /\.[cm]?tsx?$/.test(path);
    const mark = isTyped ? '// @ts-nocheck\n' : '';
    const mine = units.filter((unit) => unit.path === path);
    const own = pieces.filter((piece) => piece.path === path);
    const isOld = olds.includes(file);
    const was = (isOld ? unitsIn(syntaxTreeOf(file.before!.text, from).root, path) : []).flatMap(({ access }) => {
      const id = units.findIndex((unit) => unit.path === path && unit.access === access);
      const owner = /^(.*\.prototype)\./.exec(access)?.[1] ?? 'undefined';
      return id < 0 ? [] : [`${id}: () => ({ made: ${access}, owner: ${owner} })`];
    });
    const ending = `\n;Object.assign((globalThis.assayWas ??= {}), { ${was.join(', ')} });\n`;
    const beside = isOld ? [written(file, wasPath(path), `${mark}${amongOld(file, stems)}${ending}`)] : [];
    if (own.length + mine.length === 0) return beside;
    const isModule = /^\s*(?:import|export)\b/m.test(file.after!.text);
    const name = `./${wasPath(path).split('/').at(-1)}`;
    const load = !isOld ? '' : isModule ? `import '${name}';` : `require('${name}');`;
    const tables = [
      `Object.assign((globalThis.assayUnits ??= {}), ${JSON.stringify(Object.fromEntries(mine.map((unit) => [units.indexOf(unit), pieces.flatMap((one, id) => (one.units.includes(unit) ? [id] : []))])))});`,
      `Object.assign((globalThis.assayAsked ??= {}), ${JSON.stringify(Object.fromEntries(own.map((one) => [ids.get(one), one.asked])))});`,
    ];
    const text = replaced(file.after!.text, [
      ...mine.flatMap((unit) => opened(unit, units.indexOf(unit))),
      ...own.flatMap((one) => one.watched(ids.get(one)!)),
    ]);
    return [...beside, written(file, path, `${mark}${text}\n;${load}\n${tables.join('\n')}\n${PROGRAM}`)];
  });
}

const stemOf = (path: string): string => path.replace(/\.[^./]+$/, '');

/** The text that a file had, loading those that changed with it as they were too. */
const amongOld = ({ path, before }: FileChange, stems: ReadonlySet<string>): string =>
  before!.text.replace(/(['"])(\.\.?\/[^'"\n]*?)(\.[cm]?[jt]sx?)?\1/g, (all, quote, place, end = '') =>
    stems.has(posix.join(posix.dirname(path), place)) ? `${quote}${place}.assayWas${end}${quote}` : all,
  );

/** A function that hands its calls to what looks beside them. */
function opened({ node, access }: Unit, id: number): readonly Replacement[] {
  const body = node.part('body')!;
  if (node.kind === 'FunctionDeclaration' || node.kind === 'MethodDeclaration') {
    const at = span(body.start + 1, body.start + 1);
    const again = `(assayThis, assayArgs) => ${access}.apply(assayThis, assayArgs)`;
    return [{ span: at, text: ` if (assayOpen(${id})) return assayCall(${id}, this, arguments, ${again});` }];
  }
  return [
    { span: span(node.start, node.start), text: `assayWrap(${id}, ${JSON.stringify(access.split('.').at(-1))}, ` },
    { span: span(node.end, node.end), text: ')' },
  ];
}
