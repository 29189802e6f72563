import { posix } from 'node:path';
import type { RepoPath } from '../../base/index.ts';
import { type CheckContext, textAt } from '../context.ts';
import { settingsKind } from './settings.ts';

/** Files of settings and of set-up that are read. */
const READ = 40;

/** What other things are set by too, or what says only how much is printed, or where something lies. */
const COMMON =
  /^(?:CI|TZ|LANG|LC_\w+|NODE_\w+|PATH|HOME|\w*(?:LOG|COLOR|VERBOSE|DEBUG|TELEMETRY|URL|HOST|PORT|PATH|DIR|KEY|TOKEN|SECRET|LEVEL)\w*)$/;

const VALUE = /['"`]?(?:true|1|yes|on|test|tests|testing)['"`]?(?![\w.])/.source;
const ASSIGNED = new RegExp(`\\benv(?:\\.(\\w+)|\\[['"\`](\\w+)['"\`]\\])\\s*(?:\\?\\?|\\|\\|)?=\\s*${VALUE}`, 'g');
const STUBBED = new RegExp(`\\bstubEnv\\(\\s*['"\`](\\w+)['"\`]\\s*,\\s*${VALUE}`, 'g');
/** `env: { A: '1' }`, `Object.assign(process.env, { A: '1' })`, and the same of globals. */
const LISTED = /\b(?:env|globals|define|globalThis)['"]?\s*[:,]\s*\{([^{}]*)/g;
const GLOBAL = new RegExp(`\\bglobal(?:This)?(?: as [\\w<>, ]+\\))?\\.(\\w+)\\s*=\\s*${VALUE}`, 'g');
const STUBBED_GLOBAL = new RegExp(`\\bstubGlobal\\(\\s*['"\`](\\w+)['"\`]\\s*,\\s*${VALUE}`, 'g');
const MEMBER = new RegExp(`['"]?(\\w+)['"]?\\s*:\\s*${VALUE}`, 'g');
/** `A=1 vitest` */
const COMMAND = new RegExp(`\\b([A-Za-z_]\\w*)=${VALUE}(?=\\s)`, 'g');

/** Settings by which code is built. */
const BUILDS = /(?:^|\/)(?:vite(?!st)|rollup|rolldown|tsup|tsdown|webpack|rspack|esbuild|build)[\w.-]*\.[cm]?[jt]s$/;

/** The settings of runners, and the set-up files that they name. */
function texts(context: CheckContext, paths: readonly RepoPath[]): readonly string[] {
  const folders = new Set(['', ...context.change.files.map(({ path }) => packageOf(context, path))]);
  const beside = (folder: string): readonly string[] =>
    ['package.json', '.mocharc.json', '.mocharc.yml', '.mocharc.yaml', '.mocharc.js', '.mocharc.cjs'].map((name) =>
      posix.join(folder, name),
    );
  const settings = [
    ...new Set([...[...folders].flatMap(beside), ...paths.filter((path) => settingsKind(path) === 'tests')]),
  ].flatMap((path) => {
    const text = textAt(context, path);
    return text === undefined ? [] : [text];
  });
  const all = settings.join('\n');
  const setUps = paths.filter((path) => {
    const name = posix.basename(path);
    const stem = name.replace(/\.[cm]?[jt]sx?$/, '');
    return settingsKind(path) === undefined && (all.includes(`/${stem}`) || all.includes(name)) && isNamed(path, all);
  });
  return [...settings, ...setUps.slice(0, READ).flatMap((path) => textAt(context, path) ?? [])];
}

/** Whether settings name the file itself, and no other of its name. */
const isNamed = (path: string, settings: string): boolean => {
  const words = settings.match(/[\w@./-]+/g) ?? [];
  const stem = path.replace(/\.[cm]?[jt]sx?$/, '');
  return words
    .map((word) => word.replace(/^(?:\.{0,2}\/)+/, '').replace(/\.[cm]?[jt]sx?$/, ''))
    .some((word) => word.length > 3 && (stem === word || (word.includes('/') && stem.endsWith(`/${word}`))));
};

function packageOf(context: CheckContext, path: string): string {
  for (let folder = posix.dirname(path); folder !== '.' && folder !== '/'; folder = posix.dirname(folder))
    if (textAt(context, posix.join(folder, 'package.json')) !== undefined) return folder;
  return '';
}

/**
 * Whether a variable of the environment, or a global, is one that the tests' own settings or set-up turn on. Not one that the
 * change tells people of (prose, an example of an environment, a pipeline), or that what builds the code sets as well.
 */
export function runnerVariables(context: CheckContext, paths: readonly RepoPath[]): (variable: string) => boolean {
  let set: Set<string> | undefined;
  const find = (): Set<string> => {
    const found = new Set<string>();
    for (const text of texts(context, paths)) {
      for (const pattern of [ASSIGNED, STUBBED, COMMAND, GLOBAL, STUBBED_GLOBAL])
        for (const [, one, other] of text.matchAll(pattern)) found.add(one ?? other ?? '');
      for (const [, inner = ''] of text.matchAll(LISTED))
        for (const [, one = ''] of inner.matchAll(MEMBER)) found.add(one);
    }
    return found;
  };
  return (variable) => {
    if (COMMON.test(variable)) return false;
    set ??= find();
    if (!set.has(variable)) return false;
    const isTold = context.change.files.some(
      ({ path, after }) =>
        /\.mdx?$|(?:^|\/)\.env|\.ya?ml$|Dockerfile/.test(path) && (after?.text.includes(variable) ?? false),
    );
    const isBuilt = (path: RepoPath): boolean =>
      BUILDS.test(path) && (textAt(context, path)?.includes(variable) ?? false);
    return !isTold && !paths.some(isBuilt);
  };
}
