import type { SyntaxNode } from '../../lang/index.ts';
import { failsAtEnd, isDone, isSettled, lostByName, lostIn, tellsItsEnd } from './callbacks.ts';
import type { Canon } from './canon.ts';
import { isPutAway } from './kept.ts';
import { isMentioned } from './mentioned.ts';
import { bare, chainOf, isFunction } from './scope.ts';
import type { Reach } from './types.ts';

/** Whether `node` is carried out when the function `within` (or the file) runs, and whether its failure is heard. */
export function reachOf(node: SyntaxNode, within: SyntaxNode, canon: Canon, isAsync: boolean): Reach {
  const guards: string[] = [];
  let never: string | undefined;
  let lost: string | undefined;
  let isNested = false;
  let waits = !isAsync || isAwaited(node) || tellsItsEnd(node, within);
  // What tells the test by itself throws nothing that could be caught.
  const isThrown = !/^(?:done|next)\b/.test(node.text);
  if (isThrown && isCaught(node)) lost = 'in a promise whose catch says nothing';
  for (let at = node; at !== within && at.parent; at = at.parent) {
    const parent: SyntaxNode = at.parent;
    const guard = (condition: SyntaxNode | undefined, holds: boolean): void => {
      if (!condition) return;
      const { text } = canon.print(condition);
      const constant = truth(text);
      if (constant === !holds) never ??= `under a condition that never holds (${clip(text)})`;
      else if (constant === undefined) guards.push(holds ? text : `!(${text})`);
    };
    if (parent.kind === 'IfStatement' && parent.part('expression') !== at)
      guard(parent.part('expression'), parent.part('thenStatement') === at);
    else if (parent.kind === 'ConditionalExpression' && parent.part('condition') !== at)
      guard(parent.part('condition'), parent.part('whenTrue') === at);
    else if (parent.kind === 'BinaryExpression' && parent.part('right') === at) {
      const operator = parent.part('operatorToken')?.kind;
      if (operator === 'AmpersandAmpersandToken') guard(parent.part('left'), true);
      else if (operator === 'BarBarToken') guard(parent.part('left'), false);
    } else if (parent.kind === 'WhileStatement' && parent.part('statement') === at)
      guard(parent.part('expression'), true);
    else if (parent.kind === 'ForStatement' && parent.part('statement') === at) {
      if (turnsOf(parent, canon) === 0) never ??= 'in a loop that ends before it begins';
    } else if (parent.kind === 'CatchClause' && !failsAtEnd(parent, within)) guards.push('catch');
    else if (/^(?:CaseClause|DefaultClause)$/.test(parent.kind))
      guards.push(canon.print(parent.part('expression') ?? parent).text);
    else if (parent.kind === 'TryStatement' && parent.part('tryBlock') === at) {
      const clause = parent.part('catchClause');
      if (clause && isThrown && isSilent(clause)) lost ??= 'within a try whose catch says nothing';
    } else if (parent.kind === 'Block' || parent.kind === 'SourceFile') {
      for (const { statement, leaving } of leavingIn(parent)) {
        if (statement.start >= at.start) break;
        const condition = leaving === 'always' ? undefined : canon.print(leaving).text;
        const holds = leaving === 'always' || (condition !== undefined && truth(condition));
        if (holds === true) never ??= `after ${clip(statement.text)}`;
        else if (condition !== undefined && holds === undefined) guards.push(`!(${condition})`);
      }
    } else if (isFunction(at) && at !== within) {
      lost ??= lostIn(at, within, isAwaited);
      isNested ||= at.parent?.kind === 'CallExpression' && at.parent !== within;
      if (parent.kind === 'CallExpression') {
        const last = chainOf(parent).links.at(-1);
        if (isThrown && isCaught(parent)) lost ??= 'in a promise whose catch says nothing';
        // What a promise calls later is heard of only where somebody waits for it.
        if (/^(?:then|finally)$/.test(last?.name ?? ''))
          waits = waits && (isAwaited(parent) || tellsItsEnd(parent, within));
        if (last?.name === 'catch') guards.push('catch');
      } else if (
        parent.kind === 'VariableDeclaration' &&
        !isExported(parent) &&
        !isMentioned(parent.part('name'), within, canon.names)
      )
        never ??= 'in a function that nobody calls';
    }
    if (isFunction(at) && at !== within) lost ??= lostByName(at, within, isCaught);
    if (isSettled(at)) lost ??= 'among promises that may fail';
    if (at.kind === 'FunctionDeclaration' && !isExported(at) && !isMentioned(at.part('name'), within, canon.names))
      never ??= 'in a function that nobody calls';
  }
  if (!waits) lost ??= 'in a promise that nobody waits for';
  return {
    guards,
    ...(isNested ? { isNested: true as const } : {}),
    ...(never === undefined ? {} : { never }),
    ...(lost === undefined ? {} : { lost }),
  };
}

