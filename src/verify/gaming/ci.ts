import { type RepoPath, span } from '../../base/index.ts';
import { VERIFIES, weakerCommand } from './commands.ts';
import type { SettingsFile } from './settings.ts';
import type { Finding } from './types.ts';
import { type YamlEntry, yamlEntries } from './yaml.ts';

const CI =
  /^(?:\.github\/workflows\/[^/]+\.ya?ml|\.gitlab-ci\.ya?ml|\.circleci\/config\.ya?ml|azure-pipelines\.ya?ml|\.travis\.ya?ml|bitbucket-pipelines\.ya?ml|\.gitea\/workflows\/[^/]+\.ya?ml|\.forgejo\/workflows\/[^/]+\.ya?ml|\.husky\/[\w-]+|lefthook\.ya?ml|\.pre-commit-config\.ya?ml|Jenkinsfile|(?:.*\/)?(?:[Mm]akefile|[Jj]ustfile|GNUmakefile)|\.ci\/[^/]+\.(?:ya?ml|sh))$/;

export const isCi = (path: string): boolean => CI.test(path);

/** A command of a pipeline, with what stands beside it in its step. */
interface Command {
  readonly path: RepoPath;
  readonly text: string;
  readonly entry: YamlEntry;
  readonly condition: string;
}

/** Steps of a pipeline that are gone, or whose failure no longer counts. */
export function ciFindings(files: readonly SettingsFile[]): Finding[] {
  const findings: Finding[] = [];
  const [before, after] = [
    files.flatMap(({ path, base }) => commandsIn(path, base)),
    files.flatMap(({ path, head }) => commandsIn(path, head)),
  ];
  const tell = (path: RepoPath, where: YamlEntry | undefined, expected: string, found: string): void => {
    // A make target is a test command as a script of the manifest is one.
    const label = /[Mm]akefile$|[Jj]ustfile$/.test(path) ? 'test-command-changed' : 'ci-weakened';
    findings.push({ label, path, span: where?.span ?? span(0, 0), expected, found });
  };
  const waiting = [...after];
  const take = (match: (one: Command) => boolean): Command | undefined => {
    const index = waiting.findIndex(match);
    return index < 0 ? undefined : waiting.splice(index, 1)[0];
  };
  const lost: Command[] = [];
  for (const one of before) {
    const same =
      take((other) => other.text === one.text && other.path === one.path) ?? take((other) => other.text === one.text);
    if (!same) lost.push(one);
    else if (one.condition !== same.condition && isNarrower(one.condition, same.condition))
      tell(same.path, same.entry, `${one.text} to run always`, `it under "if: ${same.condition}"`);
  }
  const gone = new Set<RepoPath>();
  for (const one of lost) {
    const file = files.find(({ path }) => path === one.path);
    const like = take((other) => programs(other.text).some((name) => programs(one.text).includes(name)));
    if (like) {
      const reason = weakerCommand(one.text, like.text);
      if (reason !== undefined)
        tell(
          like.path,
          like.entry,
          `the step ${JSON.stringify(one.text.slice(0, 80))}`,
          `${JSON.stringify(like.text.slice(0, 80))}: ${reason}`,
        );
      continue;
    }
    // Another command that proves something in its place may be the same by another name.
    if (take((other) => !before.some((old) => old.text === other.text))) continue;
    if (file?.head === undefined) {
      if (!gone.has(one.path))
        tell(
          one.path,
          undefined,
          `the pipeline ${one.path} with its step ${JSON.stringify(one.text.slice(0, 60))}`,
          'it deleted',
        );
      gone.add(one.path);
    } else tell(one.path, undefined, `the step ${JSON.stringify(one.text.slice(0, 80))}`, 'it gone');
  }
  for (const file of files)
    if (file.base !== undefined && file.head !== undefined) findings.push(...switches(file, tell));
  return findings;
}

