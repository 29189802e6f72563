import type { SyntaxNode } from '../../lang/index.ts';
import { each, flat } from './code.ts';
import { isPutAway, isResolve } from './kept.ts';
import { isLogged } from './reach.ts';
import { bare, chainOf, isFunction } from './scope.ts';

/** A handler that says nothing of what it is given. */
export function isDeaf(node: SyntaxNode): boolean {
  const plain = bare(node);
  if (plain.kind === 'Identifier') return /^(?:noop|ignore|swallow)$/i.test(plain.value ?? '') || isResolve(plain);
  if (plain.kind === 'PropertyAccessExpression') return /^console\./.test(plain.text);
  if (!isFunction(plain)) return false;
  const caught = plain.parts('parameters')[0]?.part('name');
  let isUsed = false;
  const body = plain.part('body')!;
  each(body, (one) => {
    if (one.kind === 'ThrowStatement') isUsed = true;
    if (one.kind === 'Identifier' && caught && one.value === caught.value && !isLogged(one) && !isPutAway(one))
      isUsed = true;
  });
  return !isUsed && (body.kind === 'Block' ? isDefault(body) : isPlain(body) || isDefaultCall(body));
}

/** Whether however a promise ends the same is done, or its failure is given where its answer would be. */
export function isDeafEnd(name: string, args: readonly SyntaxNode[]): boolean {
  const [first, second] = args;
  if (name === 'catch') return first !== undefined && isDeaf(first);
  if (name !== 'then' || !first || !second) return false;
  return isDeaf(second) || (bare(first).kind === 'Identifier' && flat(first) === flat(second));
}

/** Nothing, or a value that goes without saying. */
export const isDefault = (block: SyntaxNode): boolean => block.parts('statements').every(isDefaultStep);

export function isDefaultStep(one: SyntaxNode): boolean {
  if (/^(?:Continue|Break|Empty)Statement$/.test(one.kind)) return true;
  const value = one.part('expression');
  if (one.kind === 'ReturnStatement') return !value || isPlain(value);
  if (one.kind !== 'ExpressionStatement' || !value) return false;
  if (value.kind === 'BinaryExpression') return isPlain(value.part('right')!);
  return isDefaultCall(value);
}

const isDefaultCall = (value: SyntaxNode): boolean =>
  value.kind === 'CallExpression' && (isLogging(value) || value.parts('arguments').some(isPutAway));

export const isLogging = (value: SyntaxNode): boolean =>
  value.kind === 'CallExpression' && /^(?:console|\w*log(?:ger)?|debug|this\.\w*log(?:ger)?)\b/i.test(value.text);

/** Ways to say that something went well. */
const SUCCEEDS = /^(?:Promise\.resolve|[oO]k|success|succeed|right)\(/;

export function isPlain(node: SyntaxNode): boolean {
  const plain = bare(node);
  if (
    /^(?:String|Numeric|NoSubstitution|BigInt).*Literal$|^(?:True|False|Null|This)Keyword$|^Identifier$/.test(
      plain.kind,
    )
  )
    return true;
  if (plain.kind === 'PrefixUnaryExpression') return true;
  // What gives a plain answer whenever it is called.
  if (plain.kind === 'ArrowFunction') {
    const body = plain.part('body')!;
    return body.kind === 'Block' ? isDefault(body) : isPlain(body);
  }
  if (plain.kind === 'ArrayLiteralExpression') return plain.parts('elements').every(isPlain);
  if (plain.kind === 'ObjectLiteralExpression')
    return plain
      .parts('properties')
      .every(
        (one) => one.kind !== 'SpreadAssignment' && (!one.part('initializer') || isPlain(one.part('initializer')!)),
      );
  if (/^(?:Call|New)Expression$/.test(plain.kind))
    return (plain.kind === 'NewExpression' || SUCCEEDS.test(plain.text)) && plain.parts('arguments').every(isPlain);
  return plain.kind === 'PropertyAccessExpression' || /^(?:undefined|void 0)$/.test(plain.text);
}

/** A catch that gives a value which looks like an answer: neither nothing nor a plain no. */
export function feigns(node: SyntaxNode): boolean {
  // What leaves by the end forgets whatever was thrown before.
  if (node.parent?.part('finallyBlock') === node) return true;
  const handler = chainOf(node).links.at(-1)?.args?.at(-1);
  const body = node.part('block') ?? (handler && bare(handler).part('body'));
  const only = body?.kind === 'Block' ? body.parts('statements') : undefined;
  const value = only
    ? only.length === 1 && only[0]!.kind === 'ReturnStatement'
      ? only[0]!.part('expression')
      : undefined
    : body;
  return value !== undefined && isAnswer(value);
}

/** Whether a value looks like an answer: neither nothing, nor a plain no, nor something that has a name. */
export const isAnswer = (value: SyntaxNode): boolean =>
  !/^(?:null|undefined|void 0|true|false)$/.test(bare(value).text) &&
  !/^(?:Identifier|PropertyAccess)/.test(bare(value).kind);
