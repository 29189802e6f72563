import { type Entry, grown, itemsOf, type Tell, within } from './entries.ts';
import { VERIFIES } from './masks.ts';

/** Commands that are run on what is committed. */
export function stagedFinding(old: Entry | undefined, now: Entry | undefined, tell: Tell): void {
  const gone = grown(now, old).filter((item) => VERIFIES.test(item));
  const kept = itemsOf(now).join();
  const lost = gone.find((item) => !kept.includes(/[\w-]+/.exec(item)?.[0] ?? item));
  if (lost !== undefined) tell('lint-disabled', now, `${lost} of what is committed`, 'it gone');
}

const severityOf = (entry: Entry | undefined): number | undefined => {
  const text = (entry?.items?.[0] ?? entry?.text ?? '').replace(/"/g, '');
  if (/^(?:off|0|false|allow)$/.test(text)) return 0;
  if (/^(?:warn|1|info)$/.test(text)) return 1;
  return /^(?:error|2|on|true|deny)$/.test(text) ? 2 : undefined;
};

export function lintFinding(
  key: string,
  last: string,
  old: Entry | undefined,
  now: Entry | undefined,
  head: readonly Entry[],
  tell: Tell,
  isKnown: (plugin: string) => boolean,
): void {
  const isRule =
    /(?:^|\.)rules\./.test(key) ||
    /^linter\.(?:enabled|rules)/.test(key) ||
    /(?:^|\.)(?:recommended|enabled|level)$/.test(key) ||
    /^"(?:error|warn)"$/.test(old?.text ?? '');
  const excuse = wideExcuse(last, now);
  if (last === 'requirePragma' && now?.text === 'true' && old?.text !== 'true')
    tell('lint-disabled', now, 'every file to be looked at', `${last}: true`);
  else if (isRule && excuse !== undefined && wideExcuse(last, old) === undefined)
    tell('lint-disabled', now, `the rule ${key} to find something`, excuse);
  else if (isRule) {
    const [was, is] = [severityOf(old), severityOf(now)];
    if ((is ?? 0) < (was ?? 2) && hasNamesake(key, was ?? 1, head)) return;
    // Of a set of rules that comes with the change some are left out.
    if (was === undefined && /\//.test(last) && !isKnown(last.replace(/\/[^/]*$/, ''))) return;
    if (is !== undefined && is < (was ?? 2) && (was !== undefined || is === 0))
      tell('lint-disabled', now, `the rule ${key} ${old?.text ?? 'as its set has it'}`, now?.text ?? '');
    else if (was === is && was !== undefined && old && now && takesMore(last, old, now))
      tell('lint-disabled', now, `the rule ${key} ${old.text}`, now.text);
    else if (was === 2 && !now) tell('lint-disabled', now, `the rule ${key} ${old?.text}`, 'it gone');
  } else if (last === 'noInlineConfig' && old?.text === 'true' && now?.text !== 'true')
    tell('lint-disabled', now, 'no comments that turn rules off', now?.text ?? 'them allowed');
  else if (/^(?:extends|sets)$/.test(last)) {
    // Flat settings name the same sets otherwise.
    const is = now ?? (last === 'extends' ? head.find(({ path }) => path === 'sets') : undefined);
    const [gone, fresh] = [grown(is, old), grown(old, is)];
    const isWeaker =
      gone.length > 0 &&
      (fresh.length === 0 || (gone.some((one) => /strict/i.test(one)) && !fresh.some((one) => /strict/i.test(one))));
    if (isWeaker && old) tell('lint-disabled', now, `the rules of ${gone.join(', ')}`, fresh.join(', ') || 'them gone');
  } else if (last === 'files' && old && now) {
    const [gone, fresh] = [grown(now, old), grown(old, now)];
    if (gone.length > 0 && fresh.every((item) => within(item, gone)))
      tell('lint-disabled', now, 'the linter to look at the same files', `files ${now.text}`);
  } else if (/^(?:ignores?|ignorePatterns|ignored|eslintIgnore|exclude)$/.test(last)) {
    const more = grown(old, now).filter(
      (item) => !/node_modules|dist|build|out\b|coverage|\.min\.|generated|vendor/.test(item),
    );
    if (more.length > 0)
      tell('lint-disabled', now, 'the linter to look at the same files', `${last} with ${more.join(', ')}`);
  } else if (/^includes?$/.test(last) && grown(old, now).some((item) => item.startsWith('"!'))) {
    const fresh = grown(old, now).filter(
      (item) => item.startsWith('"!') && !/node_modules|dist|build|coverage|generated|vendor/.test(item),
    );
    if (fresh.length > 0)
      tell('lint-disabled', now, 'the linter to look at the same files', `${last} with ${fresh.join(', ')}`);
  }
}

/** Names of all kinds, as code has them. */
const NAMES = ['value', 'items2', 'isOpen', 'Shop', 'MAX_SIZE', '_own', '$node'];

/** What a rule lets pass, by a pattern that every name is of. */
function wideExcuse(last: string, entry: Entry | undefined): string | undefined {
  const pairs = (entry?.text ?? '').matchAll(/"(\w+)":("(?:[^"\\]|\\.)*")/g);
  const all = [[last, entry?.text ?? ''], ...[...pairs].map(([, name = '', text = '']) => [name, text])];
  return all.find(([name = '', text = '']) => /ignore|allow|except|exclude/i.test(name) && takesAny(text))?.join(': ');
}

/** Characters of a pattern that is tried. */
const PATTERN = 100;

function takesAny(text: string): boolean {
  if (!/^".*"$/s.test(text) || text.length >= PATTERN) return false;
  try {
    const pattern = new RegExp(JSON.parse(text) as string, 'u');
    return NAMES.every((name) => pattern.test(name));
  } catch {
    return false;
  }
}

/** Whether a limit of a rule is higher, or it leaves more out. */
function takesMore(name: string, old: Entry, now: Entry): boolean {
  const numbers = ({ text }: Entry): number[] => (text.match(/\b\d+\b/g) ?? []).map(Number);
  const [was, is] = [numbers(old).slice(-1), numbers(now).slice(-1)];
  if (/max|complexity|depth|length|lines|params|statements/i.test(name) && was.length > 0 && is[0]! > was[0]!)
    return true;
  const excuses = ({ text }: Entry): number => (text.match(/"(?:allow|ignore|except|skip)\w*"/g) ?? []).length;
  return excuses(now) > excuses(old);
}

/** Whether the rule of the same name in another set asks as much: that of a plugin for the one it extends. */
const hasNamesake = (key: string, severity: number, head: readonly Entry[]): boolean => {
  const name = /(?:^|\.)rules\.(?:[^.]*\/)?([^./]+)$/.exec(key)?.[1];
  return (
    name !== undefined &&
    head.some(
      (one) =>
        one.path !== key &&
        // The same rule for other files is no other rule.
        idOf(one.path) !== idOf(key) &&
        one.path
          .match(/(?:^|\.)rules\.[^.]*\/([^./]+)$|(?:^|\.)rules\.([^./]+)$/)
          ?.slice(1)
          .includes(name) &&
        (severityOf(one) ?? 0) >= severity,
    )
  );
};

const idOf = (path: string): string => /(?:^|\.)rules\.(.*)$/.exec(path)?.[1] ?? path;
