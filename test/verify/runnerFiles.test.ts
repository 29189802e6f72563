import { afterAll, expect, it } from 'vitest';
import type { RepoPath } from '../../src/base/index.ts';
import { type LanguageService, openLanguage } from '../../src/lang/index.ts';
import type { CheckContext } from '../../src/verify/context.ts';
import { runnerFiles } from '../../src/verify/tests/runnerFiles.ts';
import { openWorkspace } from '../../src/workspace/index.ts';
import { type Files, Project, value } from '../workspace/repository.ts';

const opened: LanguageService[] = [];
afterAll(() => {
  for (const one of opened) one.close();
});

const BASE: Files = {
  'package.json': JSON.stringify({ name: 'app', type: 'module', scripts: { test: 'vitest' } }),
  'tsconfig.json': JSON.stringify({ compilerOptions: { strict: true, allowJs: true, noEmit: true, types: [] } }),
  'vitest.config.ts':
    "import { globs } from './config/globs';\nexport default { test: { include: globs, setupFiles: ['./test/setup.ts'] } };\n",
  'config/globs.ts': "export const globs = ['test/**'];\n",
  'test/setup.ts': "import { ready } from './support/ready';\nready();\n",
  'test/support/ready.ts': "import { wait } from '../../src/wait';\nexport const ready = () => wait();\n",
  'src/wait.ts': 'export const wait = () => {};\n',
  'src/a.ts': 'export const a = 1;\n',
  'test/a.test.ts': "import { a } from '../src/a';\nvoid a;\n",
};

/** A changed file, and whether the runner loads it: through set-up files as well, through configurations alone. */
const CASES: readonly (readonly [path: string, all: boolean, configured: boolean])[] = [
  ['vitest.config.ts', true, true],
  ['config/globs.ts', true, true],
  ['test/setup.ts', true, true],
  ['test/support/ready.ts', true, false],
  ['src/wait.ts', true, false],
  ['src/a.ts', false, false],
  ['test/a.test.ts', false, false],
];

it.each(CASES)('%s: loaded by the runner %s, by its configuration %s', async (path, all, configured) => {
  const project = new Project(BASE).init();
  project.write({ [path]: `${BASE[path] as string}// changed\n` });
  const workspace = value(await openWorkspace(project.root));
  const change = value(await workspace.change({ kind: 'working-tree' }));
  const language = value(openLanguage({ root: project.root }));
  opened.push(language);
  // Nothing else of a context is looked at.
  const context = { change, language } as unknown as CheckContext;
  const found = (paths: readonly RepoPath[]): boolean => paths.includes(path as RepoPath);
  expect([found(runnerFiles(context, '')), found(runnerFiles(context, '', true))]).toEqual([all, configured]);
});
