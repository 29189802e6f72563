import type { Tell } from './ci.ts';
import type { SettingsFile } from './settings.ts';
import { type YamlEntry, yamlEntries } from './yaml.ts';

const FAILS = /\bexit\s+(?:[1-9]|["']?\$)|\bfalse\b|setFailed|\[\[?\s|\btest\s+["$]|alls-green/;
const ALL = /needs\.\*|toJSON\(\s*needs\s*\)/i;

interface Gate {
  readonly where: YamlEntry;
  /** Jobs whose result it asks for; undefined for all. */
  readonly asked: ReadonlySet<string> | undefined;
  /** How often success is asked for, and how often another result is. */
  readonly success: number;
  readonly other: number;
  /** Whether it runs where a job before it failed. A job that is skipped counts as passed. */
  readonly isAlways: boolean;
}

/** Jobs that sum up others by their results. */
export function gateFindings(file: SettingsFile, tell: Tell): void {
  const [base, head] = [gatesOf(file.base), gatesOf(file.head)];
  const jobs = new Set(yamlEntries(file.head ?? '').map(({ keys }) => (keys[0] === 'jobs' ? keys[1] : undefined)));
  for (const [name, was] of base) {
    const is = head.get(name);
    if (!is) continue;
    const lost = was.asked && is.asked ? [...was.asked].filter((job) => !is.asked!.has(job) && jobs.has(job)) : [];
    if (lost.length > 0) tell(file.path, is.where, `${name} to ask for ${lost.join(', ')}`, 'it not asking');
    else if (is.asked && is.success < was.success && is.other > was.other)
      tell(file.path, is.where, `${name} to ask for success`, 'it asking for less');
    if (was.isAlways && !is.isAlways)
      tell(file.path, is.where, `${name} to run where others failed`, 'it skipped there, which counts as passed');
  }
}

function gatesOf(text: string | undefined): ReadonlyMap<string, Gate> {
  const jobs = new Map<string, YamlEntry[]>();
  for (const one of yamlEntries(text ?? ''))
    if (one.keys[0] === 'jobs' && one.keys[1] !== undefined)
      jobs.set(one.keys[1], [...(jobs.get(one.keys[1]) ?? []), one]);
  const gates = new Map<string, Gate>();
  for (const [name, entries] of jobs) {
    const asking = entries.filter(({ value }) => /\bneeds\.[\w*-]+\.result\b/.test(value) || ALL.test(value));
    if (asking.length === 0 || !entries.some(({ value }) => FAILS.test(value))) continue;
    const all = asking.map(({ value }) => value).join('\n');
    const conditions = entries.filter(({ keys }) => keys.length === 3 && keys[2] === 'if').map(({ value }) => value);
    gates.set(name, {
      where: asking[0]!,
      asked: ALL.test(all) ? undefined : new Set([...all.matchAll(/needs\.([\w-]+)\.result/g)].map((one) => one[1]!)),
      success: all.match(/['"]success['"]/g)?.length ?? 0,
      other: all.match(/['"](?:failure|cancelled|skipped)['"]/g)?.length ?? 0,
      isAlways: conditions.some((one) => /always\(\)|!\s*cancelled\(\)|failure\(\)/.test(one)),
    });
  }
  return gates;
}
