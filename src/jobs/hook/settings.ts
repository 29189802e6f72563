import {
  applyEdits,
  type Edit,
  type JSONPath,
  modify,
  type ParseError,
  parse,
  printParseErrorCode,
} from 'jsonc-parser';
import { fail, ok, type Result } from '../../base/index.ts';

export interface CommandHook {
  readonly name?: string;
  readonly type: 'command';
  readonly command: string;
  /** In the agent's own unit. */
  readonly timeout: number;
}

/** An entry of a settings file: in the list of an event, a group with one command of ours. */
export interface HookEntry {
  readonly event: string;
  readonly group: { readonly matcher?: string; readonly hooks: readonly CommandHook[] };
}

/** Our commands end so; nothing else is taken for ours. */
const OURS = /\bhook\.js"? (?:claude-code|codex|gemini)(?: --strict)? \|\| true$/;

const isOurs = (group: unknown): boolean => {
  const hooks = (group as { readonly hooks?: unknown } | null)?.hooks;
  return (
    Array.isArray(hooks) &&
    hooks.length > 0 &&
    hooks.every((hook: { command?: unknown } | null) => typeof hook?.command === 'string' && OURS.test(hook.command))
  );
};

/** Lists of groups, by the names of their events. */
type Events = Readonly<Record<string, readonly unknown[]>>;

/** Settings are JSON, with the comments and trailing commas that some agents allow. What is no list of an event is not ours to touch. */
function eventsIn(text: string): Result<Events> {
  const errors: ParseError[] = [];
  const read = parse(text, errors, { allowTrailingComma: true }) as { readonly hooks?: unknown } | undefined;
  const [first] = errors;
  if (first)
    return fail(
      'hook/settings',
      `expected JSON, found ${printParseErrorCode(first.error)} at character ${first.offset}`,
      {
        suggestion: 'repair the file and install again',
      },
    );
  const events = Object.entries(read?.hooks ?? {}).filter((one): one is [string, unknown[]] => Array.isArray(one[1]));
  return ok(Object.fromEntries(events));
}

/** One edit of the text, everything else as it was written. */
function edited(text: string, path: JSONPath, value: unknown, isInsertion = false): string {
  const unit = /\n([ \t]+)\S/.exec(text)?.[1] ?? '  ';
  const edits: Edit[] = modify(text, path, value, {
    isArrayInsertion: isInsertion,
    formattingOptions: {
      insertSpaces: unit[0] === ' ',
      tabSize: unit[0] === ' ' ? unit.length : 1,
      eol: text.includes('\r\n') ? '\r\n' : '\n',
    },
  });
  return applyEdits(text, edits);
}

/** The settings with the entries, whatever they held for assay before. The same text where they are there already. */
export function withEntries(text: string, entries: readonly HookEntry[]): Result<string> {
  const read = eventsIn(text === '' ? '{}' : text);
  if (!read.ok) return read;
  const same = entries.every(({ event, group }) =>
    (read.value[event] ?? []).some((one) => JSON.stringify(one) === JSON.stringify(group)),
  );
  if (same && Object.values(read.value).flat().filter(isOurs).length === entries.length) return ok(text);
  const bare = withoutEntries(text === '' ? '{}\n' : text);
  if (!bare.ok) return bare;
  let now = bare.value;
  for (const { event, group } of entries) {
    const events = eventsIn(now);
    if (!events.ok) return events;
    now = events.value[event] ? edited(now, ['hooks', event, -1], group, true) : edited(now, ['hooks', event], [group]);
  }
  return ok(now);
}

/** The settings without our entries, and without the lists and the object that are empty for it. */
export function withoutEntries(text: string): Result<string> {
  let now = text;
  for (;;) {
    const read = eventsIn(now);
    if (!read.ok) return read;
    const found = Object.entries(read.value).find(([, groups]) => groups.some(isOurs));
    if (!found) return ok(now);
    const [event, groups] = found;
    const hooks = (parse(now) as { hooks: object }).hooks;
    if (groups.length > 1) now = edited(now, ['hooks', event, groups.findIndex(isOurs)], undefined);
    else now = edited(now, Object.keys(hooks).length > 1 ? ['hooks', event] : ['hooks'], undefined);
  }
}
