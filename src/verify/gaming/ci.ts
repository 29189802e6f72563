import { type RepoPath, span } from '../../base/index.ts';
import { blocksThatPass, soundIn } from './blocks.ts';
import { weakerCommand } from './commands.ts';
import { asksForLess } from './conditions.ts';
import { gateFindings } from './gates.ts';
import { isCarrier, VERIFIES } from './masks.ts';
import { type Inputs, inputsOf, pipelineEntries } from './pipelineEntries.ts';
import type { Scripts, Side } from './project.ts';
import type { SettingsFile } from './settings.ts';
import { endsWell, losesStatus, shellGoesOn } from './status.ts';
import { triggerFindings } from './triggers.ts';
import type { Finding } from './types.ts';
import { type YamlEntry, yamlEntries } from './yaml.ts';

const CI =
  /^(?:\.github\/workflows\/[^/]+\.ya?ml|\.gitlab-ci\.ya?ml|\.circleci\/config\.ya?ml|(?:.*\/)?(?:[\w.-]+[.-])?pipelines?\.ya?ml|\.(?:azure|pipelines|azure-pipelines)\/(?:.*\/)?[^/]+\.ya?ml|\.travis\.ya?ml|\.gitea\/workflows\/[^/]+\.ya?ml|\.forgejo\/workflows\/[^/]+\.ya?ml|\.husky\/[\w-]+|lefthook\.ya?ml|\.pre-commit-config\.ya?ml|Jenkinsfile|(?:.*\/)?(?:[Mm]akefile|[Jj]ustfile|GNUmakefile)|\.ci\/[^/]+\.(?:ya?ml|sh)|\.github\/actions\/(?:.*\/)?action\.ya?ml|(?:.*\/)?(?:scripts?|ci|bin|tools|hack|tests?|e2e)\/[\w./-]+\.(?:sh|bash))$/;

export const isCi = (path: string): boolean => CI.test(path);

export type Tell = (path: RepoPath, where: YamlEntry | undefined, expected: string, found: string) => void;

/** A command of a pipeline, with what stands beside it in its step. */
interface Command {
  readonly path: RepoPath;
  readonly text: string;
  readonly entry: YamlEntry;
  readonly condition: string;
  /** Where it runs; undefined where that is not known. */
  readonly folder: string | undefined;
  /** Whether a pipe fails where a part of it does. */
  readonly hasPipefail: boolean;
}

const jobOf = ({ entry: { keys } }: Command): string => keys.slice(0, 2).join();