const programs = (text: string): readonly string[] =>
  (text.match(/[\w@/.-]+/g) ?? [])
    .filter((word) => VERIFIES.test(word) && !word.startsWith('-'))
    .map((word) => word.replace(/^.*\//, ''));

function commandsIn(path: RepoPath, text: string | undefined): Command[] {
  if (text === undefined) return [];
  if (/\.sh$|^\.husky|file$/.test(path)) {
    let at = 0;
    return text.split('\n').flatMap((line): Command[] => {
      const where = span(at, at + line.length);
      at += line.length + 1;
      const told = line.trim();
      if (told.startsWith('#') || !VERIFIES.test(told)) return [];
      return [{ path, text: told, entry: { keys: [], value: told, span: where, item: 0 }, condition: '' }];
    });
  }
  const entries = yamlEntries(text);
  const conditions = new Map(
    entries
      .filter(({ keys }) => keys.at(-1) === 'if')
      .map((one) => [`${one.item} ${one.keys.slice(0, -1).join('.')}`, one.value]),
  );
  return entries.flatMap((entry): Command[] => {
    const { keys, value } = entry;
    const key = keys.findLast((one) => one !== '-') ?? '';
    const isCommand = /^(?:run|script|before_script|after_script|command|commands|entry|test)$/.test(key);
    const isAction = key === 'uses' && /codeql|codecov|coveralls|lint|test|check|scan|audit|sonar/i.test(value);
    if (!(isCommand || isAction) || !VERIFIES.test(value.replace(/^[\w/-]+@.*$/, 'test')) || value.startsWith('#'))
      return [];
    // An `if` of the step, or of the job that it is in.
    const step = conditions.get(`${entry.item} ${keys.slice(0, -1).join('.')}`);
    const steps = keys.indexOf('steps');
    const job = [...conditions].find(
      ([place]) => steps > 0 && place.slice(place.indexOf(' ') + 1) === keys.slice(0, steps).join('.'),
    )?.[1];
    const plain = value.replace(/@[\w.]+$/, '');
    return [{ path, text: plain, entry, condition: [job, step].filter((one) => one !== undefined).join(' && ') }];
  });
}

const isNarrower = (before: string, after: string): boolean =>
  after !== '' &&
  !after.includes('always()') &&
  (before === '' || /^(?:\$\{\{\s*)?false/.test(after) || after.length > before.length);

/** Words that let a failure pass. */
const LETS_PASS: readonly (readonly [key: RegExp, value: RegExp])[] = [
  [/^continue-on-error$/, /^(?:true|\$\{\{.*\}\})$/],
  [/^allow_failure$/, /^true$/],
  [/^when$/, /^(?:manual|never)$/],
  [/^fail_ci_if_error$/, /^false$/],
  [/^if$/, /^(?:\$\{\{\s*)?(?:false|never\(\))/],
];

function switches(
  file: SettingsFile,
  tell: (path: RepoPath, where: YamlEntry | undefined, expected: string, found: string) => void,
): Finding[] {
  const [base, head] = [yamlEntries(file.base ?? ''), yamlEntries(file.head ?? '')];
  for (const [key, value] of LETS_PASS) {
    const matching = (entries: readonly YamlEntry[]): YamlEntry[] =>
      entries.filter((one) => key.test(one.keys.at(-1) ?? '') && value.test(one.value));
    const [was, is] = [matching(base), matching(head)];
    const fresh = is.find((one) => !was.some((other) => other.keys.join() === one.keys.join())) ?? is.at(-1);
    if (is.length > was.length && fresh)
      tell(file.path, fresh, 'a failure that counts', `${fresh.keys.at(-1)}: ${fresh.value}`);
  }
  // A job that waits for the one that tests.
  const tested = new Set(
    commandsIn(file.path, file.head).map(({ entry }) => (entry.keys[0] === 'jobs' ? entry.keys[1] : undefined)),
  );
  const needs = (entries: readonly YamlEntry[]): Map<string, YamlEntry> =>
    new Map(
      entries
        .filter(({ keys, value }) => keys[2] === 'needs' && value !== '')
        .map((one) => [`${one.keys[1]} ${one.value}`, one]),
    );
  const waits = needs(head);
  for (const [key, { keys, value }] of needs(base))
    if (!waits.has(key) && tested.has(value) && head.some((one) => one.keys[1] === keys[1]))
      tell(
        file.path,
        head.find((one) => one.keys[1] === keys[1]),
        `${keys[1]} to wait for ${value}`,
        'it not waiting',
      );
  const triggers = (entries: readonly YamlEntry[]): Set<string> =>
    new Set(
      entries
        .filter(({ keys }) => keys[0] === 'on')
        .flatMap(({ keys, value }) => [keys[1] === '-' || keys.length === 1 ? value : (keys[1] ?? '')]),
    );
  const now = triggers(head);
  for (const trigger of triggers(base))
    if (/^(?:push|pull_request|merge_group)$/.test(trigger) && !now.has(trigger))
      tell(file.path, undefined, `the pipeline to run on ${trigger}`, `it on ${[...now].join(', ') || 'nothing'}`);
  const ignored = (entries: readonly YamlEntry[]): YamlEntry[] =>
    entries.filter(({ keys }) => keys[0] === 'on' && keys.includes('paths-ignore'));
  const known = new Set(ignored(base).map(({ value }) => value));
  const more = ignored(head).find(({ value }) => !known.has(value) && /src|test|lib|\.[jt]sx?|^\*\*$/.test(value));
  if (more) tell(file.path, more, 'the pipeline to run for changes of the code', `paths-ignore with ${more.value}`);
  return [];
}
