import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import type { RepoPath } from '../../../src/base/index.ts';
import { type LanguageService, openLanguage, transpilerPath } from '../../../src/lang/index.ts';
import { openSandbox, type Sandbox } from '../../../src/sandbox/index.ts';
import { type Probed, probe } from '../../../src/verify/index.ts';

export interface ModulePair {
  readonly path: string;
  readonly before?: string;
  readonly after: string;
}

/** A small repository on disk, with a compiler and a sandbox over it. */
export class ProbeBed {
  readonly root: string;
  readonly #language: LanguageService;
  readonly #sandbox: Sandbox;

  private constructor(root: string, language: LanguageService, sandbox: Sandbox) {
    this.root = root;
    this.#language = language;
    this.#sandbox = sandbox;
  }

  /** `files`: the head. */
  static async open(files: Readonly<Record<string, string>>): Promise<ProbeBed> {
    const root = realpathSync(mkdtempSync(join(tmpdir(), 'assay-probes-')));
    const all = { 'tsconfig.json': JSON.stringify({ compilerOptions: CONFIG, include: ['src'] }), ...files };
    for (const [path, text] of Object.entries(all)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    const language = openLanguage({ root });
    if (!language.ok) throw new Error(language.issues[0]!.message);
    const sandbox = await openSandbox({
      access: { read: [root, dirname(transpilerPath())], write: [], network: false },
      levels: ['strong', 'namespaces', 'restricted'],
    });
    if (!sandbox.ok) throw new Error(sandbox.issues[0]!.message);
    return new ProbeBed(root, language.value, sandbox.value);
  }

  async probe(
    modules: readonly ModulePair[],
    files: Readonly<Record<string, string>>,
    seed = 1,
  ): Promise<readonly Probed[]> {
    const probed = await probe(
      {
        modules: modules.map((one) => ({ ...one, path: one.path as RepoPath })),
        language: this.#language,
        place: async () => ({ root: this.root, sandbox: this.#sandbox }),
        textOf: (path) => files[path],
        testsOf: () => Object.keys(files).filter((path): path is RepoPath => /\.test\.ts$/.test(path)),
        seed,
        // Whatever else the machine does; modules share it.
        ms: 100_000 * modules.length,
      },
      [],
    );
    expect(probed.filter(({ isCut }) => isCut)).toEqual([]);
    return probed;
  }

  async close(): Promise<void> {
    this.#language.close();
    await this.#sandbox.close();
    rmSync(this.root, { recursive: true });
  }
}

const CONFIG = {
  strict: true,
  target: 'esnext',
  module: 'nodenext',
  skipLibCheck: true,
  noEmit: true,
  allowJs: true,
  allowImportingTsExtensions: true,
};