/** Steps of a pipeline that are gone, or whose failure no longer counts. */
export function ciFindings(files: readonly SettingsFile[], scripts: Scripts): Finding[] {
  const findings: Finding[] = [];
  // By its name alone a script does not tell what it checks.
  const runsCheck =
    (side: Side): Takes =>
    (command, folder) =>
      folder !== undefined &&
      !BUILDS.test(command) &&
      scripts.parts(side, folder, command).some((part) => part !== command && VERIFIES.test(part));
  const inputs = {
    base: inputsOf(files.map(({ base }) => base)),
    head: inputsOf(files.map(({ head }) => head)),
  };
  const [before, after] = [
    files.flatMap(({ path, base }) => commandsIn(path, base, inputs.base, runsCheck('base'))),
    files.flatMap(({ path, head }) => commandsIn(path, head, inputs.head, runsCheck('head'))),
  ];
  const tell = (path: RepoPath, where: YamlEntry | undefined, expected: string, found: string): void => {
    // A make target is a test command as a script of the manifest is one.
    const label = /[Mm]akefile$|[Jj]ustfile$|^(?!\.ci\/).*\.(?:sh|bash)$/.test(path)
      ? 'test-command-changed'
      : 'ci-weakened';
    const place = where?.span ?? span(0, 0);
    // A step of a matrix is as many as the matrix has values; it is told once.
    const isTold = findings.some((one) => one.path === path && where && one.span.start === place.start);
    if (!isTold) findings.push({ label, path, span: place, expected, found });
  };
  const waiting = [...after];
  const take = (match: (one: Command) => boolean): Command | undefined => {
    const index = waiting.findIndex(match);
    return index < 0 ? undefined : waiting.splice(index, 1)[0];
  };
  const lost: Command[] = [];
  const moved: Command[] = [];
  for (const one of before) {
    const same =
      take((other) => other.text === one.text && other.path === one.path && jobOf(other) === jobOf(one)) ??
      take((other) => other.text === one.text && other.path === one.path) ??
      take((other) => other.text === one.text);
    if (!same) lost.push(one);
    else if (one.condition !== same.condition && isNarrower(one.condition, same.condition))
      tell(same.path, same.entry, `${one.text} to run always`, `it under "if: ${same.condition}"`);
    if (same && same.path !== one.path) moved.push(same);
  }
  const parts = (side: Side, { folder, text }: Command): readonly string[] =>
    folder === undefined ? [text] : scripts.parts(side, folder, text).map((part) => `${folder} ${part}`);
  const all = files.flatMap(({ path, head }) => commandsIn(path, head, inputs.head, () => true));
  const stillRun = all.map((one) => ({ one, parts: new Set(parts('head', one)) }));
  const isStillRun = (old: Command): boolean =>
    parts('base', old).every((part) =>
      stillRun.some(({ one, parts: own }) => own.has(part) && !isNarrower(old.condition, one.condition)),
    );
  const nothing = ({ folder, text }: Command): string | undefined =>
    folder === undefined || before.some((old) => old.text === text)
      ? undefined
      : scripts.callsNothing('head', folder, text);
  const gone = new Set<RepoPath>();
  for (const one of lost) {
    const file = files.find(({ path }) => path === one.path);
    if (isStillRun(one)) continue;
    const like =
      take((other) => plainOf(other) === plainOf(one)) ??
      take((other) => programs(other.text).some((name) => programs(one.text).includes(name)));
    if (like) {
      const isCached = /cache-hit/.test(like.condition) && isNarrower(one.condition, like.condition);
      const reason =
        nothing(like) ??
        weakerCommand(one.text, like.text, statusOf(like)) ??
        (isCached ? `it only under "if: ${like.condition}"` : undefined);
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
    const instead = take((other) => !before.some((old) => old.text === other.text));
    const reason = instead && nothing(instead);
    if (instead && reason === undefined) continue;
    if (instead) {
      tell(
        instead.path,
        instead.entry,
        `the step ${JSON.stringify(one.text.slice(0, 80))}`,
        `${JSON.stringify(instead.text.slice(0, 80))}: ${reason}`,
      );
      continue;
    }
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
  for (const file of files) {
    if (file.base === undefined) takenOver(file, lost, moved, inputs.head, after, tell);
    if (file.base === undefined || file.head === undefined) continue;
    if (!/\.(?:sh|bash)$/.test(file.path)) findings.push(...switches(file, tell));
    const goesOn = /\.(?:sh|bash)$|^\.husky/.test(file.path) ? shellGoesOn(file.base, file.head) : undefined;
    const well = /\.(?:sh|bash)$|^\.husky/.test(file.path) ? endsWell(file.base, file.head) : undefined;
    if (well !== undefined) tell(file.path, undefined, 'the status of what failed', well);
    if (goesOn !== undefined) tell(file.path, undefined, `the script to stop at what fails (${goesOn})`, 'it going on');
  }
  return findings;
}

const plainOf = ({ text }: Command): string => text.replace(/\s--?[\w-]+(?:=\S*)?/g, '');

/** A file that is new and runs checks that others ran: what lets their failures pass there. */
function takenOver(
  file: SettingsFile,
  lost: readonly Command[],
  moved: readonly Command[],
  inputs: Inputs,
  after: readonly Command[],
  tell: Tell,
): void {
  const [text, name] = [file.head ?? '', file.path.split('/').at(-1)!];
  if (/\.(?:sh|bash)$/.test(file.path)) {
    const isCalled = lost.length > 0 && after.some((one) => one.path !== file.path && one.text.includes(name));
    const reason = isCalled ? losesStatus(text) : undefined;
    if (reason !== undefined) tell(file.path, undefined, 'the status of what failed', reason);
    return;
  }
  const entries = pipelineEntries(text, inputs);
  const taken = moved.filter(({ path }) => path === file.path);
  for (const { entry } of taken) {
    const beside = entries.find(
      (one) =>
        one.item === entry.item &&
        one.keys.slice(0, -1).join() === entry.keys.slice(0, -1).join() &&
        LETS_PASS.some(([key, value]) => key.test(one.keys.at(-1) ?? '') && value.test(one.value)),
    );
    if (beside) tell(file.path, beside, 'a failure that counts', `${beside.keys.at(-1)}: ${beside.value}`);
  }
  blocksThatPass(
    file,
    taken.map((one) => one.text),
    inputs,
    tell,
  );
}

/** What the shell of a command does with failures. */
const statusOf = ({
  path,
  hasPipefail,
}: Command): { readonly hasPipefail: boolean; readonly stopsAtFailures: boolean } => ({
  hasPipefail,
  stopsAtFailures: !/file$|^\.husky/.test(path),
});

const programs = (text: string): readonly string[] =>
  (text.match(/[\w@/.-]+/g) ?? [])
    .filter((word) => VERIFIES.test(word) && !word.startsWith('-'))
    .map((word) => word.replace(/^.*\//, ''));

/** Whether a command counts, beside those that say themselves that they check something. */
type Takes = (command: string, folder: string | undefined) => boolean;
const BUILDS = /\b(?:build|compile|bundle|dist|prepare|prepack|release|publish|docs?|start|dev|deploy)\b/;

function commandsIn(path: RepoPath, text: string | undefined, inputs?: Inputs, takes: Takes = () => false): Command[] {
  if (text === undefined) return [];
  if (/\.sh$|^\.husky|file$/.test(path)) {
    let at = 0;
    const hasPipefail = /pipefail/.test(text);
    // After that nothing is run.
    const end = /^exit(?: 0)?$/m.exec(text)?.index ?? text.length;
    return text.split('\n').flatMap((line): Command[] => {
      const where = span(at, at + line.length);
      at += line.length + 1;
      const told = line.trim();
      // A line that gives a variable a value runs nothing.
      if (told.startsWith('#') || /^(?:[A-Z_]\w*\s*[:?+]?=\s|\.[A-Z]+\s*:)/.test(told)) return [];
      if (where.start >= end || !(VERIFIES.test(told) || takes(told, ''))) return [];
      const entry = { keys: [], value: told, span: where, item: 0 };
      return [{ path, text: told.replace(/^@/, ''), entry, condition: '', folder: '', hasPipefail }];
    });
  }
  const entries = [...pipelineEntries(text, inputs), ...impliedIn(path, text)];
  const conditions = new Map(
    entries
      .filter(({ keys }) => keys.at(-1) === 'if')
      .map((one) => [`${one.item} ${one.keys.slice(0, -1).join('.')}`, one.value]),
  );
  return entries.flatMap((entry): Command[] => {
    const { keys, value } = entry;
    const key = keys.findLast((one) => one !== '-') ?? '';
    const isCommand = /^(?:run|script|before_script|after_script|command|commands|entry|test)$/.test(key);
    const isAction =
      key === 'uses' && /codeql|codecov|coveralls|lint|test|check(?!out)|scan|audit|sonar|alls-green/i.test(value);
    // An `if` of the step, or of the job that it is in.
    const step = conditions.get(`${entry.item} ${keys.slice(0, -1).join('.')}`);
    const isGate = /^(?:exit\s+[1-9]|false$)/.test(value) && /\bneeds\./.test(step ?? '');
    const folder = folderOf(entry, entries);
    const isCheck = isGate || VERIFIES.test(value.replace(/^[\w/-]+@.*$/, 'test')) || takes(value, folder);
    if (!(isCommand || isAction) || !isCheck || /^#|^(?:echo|printf)\b[^&|;]*$/.test(value)) return [];
    const steps = keys.indexOf('steps');
    const job = [...conditions].find(
      ([place]) => steps > 0 && place.slice(place.indexOf(' ') + 1) === keys.slice(0, steps).join('.'),
    )?.[1];
    const plain = value.replace(/@[\w.]+$/, '');
    const beside = entries.filter(
      (one) => one.item === entry.item && (one.keys.at(-1) === 'shell' || one.keys.join() === keys.join()),
    );
    const hasPipefail = beside.some(
      (one) => /pipefail/.test(one.value) || (one.keys.at(-1) === 'shell' && one.value === 'bash'),
    );
    const told = { condition: conditionOf([job, step]), folder, hasPipefail };
    return [{ path, text: plain, entry, ...told }];
  });
}

/** What Travis runs where nothing else is said. */
function impliedIn(path: RepoPath, text: string): readonly YamlEntry[] {
  const entries = path === '.travis.yml' ? yamlEntries(text) : [];
  const isNode = entries.some(({ keys, value }) => keys.join() === 'language' && value === 'node_js');
  if (!isNode || entries.some(({ keys }) => keys.includes('script'))) return [];
  return [{ keys: ['script'], value: 'npm test', span: span(0, 0), item: 0 }];
}

/** The folder that a step, its job or the pipeline names. */
function folderOf({ keys, item }: YamlEntry, entries: readonly YamlEntry[]): string | undefined {
  const named = entries.filter((one) => one.keys.at(-1) === 'working-directory');
  const found =
    named.find((one) => one.item === item && one.keys.slice(0, -1).every((key, index) => keys[index] === key)) ??
    named.find((one) => one.keys[2] === 'defaults' && one.keys[1] === keys[1]) ??
    named.find((one) => one.keys[0] === 'defaults');
  return found?.value.includes('$') ? undefined : (found?.value ?? '').replace(/^\.\/?|\/$/g, '');
}

const conditionOf = (parts: readonly (string | undefined)[]): string => {
  const told = parts.filter((one) => one !== undefined);
  return told.length > 1
    ? told.map((one) => `(${one.replace(/\$\{\{|\}\}/g, '').trim()})`).join(' && ')
    : (told[0] ?? '');
};

function isNarrower(before: string, given: string): boolean {
  // A fork has its own pipelines.
  const parts = given.split('&&').filter((part) => !OF_REPOSITORY.test(part));
  const after = parts.join('&&');
  if (after.trim() === before.trim()) return false;
  return (
    asksForLess(before, after) ??
    (before === '' ? !after.includes('always()') : parts.length > before.split('&&').length)
  );
}
const OF_REPOSITORY =
  /^\s*(?:\$\{\{)?\s*github\.(?:repository|repository_owner)\s*==\s*(?:'[^']*'|"[^"]*")\s*(?:\}\})?\s*$/;

const CODE_PATH = /^(?!\.github\/)(?:.*(?:src|test|lib|packages|app|\.[cm]?[jt]sx?(?!on)|\{)|\*\*?(?:\/\*\*?)?$)/;

/** Words that let a failure pass. */
const LETS_PASS: readonly (readonly [key: RegExp, value: RegExp])[] = [
  [/^continue(?:-on-e|OnE)rror$/, /^(?:true|\$\{\{.*\}\})$/],
  [/^(?:allow_failure|exit_codes|allow_failures)$/, /^(?:true|\d+)$/],
  [/^skip$/, /^true$/],
  [/^shell$/, /^(?:bash|sh) \{0\}$|\+e/],
  [/^CI$/, /^(?:|0|false)$/],
  [/^(?:SKIP_\w+|\w+_SKIP)$/, /^(?!(?:0|false|)$)/],
  [/^(?:max_attempts|retry|max)$/, /^[2-9]$/],
  [/^when$/, /^(?:manual|never|on_fail|on_failure)$/],
  [/^fail_ci_if_error$/, /^false$/],
  [/^if$/, /^(?:\$\{\{\s*)?(?:false|never\(\))/],
];

/** Whether what a switch stands beside, a step or a job, checks nothing by itself: uploads, messages, caches. */
function onlyCarries({ keys, item }: YamlEntry, entries: readonly YamlEntry[]): boolean {
  const place = keys.slice(0, -1);
  const isStep = place.at(-1) === '-';
  const done = entries.filter(
    (one) =>
      /^(?:run|uses|script|bash|task)$/.test(one.keys.at(isStep ? place.length : -1) ?? '') &&
      place.every((key, index) => one.keys[index] === key) &&
      (!isStep || one.item === item),
  );
  return (
    done.length > 0 && done.every(({ value }) => isCarrier(value) || /^actions\/(?:checkout|setup-\w+)@/.test(value))
  );
}

function switches(file: SettingsFile, tell: Tell): Finding[] {
  blocksThatPass(file, soundIn(file.base ?? ''), undefined, tell);
  gateFindings(file, tell);
  triggerFindings(file, tell);
  const [base, head] = [yamlEntries(file.base ?? ''), yamlEntries(file.head ?? '')];
  for (const [key, value] of LETS_PASS) {
    const matching = (entries: readonly YamlEntry[]): YamlEntry[] =>
      entries.filter(
        (one) =>
          key.test(one.keys.includes('allow_failures') ? 'allow_failures' : (one.keys.at(-1) ?? '')) &&
          value.test(one.value) &&
          !(/^continue/.test(one.keys.at(-1) ?? '') && onlyCarries(one, entries)),
      );
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
  for (const trigger of ['push', 'pull_request']) {
    const taken = (entries: readonly YamlEntry[]): YamlEntry[] =>
      entries.filter(({ keys }) => keys[0] === 'on' && keys[1] === trigger && keys[2] === 'paths');
    const [was, is] = [taken(base), taken(head)];
    const isOfCode = ({ value }: YamlEntry): boolean => !value.startsWith('!') && CODE_PATH.test(value);
    const isLess = was.length === 0 ? is.length > 0 && !is.some(isOfCode) : was.some(isOfCode) && !is.some(isOfCode);
    if (isLess && is[0])
      tell(
        file.path,
        is[0],
        'the pipeline to run for changes of the code',
        `it for ${is.map(({ value }) => value).join(', ')}`,
      );
  }
  const matrix = (entries: readonly YamlEntry[]): YamlEntry[] =>
    entries.filter(({ keys }) => keys[0] === 'jobs' && keys[3] === 'matrix' && keys.length > 4);
  for (const one of matrix(head))
    if (
      /^(?:|\$\{\{\s*fromJSON\('\[\s*\]'\)\s*\}\})$/i.test(one.value) &&
      matrix(base).some(({ keys, value }) => value !== '' && one.keys.every((key, index) => keys[index] === key))
    )
      tell(file.path, one, `the matrix of ${one.keys[1]} to hold something`, 'it empty');
  return [];
}