/** Whether a `catch` later in the same chain lets what fails in it go by. */
function isCaught(call: SyntaxNode): boolean {
  let at = call;
  for (let link = at.parent; link?.kind === 'PropertyAccessExpression'; link = at.parent) {
    const next = link.parent;
    if (next?.kind !== 'CallExpression' || next.part('expression') !== link) return false;
    const name = link.part('name')?.value;
    const handler = next.parts('arguments')[name === 'catch' ? 0 : 1];
    if (/^(?:catch|then)$/.test(name ?? '') && handler && isFunction(bare(handler)) && isDeafTo(bare(handler)))
      return true;
    at = next;
  }
  return false;
}

/** Whether a handler does no more with what it is given than to print it. */
function isDeafTo(handler: SyntaxNode): boolean {
  const caught = handler.parts('parameters')[0]?.part('name')?.value;
  const asks = (node: SyntaxNode): boolean =>
    node.kind === 'ThrowStatement' ||
    (node.kind === 'Identifier' && node.value === caught && caught !== undefined && !isLogged(node)) ||
    (node.kind === 'CallExpression' &&
      /^(?:expect|assert|fail|reject|should|chai)\b|^(?:done|next)\b(?!\(\))/.test(node.text)) ||
    node.children.some(asks);
  return !asks(handler.part('body')!);
}

/** How often a counted loop goes round; undefined where that is not written out. */
export function turnsOf(loop: SyntaxNode, canon: Canon): number | undefined {
  const [counter, more] = loop.part('initializer')?.parts('declarations') ?? [];
  const condition = loop.part('condition');
  const sign = condition?.part('operatorToken')?.text ?? '';
  if (!counter || more || !/^<=?$/.test(sign) || condition?.part('left')?.text !== counter.part('name')?.text)
    return undefined;
  const [from, to] = [counter.part('initializer'), condition?.part('right')].map((one) =>
    one ? Number(canon.print(one).text) : Number.NaN,
  );
  const turns = to! - from! + (sign === '<=' ? 1 : 0);
  return Number.isNaN(turns) ? undefined : Math.max(0, turns);
}

const clip = (text: string): string => text.replace(/\s+/g, ' ').slice(0, 40);

function truth(text: string): boolean | undefined {
  if (/^(?:false|0|null|undefined|""|!true|!1)$/.test(text)) return false;
  return /^(?:true|1|!false|!0)$/.test(text) ? true : undefined;
}

type Leaving = 'always' | SyntaxNode;

/** The statements of a block that end what runs; found once, since every assertion after them asks. */
function leavingIn(block: SyntaxNode): readonly { readonly statement: SyntaxNode; readonly leaving: Leaving }[] {
  let found = left.get(block);
  if (!found) {
    found = block.parts('statements').flatMap((statement) => {
      const leaving = leaves(statement);
      return leaving === undefined ? [] : [{ statement, leaving }];
    });
    left.set(block, found);
  }
  return found;
}
const left = new WeakMap<SyntaxNode, readonly { readonly statement: SyntaxNode; readonly leaving: Leaving }[]>();

