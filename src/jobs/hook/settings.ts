import { isDeepStrictEqual } from 'node:util';
import { getNodeValue, type Node } from 'jsonc-parser';
import { fail, ok, type Result } from '../../base/index.ts';
import {
  endOf,
  filled,
  hasComment,
  jsonTree,
  keyOf,
  memberOf,
  place,
  propertiesOf,
  replaced,
  withMember,
  without,
} from './jsonText.ts';

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

/**
 * What stays once our entries are gone from what they stand in: the whole (key ''), `hooks`, and the list of each event
 * (`hooks.Stop`), as they were written where they held nothing. What is missing here came with our entries.
 */
export type Stood = Readonly<Record<string, string>>;

/** What can be in a `Stood`: nothing that could say anything to an agent. */
export const HOLDS_NOTHING = /^(?:null|\[[ \t\r\n]*\]|\{[ \t\r\n]*\}|[ \t\r\n]*)$/;

const MARK = '\uFEFF';
const isBlank = (text: string): boolean => /^[ \t\r\n]*$/.test(text);

/** Settings are JSON, with the comments and trailing commas that some agents allow. Some write a byte order mark before it. */
const unmarked = (text: string): [mark: string, json: string] =>
  text.startsWith(MARK) ? [MARK, text.slice(1)] : ['', text];

/** The settings with the entries, whatever they held for assay before. The same text where they are there already. */
export function withEntries(text: string, entries: readonly HookEntry[]): Result<string> {
  const [mark, json] = unmarked(text);
  if (isBlank(json)) return withEach('{}\n', entries, mark);
  const read = jsonTree(json);
  if (!read.ok) return read;
  const wanted = shaped(json, read.value, entries);
  if (!wanted.ok) return wanted;
  const found = ownCommands(read.value);
  const isThere = ({ event, group }: HookEntry): boolean =>
    found.some(
      (command) =>
        listOf(command) === memberOf(memberOf(read.value, 'hooks'), event) &&
        isDeepStrictEqual({ ...getNodeValue(command) }, group.hooks[0]) &&
        memberOf(groupOf(command), 'matcher')?.value === group.matcher,
    );
  if (found.length === entries.length && entries.every(isThere)) return ok(text);
  const bare = withoutEntries(json);
  return bare.ok ? withEach(bare.value ?? '{}\n', entries, mark) : bare;
}

function withEach(json: string, entries: readonly HookEntry[], mark: string): Result<string> {
  let now = json;
  for (const { event, group } of entries) {
    const read = jsonTree(now);
    if (!read.ok) return read;
    const root = read.value;
    const hooks = memberOf(root, 'hooks');
    const list = memberOf(hooks, event);
    if (!hooks) now = withMember(now, root, root, { [event]: [group] }, 'hooks');
    else if (hooks.type === 'null') now = filled(now, root, hooks, { [event]: [group] });
    else if (!list) now = withMember(now, root, hooks, [group], event);
    else if (list.type === 'null') now = filled(now, root, list, [group]);
    else now = withMember(now, root, list, group);
  }
  return ok(mark + now);
}

/** Refuses where something else stands in the place of what we write into. */
function shaped(json: string, root: Node, entries: readonly HookEntry[]): Result<undefined> {
  const hooks = memberOf(root, 'hooks');
  const wrong = (node: Node, expected: string, suggestion: string): Result<undefined> => {
    const found = { array: 'a list', object: 'an object', null: 'null' }[node.type as string] ?? `a ${node.type}`;
    return fail('hook/settings', `expected ${expected}, found ${found} at ${place(json, node.offset)}`, { suggestion });
  };
  if (root.type !== 'object')
    return wrong(root, 'an object of settings', 'put what it holds elsewhere, then run this again');
  if (hooks && hooks.type !== 'object' && hooks.type !== 'null')
    return wrong(hooks, 'an object at `hooks`', 'make it an object with a list for each event, then run this again');
  for (const { event } of entries) {
    const list = memberOf(hooks, event);
    if (list && list.type !== 'array' && list.type !== 'null')
      return wrong(list, `a list at \`hooks.${event}\``, 'make it a list of hooks or take it out, then run this again');
  }
  return ok(undefined);
}

