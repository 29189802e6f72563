/**
 * The compiler as oracle against the compiler itself, on one repository, in one run:
 *
 *     node bench/lang.ts <repository> [edits]
 *
 * For each edit (a line put at the end of a seeded choice of files) the service's diagnostics, names around the line and
 * candidates are timed, and the same edit is given to bare compiler calls in a process of their own, in turns. Ratios
 * are of medians. The in-process compiler is measured the same way, with a tenth of the edits.
 */
import { readFileSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, resolve } from 'node:path';
import { API } from 'typescript/unstable/sync';
import type ts from 'typescript6';
import { type RepoPath, random, span } from '../src/base/index.ts';
import { type LanguageService, openLanguage } from '../src/lang/index.ts';

const SEED = 1_117;
const [, , given, count = '200'] = process.argv;
if (!given) {
  console.error('usage: node bench/lang.ts <repository> [edits]');
  process.exit(2);
}
const root = realpathSync(resolve(given));
const config = `${root}/tsconfig.json`;
const edits = Number(count);

interface Raw {
  readonly files: readonly string[];
  /** Diagnostics of one file after one edit. */
  edit(file: string, text: string): number;
  close(): void;
}

function rawNative(): Raw {
  const overlay = new Map<string, string>();
  const api = new API({ cwd: root, fs: { readFile: (path) => overlay.get(path) } });
  let snapshot = api.updateSnapshot({ openProjects: [config] });
  return {
    files: snapshot.getProject(config)!.program.getSourceFileNames(),
    edit: (file, text) => {
      overlay.set(file, text);
      const next = api.updateSnapshot({ fileChanges: { changed: [file] } });
      snapshot.dispose();
      snapshot = next;
      const { program } = snapshot.getProject(config)!;
      return program.getSyntacticDiagnostics(file).length + program.getSemanticDiagnostics(file).length;
    },
    close: () => api.close(),
  };
}

function rawService(): Raw {
  const compiler = createRequire(import.meta.url)('typescript6') as typeof ts;
  const { sys } = compiler;
  const parsed = compiler.getParsedCommandLineOfConfigFile(config, undefined, {
    ...sys,
    onUnRecoverableConfigFileDiagnostic: () => {},
  })!;
  const texts = new Map<string, { text: string; version: number }>();
  const service = compiler.createLanguageService({
    getCompilationSettings: () => parsed.options,
    getScriptFileNames: () => parsed.fileNames,
    getScriptVersion: (name) => String(texts.get(name)?.version ?? 0),
    getScriptSnapshot: (name) => {
      const text = texts.get(name)?.text ?? sys.readFile(name);
      return text === undefined ? undefined : compiler.ScriptSnapshot.fromString(text);
    },
    getCurrentDirectory: () => dirname(config),
    getDefaultLibFileName: (options) => compiler.getDefaultLibFilePath(options),
    fileExists: sys.fileExists,
    readFile: sys.readFile,
    directoryExists: sys.directoryExists,
    getDirectories: sys.getDirectories,
  });
  const files = service
    .getProgram()!
    .getSourceFiles()
    .map(({ fileName }) => fileName);
  return {
    files,
    edit: (file, text) => {
      texts.set(file, { text, version: (texts.get(file)?.version ?? 0) + 1 });
      return service.getSyntacticDiagnostics(file).length + service.getSemanticDiagnostics(file).length;
    },
    close: () => service.dispose(),
  };
}

function timed<T>(call: () => T): readonly [ms: number, value: T] {
  const start = performance.now();
  const value = call();
  return [performance.now() - start, value];
}

const at = (times: readonly number[], part: number): number =>
  times.toSorted((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * part))] ?? Number.NaN;
const show = (times: readonly number[]): string =>
  `p50 ${at(times, 0.5).toFixed(1)} ms, p95 ${at(times, 0.95).toFixed(1)} ms`;

function measure(engine: 'native' | 'service', openRaw: () => Raw, many: number): void {
  const [rawOpen, raw] = timed(openRaw);
  const sources = raw.files.filter(
    (file) => file.startsWith(`${root}/`) && /\.tsx?$/.test(file) && !/\.d\.ts$|\/node_modules\//.test(file),
  );
  const lines = sources.reduce((sum, file) => sum + readFileSync(file, 'utf8').split('\n').length, 0);
  const repo = (file: string): RepoPath => file.slice(root.length + 1) as RepoPath;
  const opened = openLanguage({ root, engine });
  if (!opened.ok) throw new Error(JSON.stringify(opened.issues));
  const service: LanguageService = opened.value;
  const [ownOpen] = timed(() => service.projectsOf(repo(sources[0]!)));
  const [first] = timed(() => service.diagnostics(repo(sources[0]!)));
  const rng = random(SEED);
  const times = {
    raw: [] as number[],
    own: [] as number[],
    names: [] as number[],
    all: [] as number[],
    members: [] as number[],
    scope: [] as number[],
  };
  const overlay = new Map<RepoPath, string>();
  let differing = 0;
  for (let n = 0; n < many; n++) {
    const file = rng.pick(sources);
    const before = readFileSync(file, 'utf8');
    const line = `\nconst edited${n} = ''.length; void edited${n}; edited${n}.toFixe();\n`;
    const text = before + line;
    // Edits stay, as they do for the bare compiler; the same file may be picked again.
    overlay.set(repo(file), text);
    const now = new Map(overlay);
    const own = (): number => {
      const [ms, answer] = timed(() => {
        service.setOverlay(now);
        return service.diagnostics(repo(file));
      });
      times.own.push(ms);
      return answer.status === 'known' ? answer.value.length : -1;
    };
    const bare = (): number => {
      const [ms, found] = timed(() => raw.edit(file, text));
      times.raw.push(ms);
      return found;
    };
    // In turns, so that neither always finds the machine warm.
    const [one, other] = n % 2 === 0 ? [own(), bare()] : [bare(), own()];
    if (one !== other) differing++;
    times.names.push(timed(() => service.names(repo(file), [span(before.length, text.length)]))[0]);
    if (n % 10 === 0) times.all.push(timed(() => service.names(repo(file)))[0]);
    times.members.push(timed(() => service.candidates(repo(file), text.indexOf('toFixe') + 6))[0]);
    times.scope.push(timed(() => service.candidates(repo(file), before.length + 1))[0]);
  }
  const ratio = at(times.own, 0.5) / at(times.raw, 0.5);
  console.log(`\n${engine}: ${sources.length} files, ${lines} lines, ${many} edits, seed ${SEED}`);
  console.log(
    `  open and first diagnostics  ${(ownOpen + first).toFixed(0)} ms (bare compiler: open ${rawOpen.toFixed(0)} ms)`,
  );
  console.log(
    `  diagnostics after an edit   ${show(times.own)}; bare calls ${show(times.raw)}; ratio ${ratio.toFixed(2)}`,
  );
  console.log(`  names of the edited line    ${show(times.names)}`);
  console.log(`  names of the whole file     ${show(times.all)}`);
  console.log(`  member candidates           ${show(times.members)}`);
  console.log(`  candidates in scope         ${show(times.scope)}`);
  console.log(`  edits judged differently    ${differing}`);
  service.close();
  raw.close();
}

measure('native', rawNative, edits);
measure('service', rawService, Math.max(10, Math.floor(edits / 10)));