/** Whether a statement ends what runs: always, or under the condition that is given back. */
function leaves(statement: SyntaxNode): Leaving | undefined {
  if (/^(?:Return|Continue|Break)Statement$/.test(statement.kind) || isDone(statement)) return 'always';
  if (statement.kind === 'ExpressionStatement') {
    const { root, links } = chainOf(statement.part('expression')!);
    const isSkip =
      links.length === 1 &&
      links[0]!.name === 'skip' &&
      links[0]!.args &&
      // With a body it declares a test that is skipped.
      !links[0]!.args.some((one) => isFunction(bare(one))) &&
      /^(?:t|ctx|context|this|test)$/.test(root.text);
    if (isSkip || /^process\.exit\(/.test(statement.text)) return 'always';
  }
  if (statement.kind !== 'IfStatement') return undefined;
  const then = statement.part('thenStatement');
  const inner = then?.kind === 'Block' ? then.parts('statements') : then ? [then] : [];
  return inner.some((one) => leaves(one) === 'always') ? statement.part('expression') : undefined;
}

/** Whether a promise is awaited, returned, or handed to something else. */
function isAwaited(node: SyntaxNode): boolean {
  let at = node;
  for (let parent = at.parent; parent; at = parent, parent = at.parent) {
    if (
      /^(?:AwaitExpression|ReturnStatement|YieldExpression|ArrayLiteralExpression|VariableDeclaration)$/.test(
        parent.kind,
      )
    )
      return true;
    if (parent.kind === 'ArrowFunction' && parent.part('body') === at) return true;
    if (parent.kind === 'CallExpression' && parent.parts('arguments').includes(at)) return true;
    if (parent.kind === 'BinaryExpression' && parent.part('right') === at) return true;
    if (parent.kind === 'ExpressionStatement' || isFunction(parent)) return false;
  }
  return false;
}

/** Whether a catch lets a failed assertion go by: it neither throws nor hands the error on. */
export function isSilent(clause: SyntaxNode): boolean {
  const block = clause.part('block');
  const caught = clause.part('variableDeclaration')?.part('name')?.value;
  const look = (node: SyntaxNode): boolean => {
    if (node.kind === 'ThrowStatement') return true;
    if (node.kind === 'CallExpression') {
      const { root, links } = chainOf(node);
      const called = root.value ?? '';
      if (/^(?:expect|assert|fail|reject|should|chai)$/.test(called)) return true;
      // Without an error the test is told that all is well.
      if (/^(?:done|next)$/.test(called) && (links.length > 1 || (links[0]?.args?.length ?? 0) > 0)) return true;
      if (/^(?:t|assert|this)$/.test(called) && links.length > 0 && !/log|warn|debug/.test(links.at(-1)!.name))
        return true;
      if (links.some((link) => link.name === 'should')) return true;
    }
    if (
      caught !== undefined &&
      node.kind === 'Identifier' &&
      node.value === caught &&
      !isLogged(node) &&
      !isPutAway(node)
    )
      return true;
    return node.children.some(look);
  };
  return block !== undefined && !look(block);
}

/** Whether a value is only printed. */
export function isLogged(node: SyntaxNode): boolean {
  for (let at: SyntaxNode | undefined = node.parent; at && at.kind !== 'Block'; at = at.parent) {
    if (at.kind !== 'CallExpression') continue;
    const callee = bare(at.part('expression')!).text;
    if (
      /^(?:console|\w*log(?:ger)?|debug|process\.std(?:out|err))\b|\.(?:log|warn|debug|info|error|trace)$/i.test(callee)
    )
      return true;
  }
  return false;
}

/** Whether other files may call what is declared. */
export function isExported(node: SyntaxNode): boolean {
  let at = node;
  while (at.parent && at.parent.kind !== 'SourceFile') at = at.parent;
  return /^export\b/.test(at.text) && (at === node || at === node.parent?.parent);
}