/** What `withoutEntries` is to leave of these settings where nothing else does. */
export function standing(text: string): Stood {
  const [, json] = unmarked(text);
  if (isBlank(json)) return { '': json };
  const read = jsonTree(json);
  if (!read.ok) return {};
  const hooks = memberOf(read.value, 'hooks');
  const stood: Record<string, string> = { '': left(json, read.value) };
  if (hooks) stood.hooks = left(json, hooks);
  for (const property of hooks?.type === 'object' ? hooks.children! : [])
    stood[`hooks.${keyOf(property)}`] = left(json, property.children![1]!);
  return stood;
}

const left = (json: string, node: Node): string => {
  const written = json.slice(node.offset, endOf(node));
  return HOLDS_NOTHING.test(written) ? written : empty(node);
};

const empty = (node: Node): string => (node.type === 'array' ? '[]' : '{}');

/**
 * The settings without our commands, and without the groups, lists and objects that stand empty for it and were not there
 * before; undefined where nothing is left and nothing was there. Comments stay.
 */
export function withoutEntries(text: string, stood: Stood = {}): Result<string | undefined> {
  const [mark, json] = unmarked(text);
  let now: string | undefined = json;
  for (;;) {
    if (isBlank(now)) return ok(mark + now);
    const read = jsonTree(now);
    if (!read.ok) return read;
    const [command] = ownCommands(read.value);
    if (!command) return ok(mark + now);
    now = withoutCommand(now, command, stood);
    if (now === undefined) return ok(undefined);
  }
}

function withoutCommand(json: string, command: Node, stood: Stood): string | undefined {
  const group = groupOf(command);
  const isPlain = group.children!.every(
    (property) => keyOf(property) === 'matcher' || property === command.parent!.parent,
  );
  if (!isPlain || !isAlone(json, command, group)) return without(json, command);
  let node = group;
  for (const path of [`hooks.${keyOf(listOf(command).parent!)}`, 'hooks']) {
    const container = node.parent!;
    const property = container.parent!;
    if (!isAlone(json, node, property)) return without(json, node);
    // Another property of the same key, that readers passed over so far, is not to come into force.
    const isDoubled = propertiesOf(property.parent, String(keyOf(property))).length > 1;
    const stays = stood[path] ?? (isDoubled ? empty(container) : undefined);
    if (stays !== undefined) return replaced(json, container, stays);
    node = property;
  }
  const root = node.parent!;
  if (!isAlone(json, node, root)) return without(json, node);
  const whole = stood[''];
  if (whole !== undefined && !isBlank(whole)) return replaced(json, root, whole);
  return isBlank(replaced(json, root, '')) ? whole : replaced(json, root, '{}');
}

/** Whether a node is the only one in its list or object, and nobody wrote a comment beside it in `owner`. */
const isAlone = (json: string, node: Node, owner: Node): boolean =>
  node.parent!.children!.length === 1 &&
  !hasComment(json.slice(owner.offset, node.offset) + json.slice(endOf(node), endOf(owner)));

/** Our commands stand so; nothing else is taken for ours. */
const isOurs = (command: unknown): boolean =>
  typeof command === 'string' &&
  command.startsWith('[ ! -f ') &&
  /\bhook\.js"? (?:claude-code|codex|gemini)(?: --strict)? \|\| true$/.test(command);

/** In every list that could hold them, those of doubled keys included. */
function ownCommands(root: Node): Node[] {
  const lists = propertiesOf(root, 'hooks').flatMap(({ children }) =>
    children![1]!.type === 'object' ? children![1]!.children!.map((event) => event.children![1]!) : [],
  );
  const groups = lists.flatMap((list) => (list.type === 'array' ? list.children! : []));
  return groups
    .flatMap((group) => propertiesOf(group, 'hooks').map(({ children }) => children![1]!))
    .flatMap((hooks) => (hooks.type === 'array' ? hooks.children! : []))
    .filter((hook) => isOurs(memberOf(hook, 'command')?.value));
}

/** Of a command: up through its list and the property `hooks`. */
const groupOf = (command: Node): Node => command.parent!.parent!.parent!;
const listOf = (command: Node): Node => groupOf(command).parent!;
