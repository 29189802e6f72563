/**
 * What a check costs, in two forms:
 *
 *     node bench/check.ts default <folder> <diff> [rounds]   the default check of a diff, in turns with the project's own
 *                                                            `vitest related` of the changed files
 *     node bench/check.ts edit <repository> [edits]          constraints, names, packages and types of one edited file,
 *                                                            warm (compiler open), alone and with what sees it in turns, and
 *                                                            cold (a command), beside `tsc --noEmit`, the project's own and
 *                                                            the two that assay brings
 *
 * Ratios are of medians within one run.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type AssayEvent, type Hash, LIMITS, type RepoPath, random, span } from '../src/base/index.ts';
import { check } from '../src/jobs/index.ts';
import { openLanguage, openPackages } from '../src/lang/index.ts';
import { type SourceText, sourceText } from '../src/text/index.ts';
import { type CheckContext, verify } from '../src/verify/index.ts';

const SEED = 2_203;
const here = fileURLToPath(new URL('..', import.meta.url));

const median = (times: readonly number[]): number =>
  times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN;
const show = (times: readonly number[]): string =>
  `p50 ${median(times).toFixed(0)} ms of ${times.map((ms) => ms.toFixed(0)).join(', ')}`;
const timed = (file: string, args: readonly string[], cwd: string): number => {
  const start = performance.now();
  spawnSync(file, [...args], { cwd, stdio: 'ignore' });
  return performance.now() - start;
};

function textOf(path: RepoPath, text: string): SourceText {
  const source = sourceText(path, new TextEncoder().encode(text));
  if (!source.ok) throw new Error(source.issues[0]!.message);
  return source.value;
}

async function defaultCheck(folder: string, diff: string, rounds: number): Promise<void> {
  const text = readFileSync(join(folder, diff), 'utf8');
  const changed = [...text.matchAll(/^\+\+\+ b\/(\S+)/gm)].map(([, path]) => path!);
  const top = spawnSync('git', ['rev-parse', '--show-toplevel'], { cwd: folder, encoding: 'utf8' }).stdout.trim();
  const own: number[] = [];
  const bare: number[] = [];
  const parts = new Map<string, number[]>();
  const runner = [
    join(here, 'node_modules/vitest/vitest.mjs'),
    'related',
    ...changed.map((path) => join(top, path)),
    '--run',
  ];
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    const report = await check({
      cwd: folder,
      change: { kind: 'diff', diff: text },
      events: (event: AssayEvent) => {
        if (event.type === 'check-end') parts.set(event.check, [...(parts.get(event.check) ?? []), event.ms]);
      },
    });
    own.push(performance.now() - start);
    bare.push(timed(process.execPath, runner, folder));
    console.log(`round ${round + 1}: ${report.ok ? report.value.verdict.status : report.issues[0]!.message}`);
  }
  console.log(`default check: ${show(own)}`);
  for (const [name, times] of parts) console.log(`  ${name.padEnd(12)} ${show(times)}`);
  console.log(
    `vitest related, bare: ${show(bare)}; the check takes ${(median(own) / median(bare)).toFixed(2)} times that`,
  );
}

async function oneEdit(root: string, edits: number): Promise<void> {
  const opened = openLanguage({ root });
  if (!opened.ok) throw new Error(JSON.stringify(opened.issues));
  const language = opened.value;
  const packages = openPackages(root);
  const listed = spawnSync('git', ['ls-files', '-z', '*.ts', '*.tsx'], { cwd: root, encoding: 'utf8', maxBuffer: 1e9 });
  const files = listed.stdout.split('\0').filter((path) => path !== '' && !path.endsWith('.d.ts')) as RepoPath[];
  const lines = files.reduce((sum, path) => sum + readFileSync(join(root, path), 'utf8').split('\n').length, 0);
  const rng = random(SEED);
  const warm = { alone: [] as number[], seen: [] as number[] };
  const cpu = { alone: [] as number[], seen: [] as number[] };
  let first = 0;
  for (let n = 0; n < edits; n++) {
    const path = rng.pick(files);
    const how = n % 2 === 0 ? 'alone' : 'seen';
    const before = readFileSync(join(root, path), 'utf8');
    const after = `${before}\nconst edited${n} = ''.length;\nexport const twice${n} = edited${n}.toFixed(2);\n`;
    const file = {
      kind: 'modified' as const,
      path,
      before: textOf(path, before),
      after: textOf(path, after),
      binary: false,
      spans: [span(before.length + 1, after.length)],
    };
    const head = new Map<RepoPath, string | null>([[path, after]]);
    const context: CheckContext = {
      change: {
        base: 'HEAD',
        head: 'diff',
        files: [file],
        root,
        inPlace: true,
        treeHash: '' as Hash,
        close: async () => {},
      },
      language,
      packages,
      options: { allTests: false, constraints: [], ...(how === 'alone' ? { dependents: 0 } : {}) },
      events: () => {},
      store: tmpdir(),
      atBase: (body) => {
        language.setOverlay(new Map());
        try {
          return body(language);
        } finally {
          language.setOverlay(head);
        }
      },
      bench: async () => {
        throw new Error('nothing is run here');
      },
    };
    const start = performance.now();
    const spent = process.cpuUsage();
    language.setOverlay(head);
    await verify(context, ['constraints', 'names', 'packages', 'types']);
    const { user, system } = process.cpuUsage(spent);
    if (n === 0) first = performance.now() - start;
    else {
      warm[how].push(performance.now() - start);
      cpu[how].push((user + system) / 1_000);
    }
  }
  language.close();
  console.log(`${root}: ${files.length} files, ${lines} lines; first edit, with opening ${first.toFixed(0)} ms`);
  for (const [how, times] of Object.entries(warm)) {
    const sorted = times.toSorted((a, b) => a - b);
    const own = median(cpu[how as keyof typeof cpu]).toFixed(0);
    console.log(
      `warm, one edited file ${how === 'alone' ? 'alone' : `and up to ${LIMITS.dependents} that see it`}: p50 ${median(times).toFixed(0)} ms, p95 ${sorted[Math.floor(sorted.length * 0.95)]?.toFixed(0)} ms, processor time of this process p50 ${own} ms (${times.length} edits)`,
    );
  }

  const scratch = mkdtempSync(join(tmpdir(), 'assay-bench-check-'));
  try {
    const path = files[Math.floor(files.length / 2)]!;
    const count = readFileSync(join(root, path), 'utf8').split('\n').length - 1;
    const diff = join(scratch, 'one.diff');
    writeFileSync(diff, `--- a/${path}\n+++ b/${path}\n@@ -${count},0 +${count + 1},1 @@\n+export const added = 1;\n`);
    const assay = [join(here, 'bin/assay.js'), 'check', '--diff', diff, '--only', 'constraints,names,packages,types'];
    const own = join(root, 'node_modules/typescript/bin/tsc');
    const peers = [own, ...['typescript6/bin/tsc', 'typescript/bin/tsc'].map((bin) => join(here, 'node_modules', bin))];
    const cold: number[] = [];
    const compilers = peers.map((): number[] => []);
    for (let round = 0; round < 2; round++) {
      cold.push(timed(process.execPath, assay, root));
      for (const [index, bin] of peers.entries())
        if (existsSync(bin)) compilers[index]!.push(timed(process.execPath, [bin, '--noEmit', '-p', '.'], root));
    }
    console.log(`cold, a command on a diff: ${show(cold)}`);
    for (const [index, bin] of peers.entries()) {
      const ratio = median(cold) / median(compilers[index]!);
      console.log(
        `${bin === own ? 'the project’s own tsc' : relative(here, bin)} --noEmit: ${show(compilers[index]!)}; the command takes ${ratio.toFixed(2)} times that`,
      );
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

const [, , mode, where, ...rest] = process.argv;
if (mode === 'default' && where && rest[0]) await defaultCheck(resolve(where), rest[0], Number(rest[1] ?? 3));
else if (mode === 'edit' && where) await oneEdit(resolve(where), Number(rest[0] ?? 40));
else {
  console.error('usage: node bench/check.ts default <folder> <diff> [rounds] | edit <repository> [edits]');
  process.exit(2);
}
