import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { canonicalJson, LIMITS, type RepoPath, readRegularText, sha256 } from '../../base/index.ts';
import { isOwnFolder } from '../../sandbox/index.ts';
import type { Bench, CheckContext } from '../context.ts';
import { runTests } from './run.ts';
import { expandScript } from './script.ts';
import type { Runner, TestRun } from './types.ts';

const CONFIG =
  /^(?:(?:vite|vitest|jest|babel)\.(?:config|workspace|setup|preset)(?:\..+)?|\.(?:mocha|babel)rc(?:\..+)?)$/;

/** Parts of a manifest that runners read. */
const MANIFEST_KEYS = ['jest', 'mocha', 'vitest', 'babel'] as const;

/**
 * Changed files that the runner itself reads or runs: its configuration, and what that names (set-up files, reporters,
 * plugins). Whoever writes those decides what is reported.
 */
export function runnerFiles({ change }: CheckContext, folder: string): RepoPath[] {
  const texts = [...new Set([folder, ''])].flatMap((at) =>
    listed(join(change.root, at)).flatMap((name) => {
      const path = join(change.root, at, name);
      return name === 'package.json' ? runnerParts(textOf(path)) : CONFIG.test(name) ? textOf(path) : [];
    }),
  );
  const isNamed = (path: string): boolean => {
    const stem = basename(path).replace(/\.[cm]?[jt]sx?$/, '');
    const name = stem.replace(/\W/g, '\\$&');
    // Without a folder it is a file only with its ending: words of scripts and settings are none.
    const quoted = new RegExp(`(?:/${name}(?:\\.[cm]?[jt]sx?)?|["'\`\\s=]${name}\\.[cm]?[jt]sx?)["'\`\\s]`);
    return stem !== basename(path) && texts.some((text) => quoted.test(text));
  };
  return change.files
    .filter(({ kind, path }) => kind !== 'deleted' && (!path.includes('/') || path.startsWith(folder && `${folder}/`)))
    .filter(({ path, before, after }) =>
      basename(path) === 'package.json'
        ? runnerParts(before?.text) !== runnerParts(after?.text)
        : CONFIG.test(basename(path)) || isNamed(path),
    )
    .map(({ path }) => path);
}

function runnerParts(manifest = '{}'): string {
  try {
    const parsed = JSON.parse(manifest) as Record<string, unknown> & { readonly scripts?: Record<string, string> };
    const test = expandScript(parsed.scripts?.test ?? '', parsed.scripts ?? {});
    return canonicalJson([test, ...MANIFEST_KEYS.map((key) => parsed[key] ?? null)]);
  } catch {
    return manifest;
  }
}

function listed(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function textOf(path: string): string {
  return readRegularText(path, LIMITS.fileBytes) ?? '';
}

/** Assertions that cannot hold; the test below passes where one of them does. */
const EXPECTED = '() => expect(1).toBe(2), () => expect([1]).toEqual([2]), () => expect([1]).toStrictEqual([2])';
const ASSERTED =
  '() => assert.equal(1, 2), () => assert.strictEqual(1, 2), () => assert.deepEqual([1], [2]), () => assert.deepStrictEqual([1], [2]), () => assert.ok(false)';
const ASSERT = "const assert = process.getBuiltinModule('node:assert').strict;\n";

/** The body of a test that cannot pass. */
const body = (name: string, fails: string): string =>
  `() => { for (const fails of [${fails}]) { try { fails(); } catch { continue; } return; } throw new Error('${name}'); }`;

/** A test that cannot pass, in the words of a runner. */
const TEXTS: Readonly<Record<Runner['name'], (name: string) => string>> = {
  vitest: (name) => `import { expect, it } from 'vitest';\nit('${name}', ${body(name, EXPECTED)});\n`,
  jest: (name) => `it('${name}', ${body(name, EXPECTED)});\n`,
  mocha: (name) => `${ASSERT}(globalThis.it ?? globalThis.test)('${name}', ${body(name, ASSERTED)});\n`,
  'node:test': (name) => `${ASSERT}process.getBuiltinModule('node:test')('${name}', ${body(name, ASSERTED)});\n`,
};

/**
 * Puts a test that fails beside one that passed, and has it run. `hidden` where the runner says that it passed, or ends
 * with status 0; `not-run` where it is not reported at all.
 */
export async function tryCanary(
  runner: Runner,
  bench: Bench,
  beside: string,
): Promise<{ readonly outcome: 'told' | 'hidden' | 'not-run'; readonly run?: TestRun }> {
  const name = `fails-${sha256(`${beside}\0${performance.now()}\0${Math.random()}`).slice(0, 12)}`;
  // The name keeps its beginning and its ending, by which runners know test files.
  const path = join(dirname(beside), basename(beside).replace(/\.|$/, `-${name}$&`)) as RepoPath;
  const file = join(bench.root, path);
  if (!isOwnFolder(dirname(file))) return { outcome: 'not-run' };
  writeFileSync(file, `// @ts-nocheck\n${TEXTS[runner.name](name)}`, { flag: 'wx' });
  const run = await runTests(runner, bench, [path]);
  rmSync(file, { force: true });
  if (!run) return { outcome: 'not-run' };
  const told = run.report?.cases.find((one) => one.path === path || one.name.includes(name));
  if (!told || told.status === 'skipped') return { outcome: 'not-run', run };
  return { outcome: told.status === 'failed' && run.observation.exitCode !== 0 ? 'told' : 'hidden', run };
}
