import { posix } from 'node:path';
import { span } from '../../base/index.ts';
import type { SyntaxNode } from '../../lang/index.ts';
import type { FileChange } from '../../workspace/index.ts';
import { Multiset } from '../context.ts';
import { at, type CodeFile, clip, each, flat } from './code.ts';
import type { CodeFacts } from './facts.ts';
import { isOfTests } from './imported.ts';
import { bare, chainOf, isFunction, Names } from './scope.ts';
import type { Finding, Label } from './types.ts';

/** What runs before the tests of all files. */
const OF_RUNS = /(?:^|[/._-])(?:setup|hooks?|support|helpers?|mocha|jest|vitest)(?=[/._-])|[a-z](?:Setup|Hooks?)\./;
const DECLARES = /^(?:[fx]?(?:it|test|specify|describe|context|suite))$/;
/** A name by which a fixture says that it is not to run, or a part of what is asked is not to be asked. */
const SKIPS = /^(?:skip(?:ped)?|todo|disabled|ignored?|xfail|pending)$/;
const ASKS_MORE = /(?:^|[_a-z])(?:tests?|checks?|verify|asserts?|validates?|strict|compares?)(?=[_A-Z]|$)/i;
/** How a test is called, as hooks see it. */
const TITLE = /\.(?:title|fullTitle\(\)|titlePath\(\)|task\.name|currentTestName|fullName)|\btitlePath\b/;

/** A place by which tests, or a part of what they ask, are left out. */
interface Place {
  readonly node: SyntaxNode;
  /** What is the same where the place was there before. */
  readonly key: string;
  readonly label: Label;
  readonly expected: string;
  /** Of other files' tests as well, so that it tells in a new file too. */
  readonly isOfAll?: true;
}

/** Tests that are left out by what declares and drives them, where they were not: rows, fixtures, hooks, switches. */
export function leftOutFindings(files: readonly CodeFile[], facts: CodeFacts): Finding[] {
  const all = files.filter(({ path, isTest }) => isTest || isOfTests(path) || OF_RUNS.test(path));
  const places = all.flatMap(({ path, base, head }): Finding[] => {
    if (!head) return [];
    const before = new Multiset();
    if (base) for (const { key } of placesIn(base.root, undefined, facts)) before.add(key);
    return placesIn(head.root, base?.root, facts)
      .filter(({ key, isOfAll }) => !before.take(key) && (base !== undefined || isOfAll))
      .map(({ node, label, expected }) => ({ label, ...at(path, node), expected, found: clip(node.text) }));
  });
  return [...places, ...switchedOff(all)];
}

/** Switches by which helpers of the tests ask more, that are on no more though they are asked for as before. */
function switchedOff(all: readonly CodeFile[]): Finding[] {
  const reads = new Map<string, number>();
  const on = (root: SyntaxNode | undefined, sign: 1 | -1): ReadonlyMap<string, SyntaxNode> => {
    const found = new Map<string, SyntaxNode>();
    if (root)
      each(root, (node) => {
        const name = node.kind === 'PropertyAccessExpression' ? (node.part('name')?.value ?? '') : '';
        if (!ASKS_MORE.test(name)) return;
        const { parent } = node;
        const isSet = parent?.part('left') === node && parent.part('operatorToken')?.kind === 'EqualsToken';
        if (!isSet) reads.set(name, (reads.get(name) ?? 0) + sign);
        else if (parent.part('right')?.text === 'true') found.set(name, parent);
      });
    return found;
  };
  const found = all.flatMap(({ path, base, head }) => {
    const [was, is] = [on(base?.root, -1), on(head?.root, 1)];
    return head && base
      ? [...was].filter(([name]) => !is.has(name)).map(([name]) => ({ path, name, root: head.root }))
      : [];
  });
  return found
    .filter(({ name }) => (reads.get(name) ?? 0) >= 0)
    .map(({ path, name, root }) => ({
      label: 'test-loosened',
      ...at(path, root),
      expected: `${name} to be on, as at the base`,
      found: 'it off',
    }));
}

