/**
 * Completion at member accesses of a real repository: how often the first guess is right (n-gram alone, the compiler's
 * order alone, both), whether what is shown with `pass` compiles by another compiler's own run, how often something with
 * `pass` is shown, and how long it takes warm.
 *
 *     node bench/complete.ts <repository> [--positions 500] [--seed 1] [--under src] [--model file.gguf]
 *
 * The identifier at each position is blanked, the rest of the file stays; the model has counted the repository as it is
 * on disk but for the open file, of which it sees only what is left. The judge is the TypeScript language service of
 * `typescript6` over the same tsconfig, which shares no code with `lang/`.
 *
 * With `--model` the transformer is compared too, at the same positions with the rest of their line taken out, where it can write on: the n-gram
 * alone and both together, in turn, the second as an editor would have it, within 40 ms a draft on average.
 */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import ts from 'typescript6';
import { type RepoPath, random } from '../src/base/index.ts';
import { type Completer, openCompleter } from '../src/jobs/index.ts';
import { repositoryModel, SEQUENCE_TOKENS } from '../src/jobs/repositoryModel.ts';
import { openLanguage } from '../src/lang/index.ts';
import { heal } from '../src/predict/index.ts';
import { loadShipped } from '../src/tokens/index.ts';
import { openWorkspace } from '../src/workspace/index.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    positions: { type: 'string', default: '500' },
    seed: { type: 'string', default: '1' },
    under: { type: 'string', default: '' },
    config: { type: 'string', default: 'tsconfig.json' },
    model: { type: 'string' },
  },
});
const opened = await openWorkspace(positionals[0] ?? '.');
if (!opened.ok) throw new Error(opened.issues[0]!.message);
const workspace = opened.value;

interface Site {
  readonly path: RepoPath;
  readonly text: string;
  readonly start: number;
  readonly name: string;
}

/** Member accesses after a dot whose receiver's type is known, drawn evenly by seed. */
function sites(count: number, seed: number, paths: readonly RepoPath[]): Site[] {
  const language = openLanguage({ root: workspace.root });
  if (!language.ok) throw new Error(language.issues[0]!.message);
  const draw = random(seed);
  const found: Site[] = [];
  const shuffled = paths.map((path) => ({ path, key: draw.float() })).sort((a, b) => a.key - b.key);
  const perFile = Math.max(2, Math.ceil((count * 1.5) / Math.max(1, shuffled.length)));
  for (const { path } of shuffled) {
    if (found.length >= count) break;
    const source = workspace.read(path);
    const names = language.value.names(path);
    const diagnostics = language.value.diagnostics(path);
    if (!source.ok || names.status === 'unknown' || diagnostics.status === 'unknown') continue;
    // Only where the file compiles can a completion make it compile.
    if (diagnostics.value.some(({ severity }) => severity === 'error')) continue;
    const { text } = source.value;
    const members = names.value.filter(
      ({ role, resolution, span }) =>
        role === 'member' && resolution.status === 'found' && text[span.start - 1] === '.',
    );
    const chosen = members.map((use) => ({ use, key: draw.float() })).sort((a, b) => a.key - b.key);
    for (const { use } of chosen.slice(0, perFile)) found.push({ path, text, start: use.span.start, name: use.name });
  }
  language.value.close();
  return found.slice(0, count);
}

/** The independent judge: errors of one file under another compiler. */
function judge(config: string): (path: string, text: string) => number {
  const parsed = ts.getParsedCommandLineOfConfigFile(
    config,
    {},
    { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => {} },
  );
  if (!parsed) throw new Error(`${config} cannot be read`);
  const versions = new Map<string, { version: number; text: string }>();
  const host: ts.LanguageServiceHost = {
    getCompilationSettings: () => ({ ...parsed.options, noEmit: true }),
    getScriptFileNames: () => [...new Set([...parsed.fileNames, ...versions.keys()])],
    getScriptVersion: (name) => String(versions.get(name)?.version ?? 0),
    getScriptSnapshot: (name) => {
      const text = versions.get(name)?.text ?? ts.sys.readFile(name);
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
    },
    getCurrentDirectory: () => dirname(config),
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    fileExists: ts.sys.fileExists,
    readFile: ts.sys.readFile,
    readDirectory: ts.sys.readDirectory,
    directoryExists: ts.sys.directoryExists,
    getDirectories: ts.sys.getDirectories,
  };
  const service = ts.createLanguageService(host);
  return (path, text) => {
    const name = join(workspace.root, path);
    const version = (versions.get(name)?.version ?? 0) + 1;
    versions.set(name, { version, text });
    const errors = [...service.getSyntacticDiagnostics(name), ...service.getSemanticDiagnostics(name)].filter(
      ({ category }) => category === ts.DiagnosticCategory.Error,
    );
    versions.set(name, { version: version + 1, text: readFileSync(name, 'utf8') });
    return errors.length;
  };
}

const listed = await workspace.paths();
if (!listed.ok) throw new Error(listed.issues[0]!.message);
const code = listed.value.filter(
  (path) => /\.[cm]?tsx?$/.test(path) && !/\.d\.[cm]?ts$/.test(path) && path.startsWith(values.under),
);
const chosen = sites(Number(values.positions), Number(values.seed), code);
const started = performance.now();
const completer = await openCompleter(workspace);
if (!completer.ok) throw new Error(completer.issues[0]!.message);
console.log(
  `opened in ${Math.round(performance.now() - started)} ms; ${chosen.length} positions in ${new Set(chosen.map(({ path }) => path)).size} files of ${code.length}`,
);
const language = openLanguage({ root: workspace.root });
if (!language.ok) throw new Error(language.issues[0]!.message);
const errorsOf = judge(join(workspace.root, values.config));

