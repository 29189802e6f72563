import { ok, type Result } from '../../base/index.ts';
import { append, type JsonNode, member, readJson, removeItem } from './jsonText.ts';

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

/** The settings with the entries, whatever they held for assay before. The same text where they are there already. */
export function withEntries(text: string, entries: readonly HookEntry[]): Result<string> {
  const read = readJson(text === '' ? '{}' : text);
  if (!read.ok) return read;
  const same = entries.every(({ event, group }) =>
    groupsOf(read.value, event).some((one) => JSON.stringify(one.value) === JSON.stringify(group)),
  );
  const found = ['hooks']
    .flatMap((key) => member(read.value, key)?.items ?? [])
    .flatMap(({ node }) => node.items ?? [])
    .filter(({ node }) => isOurs(node.value));
  if (same && found.length === entries.length) return ok(text);
  const bare = withoutEntries(text === '' ? '{}\n' : text);
  if (!bare.ok) return bare;
  let now = bare.value;
  for (const { event, group } of entries) {
    const root = readJson(now);
    if (!root.ok) return root;
    const hooks = member(root.value, 'hooks');
    const list = hooks && member(hooks, event);
    if (!hooks) now = append(now, root.value, { [event]: [group] }, 'hooks');
    else if (!list) now = append(now, hooks, [group], event);
    else now = append(now, list, group);
  }
  return ok(now);
}

/** The settings without our entries, and without the lists and the object that are empty for it. */
export function withoutEntries(text: string): Result<string> {
  let now = text;
  for (;;) {
    const read = readJson(now);
    if (!read.ok) return read;
    const root = read.value;
    const hooks = member(root, 'hooks');
    const ours = (hooks?.items ?? [])
      .flatMap(({ node: list, key }) => (list.items ?? []).map((item, index) => ({ list, key, item, index })))
      .find(({ item }) => isOurs(item.node.value));
    if (!hooks || !ours) return ok(now);
    const { list, key, index } = ours;
    if (list.items!.length > 1) now = removeItem(now, list, index);
    else if (hooks.items!.length > 1)
      now = removeItem(
        now,
        hooks,
        hooks.items!.findIndex((one) => one.key === key),
      );
    else
      now = removeItem(
        now,
        root,
        root.items!.findIndex((one) => one.node === hooks),
      );
  }
}

const groupsOf = (root: JsonNode, event: string): readonly JsonNode[] => {
  const hooks = member(root, 'hooks');
  return (hooks && member(hooks, event)?.items?.map(({ node }) => node)) ?? [];
};
