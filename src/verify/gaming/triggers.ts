import type { Tell } from './ci.ts';
import { VERIFIES } from './masks.ts';
import type { SettingsFile } from './settings.ts';
import { workflowFindings } from './workflows.ts';
import { type YamlEntry, yamlEntries } from './yaml.ts';

const MAIN = /^(?:main|master|trunk|develop|\*\*?|\*\*\/\*|.*\$default-branch)$/;

/** Pipelines that run for less: other branches, other kinds of events, parts of a matrix, jobs that nothing calls. */
export function triggerFindings(file: SettingsFile, tell: Tell): void {
  const [base, head] = [yamlEntries(file.base ?? ''), yamlEntries(file.head ?? '')];
  const under = (entries: readonly YamlEntry[], ...keys: readonly string[]): readonly YamlEntry[] =>
    entries.filter((one) => one.value !== '' && keys.every((key, index) => one.keys[index] === key));
  for (const trigger of ['push', 'pull_request']) {
    const [was, is] = [under(base, 'on', trigger, 'branches'), under(head, 'on', trigger, 'branches')];
    const takesMain = (entries: readonly YamlEntry[]): boolean => entries.some(({ value }) => MAIN.test(value));
    if (is[0] && !takesMain(is) && (was.length === 0 || takesMain(was)))
      tell(
        file.path,
        is[0],
        `the pipeline to run on ${trigger}`,
        `it for ${is.map(({ value }) => value).join(', ')} alone`,
      );
    const [left, leaves] = [
      under(base, 'on', trigger, 'branches-ignore'),
      under(head, 'on', trigger, 'branches-ignore'),
    ];
    const [first] = leaves.filter(({ value }) => MAIN.test(value) && !left.some((one) => one.value === value));
    if (first) tell(file.path, first, `the pipeline to run on ${trigger}`, `it not for ${first.value}`);
    const kinds = under(head, 'on', trigger, 'types');
    const usual = /^(?:opened|synchronize)$/;
    if (
      kinds[0] &&
      !kinds.some(({ value }) => usual.test(value)) &&
      !under(base, 'on', trigger, 'types').some(({ value }) => !usual.test(value))
    )
      tell(
        file.path,
        kinds[0],
        `the pipeline to run on ${trigger}`,
        `it when ${kinds.map(({ value }) => value).join(', ')} alone`,
      );
  }
  matrices(file, base, head, tell);
  if (/gitlab/.test(file.path)) jobs(file, base, head, tell);
  workflowFindings(file, tell);
}

const placeOf = ({ keys }: YamlEntry): string => keys.filter((key) => key !== '-').join('.');

/** What a matrix names in words (suites, systems); which versions are tried is another matter. */
function matrices(file: SettingsFile, base: readonly YamlEntry[], head: readonly YamlEntry[], tell: Tell): void {
  const inMatrix = (entries: readonly YamlEntry[]): readonly YamlEntry[] =>
    entries.filter(({ keys, value }) => keys[0] === 'jobs' && keys[3] === 'matrix' && value !== '');
  const [was, is] = [inMatrix(base), inMatrix(head)];
  for (const place of new Set(was.map(placeOf))) {
    const values = (entries: readonly YamlEntry[]): readonly string[] =>
      entries.filter((one) => placeOf(one) === place).map(({ value }) => value);
    if (/\.(?:include|exclude)\b/.test(place)) continue;
    const gone = values(was).filter((one) => !values(is).includes(one));
    const isMore = values(is).some((one) => !values(was).includes(one));
    const first = is.find((one) => placeOf(one) === place);
    if (
      first &&
      !isMore &&
      gone.some(
        (one) =>
          /^[a-z]/i.test(one) &&
          !/\d+\.\d|lts|latest$|nightly/i.test(one.replace(/^(?:ubuntu|windows|macos)-.*/, 'system')),
      )
    )
      tell(file.path, first, `the matrix to hold ${gone.join(', ')}`, 'it gone');
  }
  const left = (entries: readonly YamlEntry[]): readonly YamlEntry[] =>
    entries.filter(
      ({ keys }) => keys.includes('exclude') && !/^(?:os|node|node-version|version|arch)$/.test(keys.at(-1) ?? ''),
    );
  const fresh = left(is).find((one) => !left(was).some((other) => other.value === one.value));
  if (fresh) tell(file.path, fresh, 'the whole matrix to run', `it without ${fresh.keys.at(-1)} ${fresh.value}`);
}

/** Jobs of GitLab by when they run. */
function jobs(file: SettingsFile, base: readonly YamlEntry[], head: readonly YamlEntry[], tell: Tell): void {
  const checking = new Set(
    head.filter(({ keys, value }) => keys[1] === 'script' && VERIFIES.test(value)).map(({ keys }) => keys[0]!),
  );
  for (const job of checking) {
    const of = (entries: readonly YamlEntry[], key: string): readonly YamlEntry[] =>
      entries.filter(({ keys, value }) => keys[0] === job && keys[1] === key && value !== '');
    const usual = /merge_request|push|branch|main|master|CI_PIPELINE_SOURCE|CI_COMMIT|changes|\*\*/;
    for (const key of ['only', 'rules'])
      if (
        of(base, key).length === 0 &&
        of(head, key).length > 0 &&
        !of(head, key).some(({ value }) => usual.test(value))
      )
        tell(file.path, of(head, key)[0], `${job} to run always`, `it under ${key}: ${of(head, key)[0]!.value}`);
    const left = of(head, 'except').find(({ value }) => /branch|push|merge_request|main|master/.test(value));
    if (left && !of(base, 'except').some(({ value }) => value === left.value))
      tell(file.path, left, `${job} to run always`, `it except ${left.value}`);
    const ran = job.startsWith('.') && base.some(({ keys }) => keys[0] === job.slice(1));
    if (ran && !head.some(({ keys, value }) => keys.includes('extends') && value === job))
      tell(
        file.path,
        head.find(({ keys }) => keys[0] === job),
        `the job ${job.slice(1)}`,
        'it hidden',
      );
  }
}