/** @param base asked for what stood there before; without it all that may be of the kind is given */
function placesIn(root: SyntaxNode, base: SyntaxNode | undefined, facts: CodeFacts): readonly Place[] {
  const names = new Names();
  const rows = base ? rowsIn(base) : undefined;
  const found: Place[] = [];
  const tell = (node: SyntaxNode, expected: string, more: Partial<Place> = {}): void => {
    found.push({ node, key: flat(node), label: 'test-skipped', expected, ...more });
  };
  const was = base && flat(base);
  let declares = false;
  each(root, (node) => {
    declares ||= isDeclaration(node);
  });
  each(root, (node) => {
    if (node.kind === 'SpreadElement') {
      const [condition, list] = underCondition(bare(node.part('expression')!));
      const isOld = list?.parts('elements').some((one) => rows?.has(flat(one)) ?? true);
      if (condition && isOld && !facts.guards(condition.text)) tell(node, 'the rows of the tests to run');
    } else if (isChosen(node) && /\.only\b/.test(root.text)) {
      tell(node, 'the others beside it to run', { label: 'test-narrowed', key: 'only' });
    } else if (node.kind === 'VariableDeclaration' || node.kind === 'PropertyAssignment') {
      const isTop = /^export\b/.test(node.parent?.parent?.text ?? '') && node.kind === 'VariableDeclaration';
      const says = SKIPS.test(node.part('name')?.value ?? '') && node.part('initializer')?.text === 'true';
      if (says && (isTop || isAdded(node, rows))) tell(node, 'what is asked of the tests to be asked');
    } else if (node.kind === 'CallExpression') {
      const { root: first, links } = chainOf(node);
      const last = links.at(-1);
      const [by] = last?.args ?? [];
      const test = by && bare(by);
      const over = last?.name === 'filter' ? flat(links.at(-2)?.node ?? first) : undefined;
      // Of what was gone over whole.
      if (over !== undefined && isGoneOver(node) && (was?.includes(over) ?? true) && test && isLeftOut(test, names))
        tell(node, 'every test to run', { key: `filter${flat(test)}` });
      const hook = last && (last.name === '' ? (first.value ?? '') : last.name);
      const body = last?.args?.at(-1);
      if (!declares && /^(?:before|beforeEach)$/.test(hook ?? '') && body && skipsByTitle(body))
        tell(node, 'every test to run, whatever it is called', { isOfAll: true });
    } else if (/^(?:MethodDeclaration|PropertyAssignment)$/.test(node.kind)) {
      const name = node.part('name')?.value ?? '';
      if (!declares && /^before(?:Each)?$/.test(name) && skipsByTitle(node))
        tell(node, 'every test to run, whatever it is called', { isOfAll: true });
    } else if (node.kind === 'IfStatement') {
      const condition = node.part('expression')!;
      const then = flat(node.part('thenStatement')!);
      const loop = loopOver(node);
      const key = `if${flat(condition)}`;
      if (/^\{?continue;?\}?$/.test(then) && loop && isMember(condition, names) && (was?.includes(flat(loop)) ?? true))
        tell(node, 'every test to run', { key });
      const rest = withoutVariables(flat(condition));
      if (rest !== undefined && (was?.includes(rest === '' ? inner(then) : `if(${rest})`) ?? true))
        tell(node, 'what is asked of the tests to be asked wherever they run', { key });
    } else if (node.kind === 'Parameter' && flat(node).endsWith(':any')) {
      const fn = flat(node.parent!).replace(flat(node), node.part('name')!.text);
      const call = node.parent!.parent;
      if (call?.kind === 'CallExpression' && /^[\w.]+</.test(call.text) && (was?.includes(fn) ?? true))
        tell(node, 'a type to be asked for', { label: 'test-emptied', key: flat(node.parent!) });
    }
  });
  return found;
}

/** A call that declares a test or a group of them: by its name and what runs. */
function isDeclaration(node: SyntaxNode): boolean {
  if (node.kind !== 'CallExpression' || node.parts('arguments').length < 2) return false;
  return DECLARES.test(chainOf(node).root.value ?? '');
}

/** `a ? list : []`, `a ? [] : list` and `a && list`. */
function underCondition(node: SyntaxNode): readonly [condition?: SyntaxNode, list?: SyntaxNode] {
  const isList = (one: SyntaxNode | undefined): boolean => one?.kind === 'ArrayLiteralExpression';
  if (node.kind === 'ConditionalExpression') {
    const [a, b] = [bare(node.part('whenTrue')!), bare(node.part('whenFalse')!)];
    const list = [a, b].find((one) => isList(one) && one.parts('elements').length > 0);
    return list && isList(a) && isList(b) ? [node.part('condition')!, list] : [];
  }
  const isAnd = node.kind === 'BinaryExpression' && node.part('operatorToken')?.kind === 'AmpersandAmpersandToken';
  const list = isAnd ? bare(node.part('right')!) : undefined;
  return list && isList(list) ? [node.part('left')!, list] : [];
}

/** Elements of lists and members of objects as they are written, each object without its last words. */
function rowsIn(root: SyntaxNode): ReadonlySet<string> {
  const found = new Set<string>();
  each(root, (node) => {
    if (node.parent?.kind === 'ArrayLiteralExpression' && !node.kind.startsWith('Spread')) found.add(flat(node));
    if (node.kind === 'ObjectLiteralExpression') found.add(membersOf(node));
  });
  return found;
}

const membersOf = (node: SyntaxNode, but?: SyntaxNode): string =>
  node
    .parts('properties')
    .filter((one) => one !== but)
    .map(flat)
    .join();

