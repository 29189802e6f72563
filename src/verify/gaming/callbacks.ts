import { escaped } from '../../base/index.ts';
import type { SyntaxNode } from '../../lang/index.ts';
import { bare, chainOf, isFunction } from './scope.ts';

/** What runs a function after the one that hands it over is done. */
const LATER = /^(?:setTimeout|setInterval|setImmediate|queueMicrotask|requestAnimationFrame|nextTick)$/;
/** Takes the failure of a promise for one way among others to end. */
const SETTLES = /^Promise\.(?:allSettled|any|race)$/;

/** How a test's own function is told that all is over, by the name of its parameter. */
const DONE = /^(?:done|cb|callback|next|end|resolve)$/;

/** Why a failure within a function is not the test's, by what the function is handed to; undefined where it is, or may be. */
export function lostIn(
  fn: SyntaxNode,
  within: SyntaxNode,
  isAwaited: (node: SyntaxNode) => boolean,
): string | undefined {
  let call = fn.parent;
  while (call?.kind === 'ParenthesizedExpression') call = call.parent;
  if (call?.kind !== 'CallExpression') return undefined;
  const isAsync = fn.text.startsWith('async');
  const callee = bare(call.part('expression')!);
  if (callee === fn) return isAsync && !isAwaited(call) ? 'in a function that nobody waits for' : undefined;
  if (!call.parts('arguments').includes(fn)) return undefined;
  const name = chainOf(call).links.at(-1)?.name || (callee.value ?? '');
  if (isAsync && name === 'forEach') return 'in functions that nobody waits for';
  const isLater = LATER.test(name) || /^process\.(?:on|once)\b/.test(callee.text);
  return isLater && !isTold(fn, within) ? 'when the test is over' : undefined;
}

/**
 * Why a failure within a function of a name is not the test's, by how it is called: each time so that nobody hears of it.
 * Undefined too where it is used for more than to be called.
 */
export function lostByName(
  fn: SyntaxNode,
  within: SyntaxNode,
  isCaught: (call: SyntaxNode) => boolean,
): string | undefined {
  const declaration = fn.kind === 'FunctionDeclaration' ? fn : fn.parent;
  const name = declaration?.part('name');
  if (declaration !== fn && declaration?.kind !== 'VariableDeclaration') return undefined;
  if (name?.kind !== 'Identifier') return undefined;
  const calls: SyntaxNode[] = [];
  let isMore = false;
  const look = (node: SyntaxNode): void => {
    if (node.kind === 'Identifier' && node.value === name.value && node !== name) {
      if (node.parent?.kind === 'CallExpression' && node.parent.part('expression') === node) calls.push(node.parent);
      else isMore = true;
    }
    for (const child of node.children) look(child);
  };
  look(within);
  if (isMore || calls.length === 0) return undefined;
  if (calls.every(isCaught)) return 'in a promise whose catch says nothing';
  const isLeft = ({ parent }: SyntaxNode): boolean =>
    /^(?:ExpressionStatement|VoidExpression)$/.test(parent?.kind ?? '');
  return /^async\b/.test(fn.text) && calls.every(isLeft) && !isTold(fn, within)
    ? 'in a function that nobody waits for'
    : undefined;
}

/** Whether something waits for a function that is called later: a promise around it, a `done` that it calls, timers that are run. */
function isTold(fn: SyntaxNode, within: SyntaxNode): boolean {
  for (let at = fn.parent; at && at !== within; at = at.parent)
    if (at.kind === 'NewExpression' && at.part('expression')?.text === 'Promise') return true;
  const parameters = functionOf(within)?.parts('parameters') ?? [];
  if (parameters.some((one) => DONE.test(one.part('name')?.value ?? ''))) return true;
  // What runs timers runs those that are set by then.
  const after = within.text.slice(fn.parent!.end - within.start);
  return /\b(?:runAll\w*|runOnly\w*|runTo\w+|advanceTimers\w*|tick|flush\w*|sleep|delay|setTimeout)\(/.test(after);
}

/** Whether a chain of promises tells the test that it is over, so that a failure before that ends in no end. */
export function tellsItsEnd(call: SyntaxNode, within: SyntaxNode): boolean {
  let chain = call;
  while (chain.parent && /^(?:PropertyAccess|Call)Expression$/.test(chain.parent.kind)) chain = chain.parent;
  const names = (functionOf(within)?.parts('parameters') ?? []).map((one) => one.part('name')?.value ?? '');
  return names.some((name) =>
    DONE.test(name)
      ? new RegExp(`(?<![\\w$.])${name}\\b`).test(chain.text)
      : /^\w$/.test(name) && chain.text.includes(`${name}.end(`),
  );
}

const functionOf = (node: SyntaxNode): SyntaxNode | undefined =>
  isFunction(node) ? node : node.parts('arguments').map(bare).findLast(isFunction);

/** Whether a promise is handed to what takes its failure for an answer, and nobody looks at that. */
export function isSettled(call: SyntaxNode): boolean {
  if (call.kind !== 'CallExpression' || !SETTLES.test(call.part('expression')!.text)) return false;
  let at = call.parent;
  while (at && /^(?:Await|Parenthesized)Expression$/.test(at.kind)) at = at.parent;
  return at?.kind === 'ExpressionStatement';
}

/** Whether a statement tells the test that it is over. */
export function isDone(statement: SyntaxNode): boolean {
  if (statement.kind !== 'ExpressionStatement') return false;
  return /^(?:done|t\.end)\(\)$/.test(statement.part('expression')!.text);
}

/** Whether the test's function is given something to call when it is over; and whether it gives a promise. */
export function waitsBy(fn: SyntaxNode): 'callback' | 'promise' | undefined {
  const [first] = fn.parts('parameters');
  if (DONE.test(first?.part('name')?.value ?? '') && !first?.text.startsWith('{')) return 'callback';
  const body = fn.part('body');
  const gives = fn.text.startsWith('async') || body?.kind !== 'Block' || /\breturn\b/.test(body.text);
  return gives ? 'promise' : undefined;
}

/** Whether the end of a `try` fails by itself, so that what its `catch` asks is asked. */
export function failsAtEnd(clause: SyntaxNode, within: SyntaxNode): boolean {
  const tried = clause.parent?.part('tryBlock')?.parts('statements').at(-1)?.text ?? '';
  return (
    /^throw\b|\bfail\(|\bunreachable\(|\breject\(|\bexpect\((?:true|false|0|1)\)|\bdone\(/.test(tried) ||
    /\b(?:assertions|hasAssertions|plan)\(/.test(within.text)
  );
}

/** Whether a function has a name by which tests of the file are handed it as what they do. */
export function isTestBody(node: SyntaxNode, root: SyntaxNode): boolean {
  const name = node.kind === 'VariableDeclaration' ? (node.part('name')?.value ?? '') : '';
  const value = name === '' ? undefined : node.part('initializer');
  if (!value || !isFunction(bare(value))) return false;
  return new RegExp(`\\b(?:it|test|specify)\\b[^;{}]*,\\s*${escaped(name)}\\s*\\)`).test(root.text);
}
