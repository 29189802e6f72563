import type { SyntaxNode } from '../../lang/index.ts';
import { at, type CodeFile, clip, each, flat } from './code.ts';
import { isRefusal, STILL } from './refusals.ts';
import { isFunction } from './scope.ts';
import type { Finding } from './types.ts';

/** A `catch` that threw on what it was not meant for, and has a way now on which nothing is said of a failure. */
export function passedOver(files: readonly CodeFile[]): Finding[] {
  return files.flatMap(({ path, isTest, base, head }): Finding[] => {
    if (isTest || !base || !head) return [];
    const before = new Map(catchesIn(base.root).map((one) => [tried(one), one]));
    return catchesIn(head.root).flatMap((clause): Finding[] => {
      const was = before.get(tried(clause));
      const thrown = was && rethrown(was);
      if (!thrown || flat(was) === flat(clause) || holds(clause, ({ kind }) => kind === 'ThrowStatement')) return [];
      const { falls, ends } = silentWays(clause.part('block')!, nameOf(clause));
      if (!falls && !ends) return [];
      return [
        {
          label: 'error-swallowed',
          ...at(path, clause),
          expected: `${clip(thrown.text, 50)}, as at the base`,
          found: `a way through ${clip(clause.text)} on which nothing is said`,
        },
      ];
    });
  });
}

/** `if (error) return done(error)` that asks for a kind of error now, and of all others nothing is said. */
export function narrowedHandlers(files: readonly CodeFile[]): Finding[] {
  return files.flatMap(({ path, isTest, base, head }): Finding[] => {
    if (isTest || !base || !head) return [];
    const before = handlersIn(base.root).filter(({ more }) => more === '');
    const now = handlersIn(head.root);
    return now.flatMap(({ name, told, node, more }): Finding[] => {
      const isSame = (one: Handler): boolean => one.name === name && one.told === told;
      const was = before.find(isSame);
      const isOfRest = (one: Handler): boolean =>
        one.name === name && one.node.parent === node.parent && one.node !== node;
      // One kind that is no failure may be let go.
      const isLetGo = /^!|!==?/.test(more);
      if (!was || more === '' || isLetGo || now.some((one) => isOfRest(one) || (isSame(one) && one.more === '')))
        return [];
      return [
        {
          label: 'error-swallowed',
          ...at(path, node),
          expected: `${clip(was.node.text, 50)}, as at the base`,
          found: `it only where ${clip(more)}`,
        },
      ];
    });
  });
}

interface Handler {
  /** Of the error. */
  readonly name: string;
  /** What is done with it. */
  readonly told: string;
  /** What else is asked. */
  readonly more: string;
  readonly node: SyntaxNode;
}

function handlersIn(root: SyntaxNode): readonly Handler[] {
  const found: Handler[] = [];
  each(root, (node) => {
    if (node.kind !== 'IfStatement' || node.part('elseStatement')) return;
    const [, name, more = ''] = /^(\w*[eE]rr(?:or)?)(?:&&(.+))?$/s.exec(flat(node.part('expression')!)) ?? [];
    const told = flat(node.part('thenStatement')!);
    if (name === undefined || !new RegExp(`\\(.*\\b${name}\\b|throw${name}\\b`, 's').test(told)) return;
    found.push({ name, told, more, node });
  });
  return found;
}

function catchesIn(root: SyntaxNode): readonly SyntaxNode[] {
  const found: SyntaxNode[] = [];
  each(root, (node) => {
    if (node.kind === 'CatchClause') found.push(node);
  });
  return found;
}

/** What is tried, by which a `catch` is known on both sides. */
const tried = (clause: SyntaxNode): string => flat(clause.parent!.part('tryBlock')!);

const nameOf = (clause: SyntaxNode): string | undefined =>
  clause.part('variableDeclaration')?.part('name')?.value ?? undefined;

const holds = (node: SyntaxNode, is: (one: SyntaxNode) => boolean): boolean =>
  is(node) || (!isFunction(node) && node.children.some((child) => holds(child, is)));

/** Where what was caught is thrown on. */
function rethrown(clause: SyntaxNode): SyntaxNode | undefined {
  const name = nameOf(clause);
  let found: SyntaxNode | undefined;
  holds(clause, (one) => {
    if (one.kind === 'ThrowStatement' && name !== undefined && one.part('expression')?.value === name) found = one;
    return found !== undefined;
  });
  return found;
}

/** Whether there is a way that says nothing of what was caught: one that goes on after it, one that ends in it. */
interface Ways {
  readonly falls: boolean;
  readonly ends: boolean;
}

function silentWays(node: SyntaxNode, name: string | undefined): Ways {
  if (node.kind === 'Block') {
    let ways: Ways = { falls: true, ends: false };
    for (const step of node.parts('statements')) {
      const next = silentWays(step, name);
      ways = { falls: ways.falls && next.falls, ends: ways.ends || (ways.falls && next.ends) };
    }
    return ways;
  }
  if (node.kind === 'IfStatement') {
    const then = silentWays(node.part('thenStatement')!, name);
    const other = node.part('elseStatement');
    const rest = other ? silentWays(other, name) : { falls: true, ends: false };
    return { falls: then.falls || rest.falls, ends: then.ends || rest.ends };
  }
  const isSaid =
    STILL.test(flat(node)) || holds(node, (one) => isRefusal(one) || (one.kind === 'Identifier' && one.value === name));
  const isEnd = /^(?:Return|Break|Continue)Statement$/.test(node.kind);
  return { falls: !isSaid && !isEnd, ends: !isSaid && isEnd };
}
