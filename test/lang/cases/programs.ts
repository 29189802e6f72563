import type { Tree } from '../tree.ts';

/** A file that is right in the project that lists it, and what a second project has to say of it. */
export interface ProgramCase {
  readonly title: string;
  readonly tree: Tree;
  readonly file: string;
  /** Configurations under which files that import it are diagnosed. */
  readonly others?: readonly string[];
  /** Codes of what is told. */
  readonly codes: readonly number[];
  /** Configurations that are opened. */
  readonly opened: readonly string[];
}

const json = (value: unknown): string => JSON.stringify(value);
const config = (options: Record<string, unknown>, rest: Record<string, unknown> = {}): string =>
  json({ compilerOptions: { module: 'preserve', lib: ['es2022'], types: [], noEmit: true, ...options }, ...rest });

/** `src/worker` is compiled by a configuration of its own, and imports a file of the other. */
const worker = (script: string, tree: Tree = {}): Tree => ({
  'package.json': json({ name: 'two', scripts: { typecheck: script } }),
  'tsconfig.json': config({ lib: ['es2022', 'dom'] }, { include: ['src'], exclude: ['src/worker'] }),
  'tsconfig.worker.json': config({ lib: ['es2022', 'webworker'] }, { include: ['src/worker'] }),
  'src/lib/x.ts': 'export const x = (): string => document.title;\n',
  'src/worker/w.ts': "import { x } from '../lib/x';\nself.postMessage(x());\n",
  ...tree,
});
const WORKER = { file: 'src/lib/x.ts', others: ['tsconfig.json', 'tsconfig.worker.json'] };

/** All of `src` is compiled by two configurations. */
const build = (options: Record<string, unknown>, main: string): Tree => ({
  'package.json': json({ name: 'two', scripts: { build: 'tsc -p tsconfig.build.json', lint: 'tsc --noEmit' } }),
  'tsconfig.json': config({ strict: true }),
  'tsconfig.build.json': config({ strict: true, ...options }, { include: ['src'] }),
  'src/main.ts': main,
});
const FIRST = 'export const first = (list: string[]): string => list[0];\n';
const TYPE = "import { Side } from './side';\nexport { Side };\n";

export const PROGRAM_CASES: readonly ProgramCase[] = [
  {
    title: 'imported into a program for workers',
    tree: worker('tsc -p tsconfig.json && tsc -p tsconfig.worker.json'),
    ...WORKER,
    codes: [2584],
    opened: ['tsconfig.json', 'tsconfig.worker.json'],
  },
  {
    title: 'imported into one that a solution builds',
    tree: worker('tsc -b tsconfig.all.json', {
      'tsconfig.all.json': json({ files: [], references: [{ path: './tsconfig.worker.json' }] }),
    }),
    ...WORKER,
    codes: [2584],
    opened: ['tsconfig.json', 'tsconfig.worker.json'],
  },
  {
    title: 'imported into one that no script compiles',
    tree: worker('tsc -p tsconfig.json'),
    ...WORKER,
    codes: [],
    opened: ['tsconfig.json'],
  },
  {
    title: 'imported by none of its files',
    tree: worker('tsc -p tsconfig.json && tsc -p tsconfig.worker.json', { 'src/worker/w.ts': 'self.close();\n' }),
    ...WORKER,
    codes: [],
    opened: ['tsconfig.json', 'tsconfig.worker.json'],
  },
  {
    title: 'seen as declarations by a project that references its own',
    tree: worker('tsc -b tsconfig.worker.json', {
      'tsconfig.json': config({ lib: ['es2022', 'dom'], composite: true }, { include: ['src/lib'] }),
      'tsconfig.worker.json': config(
        { lib: ['es2022', 'webworker'] },
        { include: ['src/worker'], references: [{ path: './tsconfig.json' }] },
      ),
    }),
    ...WORKER,
    codes: [],
    opened: ['tsconfig.json'],
  },
  {
    title: 'shared by two that do not list it',
    tree: {
      'package.json': json({ name: 'two', scripts: { typecheck: 'tsc -p client && tsc --project server' } }),
      'client/tsconfig.json': config({ lib: ['es2022', 'dom'] }),
      'client/main.ts': "import { title } from '../shared/title';\nvoid title;\n",
      'server/tsconfig.json': config({}),
      'server/main.ts': "import { title } from '../shared/title';\nvoid title;\n",
      'shared/title.ts': 'export const title = (): string => document.title;\n',
    },
    file: 'shared/title.ts',
    others: ['client/tsconfig.json', 'server/tsconfig.json'],
    codes: [2584],
    opened: ['client/tsconfig.json', 'server/tsconfig.json', 'tsconfig.assay-made-up.json'],
  },
  {
    title: 'built with an option that asks more',
    tree: build({ noUncheckedIndexedAccess: true }, FIRST),
    file: 'src/main.ts',
    codes: [2322],
    opened: ['tsconfig.build.json', 'tsconfig.json'],
  },
  {
    title: 'built module by module',
    tree: { ...build({ isolatedModules: true }, TYPE), 'src/side.ts': 'export interface Side { length: number }\n' },
    file: 'src/main.ts',
    codes: [1205],
    opened: ['tsconfig.build.json', 'tsconfig.json'],
  },
  {
    title: 'built elsewhere, and no otherwise',
    tree: build({ noEmit: false, declaration: true, outDir: 'dist', rootDir: 'src', sourceMap: true }, FIRST),
    file: 'src/main.ts',
    codes: [],
    opened: ['tsconfig.json'],
  },
  {
    title: 'built less strictly than it is checked',
    tree: build({ strict: false }, FIRST),
    file: 'src/main.ts',
    codes: [],
    opened: ['tsconfig.json'],
  },
];