/** Whether a member came to an object that was there, of more than that. */
const isAdded = (node: SyntaxNode, rows: ReadonlySet<string> | undefined): boolean => {
  const { parent } = node;
  if (node.kind !== 'PropertyAssignment' || parent?.kind !== 'ObjectLiteralExpression') return false;
  const rest = membersOf(parent, node);
  return rest !== '' && (rows?.has(rest) ?? true);
};

/** A row that says it is to run alone; of a test's own options the test is told. */
const isChosen = (node: SyntaxNode): boolean =>
  node.kind === 'PropertyAssignment' &&
  node.part('name')?.value === 'only' &&
  node.part('initializer')?.kind === 'TrueKeyword' &&
  node.parent?.parent?.kind !== 'CallExpression';

/** Whether a list stands where tests are declared, and not in what one of them does. */
function isGoneOver(node: SyntaxNode): boolean {
  for (let up = node.parent; up; up = up.parent)
    if (up.kind === 'CallExpression' && /^[fx]?(?:it|test|specify)$/.test(chainOf(up).root.value ?? '')) return false;
  return true;
}

/** What a loop that declares tests goes over, where a statement is one of it. */
function loopOver(node: SyntaxNode): SyntaxNode | undefined {
  const loop = node.parent?.kind === 'Block' ? node.parent.parent : node.parent;
  if (loop?.kind !== 'ForOfStatement') return undefined;
  let declares = false;
  each(loop, (one) => {
    declares ||= isDeclaration(one);
  });
  return declares ? loop.part('expression') : undefined;
}

/** A condition without the variables of the environment in it; undefined where it asks for none. */
function withoutVariables(condition: string): string | undefined {
  const parts = condition.split('&&');
  const rest = parts.filter((one) => !/^!*\(?(?:process|import\.meta)\.env\b/.test(one));
  return rest.length < parts.length ? rest.join('&&') : undefined;
}

const inner = (block: string): string => block.replace(/^\{|\}$/g, '');

/** `!LIST.has(x)`: what is written out is left out. */
function isLeftOut(test: SyntaxNode, names: Names): boolean {
  let isSo = false;
  if (isFunction(test))
    each(test, (node) => {
      if (node.kind === 'PrefixUnaryExpression' && node.text.startsWith('!'))
        isSo ||= isMember(bare(node.part('operand') ?? node), names);
    });
  return isSo;
}

/** Whether it is asked whether a list of texts, or a pattern, has something. */
function isMember(given: SyntaxNode, names: Names): boolean {
  const { root, links } = chainOf(bare(given));
  const [only, more] = links;
  if (!only || more || !/^(?:has|includes|test)$/.test(only.name)) return false;
  const known = root.kind === 'Identifier' ? names.find(root.value ?? '', root) : undefined;
  const value = known?.kind === 'constant' && known.path === '' ? bare(known.value) : bare(root);
  if (value.kind === 'RegularExpressionLiteral') return true;
  const list = value.kind === 'NewExpression' ? bare(value.parts('arguments')[0] ?? value) : value;
  const elements = list.kind === 'ArrayLiteralExpression' ? list.parts('elements') : [];
  return elements.length > 0 && elements.every(({ kind }) => /^(?:String|NoSubstitution)/.test(kind));
}

/** Whether a hook leaves tests out by what they are called. */
function skipsByTitle(hook: SyntaxNode): boolean {
  let skips = false;
  each(hook, (node) => {
    skips ||= node.kind === 'CallExpression' && /^(?:skip|pending)$/.test(chainOf(node).links.at(-1)?.name ?? '');
  });
  return skips && TITLE.test(hook.text);
}

/** What puts a name beside what is gone over: a dot or an underscore before it, an ending that says so. */
const HIDDEN =
  /^[._](.+)$|^(.+)\.(?:skip|skipped|disabled|off|bak|old|todo|txt|orig)$|^(.+?)\.(?:skip|skipped|disabled|todo)(\.\w+)$/;

/** Files of the tests that stand under a name now by which they are passed over. */
export function hiddenFindings(files: readonly FileChange[]): Finding[] {
  const gone = new Set<string>(
    files.flatMap(({ path, from = path, before, after }) => (before && (from !== path || !after) ? [from] : [])),
  );
  return files.flatMap(({ path, from = path, before, after }): Finding[] => {
    const [, dotted, ended, stem, ending = ''] = HIDDEN.exec(posix.basename(path)) ?? [];
    const name = dotted ?? ended ?? (stem === undefined ? undefined : stem + ending);
    const was = name === undefined ? undefined : posix.join(posix.dirname(path), name);
    const isNew = after !== undefined && (!before || from !== path);
    if (!isNew || was === undefined || !gone.has(was) || !isOfTests(was)) return [];
    return [
      {
        label: 'test-skipped',
        path,
        span: span(0, 0),
        expected: `${was} to be gone over with the others`,
        found: `it as ${posix.basename(path)}`,
      },
    ];
  });
}
