import type { Tell } from './ci.ts';
import { VERIFIES } from './masks.ts';
import type { SettingsFile } from './settings.ts';
import { type YamlEntry, yamlEntries } from './yaml.ts';

/** A job as a workflow of CircleCI calls it. */
interface Called {
  readonly where: YamlEntry;
  readonly requires: readonly string[];
  /** Branches that it is run for alone, and those that it is not run for. */
  readonly only: readonly string[];
  readonly ignored: readonly string[];
  /** A person has to say so before what waits for it is run. */
  readonly isApproval: boolean;
}

/** All branches, and those that code comes to. */
const ALL = /^\/\^?\.[*+]\$?\/$/;
const MAIN = /^(?:main|master|trunk|develop)$/;

/** Jobs with checks that a workflow calls no more, for fewer branches, or only where a person says so. */
export function workflowFindings(file: SettingsFile, tell: Tell): void {
  const [base, head] = [yamlEntries(file.base ?? ''), yamlEntries(file.head ?? '')];
  const checks = new Set(
    head.filter(({ keys, value }) => keys[0] === 'jobs' && VERIFIES.test(value)).map(({ keys }) => keys[1]),
  );
  const [was, is] = [calledIn(base), calledIn(head)];
  for (const [name, old] of was) {
    if (!checks.has(name)) continue;
    const now = is.get(name);
    if (!now) {
      tell(file.path, undefined, `${name} to be called`, 'it not');
      continue;
    }
    if (now.only.length > 0 && !now.only.some((branch) => ALL.test(branch) || old.only.includes(branch)))
      tell(file.path, now.where, `${name} to run for every branch`, `it for ${now.only.join(', ')} alone`);
    const left = now.ignored.find((branch) => (ALL.test(branch) || MAIN.test(branch)) && !old.ignored.includes(branch));
    if (left !== undefined) tell(file.path, now.where, `${name} to run for every branch`, `it not for ${left}`);
    if (waits(name, is) && !waits(name, was))
      tell(file.path, now.where, `${name} to run by itself`, 'it only where a person approves');
  }
}

function calledIn(entries: readonly YamlEntry[]): ReadonlyMap<string, Called> {
  const inside = entries.filter(({ keys }) => keys[0] === 'workflows' && keys[2] === 'jobs');
  const names = new Set(inside.map(({ keys, value }) => keys[4] ?? value).filter((name) => name !== ''));
  return new Map(
    [...names].map((name) => {
      const own = inside.filter(({ keys, value }) => (keys[4] ?? value) === name);
      const under = (...keys: readonly string[]): readonly string[] =>
        own
          .filter((one) => one.value !== '' && keys.every((key, index) => one.keys[index + 5] === key))
          .map(({ value }) => value);
      return [
        name,
        {
          where: own[0]!,
          requires: under('requires'),
          only: under('filters', 'branches', 'only'),
          ignored: under('filters', 'branches', 'ignore'),
          isApproval: under('type').includes('approval'),
        },
      ];
    }),
  );
}

/** Whether a job is run only after one that a person approves. */
function waits(name: string, jobs: ReadonlyMap<string, Called>, seen: ReadonlySet<string> = new Set()): boolean {
  if (seen.has(name)) return false;
  const job = jobs.get(name);
  return (
    job !== undefined && (job.isApproval || job.requires.some((one) => waits(one, jobs, new Set([...seen, name]))))
  );
}