const tokenizer = loadShipped();
const alone = await repositoryModel(workspace, tokenizer);
const accessed = new Set<string>();
for (const path of code) {
  const source = workspace.read(path);
  if (source.ok) for (const [, name] of source.value.text.matchAll(/\.([A-Za-z_$][\w$]*)/g)) accessed.add(name!);
}

/** The likeliest of all names that stand after a dot anywhere in the repository. */
function ngramAlone({ path, text, start, name }: Site): string {
  const [prefix, suffix] = [text.slice(0, start), text.slice(start + name.length)];
  alone.show(path, prefix, suffix);
  const prompt = heal(tokenizer.encode(prefix), tokenizer);
  const typed = new TextDecoder().decode(prompt.typed);
  const sequence = alone.model.open();
  sequence.extend(prompt.tokens.slice(-SEQUENCE_TOKENS));
  let best = { name: '', score: -Infinity };
  for (const candidate of accessed) {
    const score = sequence.scoreNext(tokenizer.encode(typed + candidate + suffix.slice(0, 24)));
    if (score > best.score) best = { name: candidate, score };
  }
  sequence.close();
  return best.name;
}

const tally = { both: 0, ngram: 0, compiler: 0, shown: 0, pass: 0, wrong: 0, judged: 0 };
const times: number[] = [];
for (const site of chosen) {
  const hole = site.text.slice(0, site.start) + site.text.slice(site.start + site.name.length);
  const report = await completer.value.complete(site.path, hole, site.start, { count: 1 });
  times.push(report.ms);
  const [first] = report.completions;
  const word = /^[\w$]+/.exec(first?.text ?? '')?.[0];
  if (word === site.name) tally.both++;
  if (first) tally.shown++;
  if (first?.status === 'pass') {
    tally.pass++;
    const text = hole.slice(0, first.span.start) + first.text + hole.slice(first.span.end);
    // A site whose own file has errors under the judge cannot judge.
    if (errorsOf(site.path, site.text) === 0) {
      tally.judged++;
      if (errorsOf(site.path, text) > 0) {
        tally.wrong++;
        console.log(
          `shown with pass, does not compile: ${site.path} at ${site.start}: ${first.text} (was ${site.name})`,
        );
      }
    }
  }
  if (ngramAlone(site) === site.name) tally.ngram++;
  language.value.setOverlay(new Map([[site.path, hole]]));
  const candidates = language.value.candidates(site.path, site.start);
  if (candidates.status === 'known') {
    const [best] = [...candidates.value.candidates].sort((a, b) =>
      a.sortText < b.sortText ? -1 : a.sortText > b.sortText ? 1 : a.name < b.name ? -1 : 1,
    );
    if (best?.name === site.name) tally.compiler++;
  }
}
const at = (all: readonly number[], share: number): string => {
  const sorted = all.toSorted((a, b) => a - b);
  return `${sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]?.toFixed(0)} ms`;
};
const percent = (value: number, of: number): string =>
  `${value} of ${of} (${((100 * value) / Math.max(1, of)).toFixed(1)} %)`;
console.log(`first guess right, both           ${percent(tally.both, chosen.length)}`);
console.log(`first guess right, n-gram alone   ${percent(tally.ngram, chosen.length)}`);
console.log(`first guess right, compiler alone ${percent(tally.compiler, chosen.length)}`);
console.log(`something shown with pass         ${percent(tally.pass, chosen.length)}`);
console.log(`pass, and compiles by the judge   ${percent(tally.judged - tally.wrong, tally.judged)}`);
console.log(`warm completion p50 ${at(times, 0.5)}, p95 ${at(times, 0.95)}`);
if (values.model !== undefined) await withTransformer(values.model, completer.value);
completer.value.close();
language.value.close();

async function withTransformer(model: string, alone: Completer): Promise<void> {
  const together = await openCompleter(workspace, undefined, { model, draftMs: 40 });
  if (!together.ok) throw new Error(together.issues[0]!.message);
  const ways = [
    { name: 'n-gram', by: alone, times: [] as number[], names: 0, texts: 0, characters: 0 },
    { name: 'with the transformer', by: together.value, times: [] as number[], names: 0, texts: 0, characters: 0 },
  ];
  for (const [index, { path, text, start, name }] of chosen.entries()) {
    const end = /\r?\n|$/.exec(text.slice(start))!.index + start;
    const open = text.slice(0, start) + text.slice(end);
    for (const way of index % 2 === 0 ? ways : ways.toReversed()) {
      const report = await way.by.complete(path, open, start, { count: 1 });
      way.times.push(report.ms);
      const shown = report.completions[0]?.text ?? '';
      if (/^[\w$]+/.exec(shown)?.[0] === name) way.names++;
      if (shown === '' || !text.slice(start, end).startsWith(shown)) continue;
      way.texts++;
      way.characters += shown.length;
    }
  }
  console.log('with the rest of the line taken out');
  for (const { name, times, names, texts, characters } of ways)
    console.log(
      `  ${name.padEnd(22)} first name right ${percent(names, chosen.length)}, all of what is shown ${percent(texts, chosen.length)}, ${(characters / chosen.length).toFixed(1)} characters a position; p50 ${at(times, 0.5)}, p95 ${at(times, 0.95)}`,
    );
  together.value.close();
}
