import { escaped } from '../../base/index.ts';
import type { SyntaxNode } from '../../lang/index.ts';
import { each, flat } from './code.ts';
import { isFunction } from './scope.ts';
import { evens, isCase, isInCase, isQuestion } from './supportPlaces.ts';

/** What a test has recorded written anew right before it is asked about. */
export function overwritten(now: SyntaxNode, base: SyntaxNode): string | undefined {
  const set = now.kind === 'ExpressionStatement' ? now.part('expression')! : undefined;
  if (set?.kind !== 'BinaryExpression' || set.part('operatorToken')!.kind !== 'EqualsToken') return undefined;
  const [kept, value] = [set.part('left')!, set.part('right')!];
  const all = now.parent?.parts('statements') ?? [];
  const next = all[all.indexOf(now) + 1];
  const name = kept.kind === 'Identifier' ? (kept.value ?? '') : '';
  if (!next || !isQuestion(next) || !new RegExp(`\\(${name}\\b`).test(next.text) || name === '') return undefined;
  // Of what is asked for the first time a value is taken as it comes.
  if (!isAsked(next, base)) return undefined;
  if (evens(kept, value)) return 'it was recorded otherwise';
  if (/^(?:\[\]|\{\}|null|undefined|0|''|"")$/.test(value.text)) return undefined;
  return isRecorded(name, base) || next.text.includes(value.text)
    ? 'the test says itself what is asked about'
    : undefined;
}

/** A value that is taken again until it is as the test asks for, right where it is asked. */
export function drawnAgain(now: SyntaxNode, base: SyntaxNode): string | undefined {
  if (!/^(?:While|Do)Statement$/.test(now.kind) || !isInCase(now) || /\bawait\b/.test(now.text)) return undefined;
  const drawn: SyntaxNode[] = [];
  each(now.part('statement')!, (node) => {
    const isSet = node.kind === 'BinaryExpression' && node.part('operatorToken')!.kind === 'EqualsToken';
    if (isSet && node.part('left')!.kind === 'Identifier' && node.part('right')!.kind === 'CallExpression')
      drawn.push(node);
  });
  const all = now.parent?.parts('statements') ?? [];
  const after = all.slice(all.indexOf(now) + 1).filter((one) => isQuestion(one) && isAsked(one, base));
  return drawn.some((node) => {
    const name = node.part('left')!.value ?? '';
    const members = (where: SyntaxNode): string[] => {
      const found: string[] = [];
      each(where, (one) => {
        const isPart = /^(?:Identifier|(?:PropertyAccess|ElementAccess)Expression)$/.test(one.kind);
        if (isPart && new RegExp(`^${escaped(name)}(?:[.[]|$)`).test(one.text)) found.push(flat(one));
      });
      return found;
    };
    // Of the whole value only a part may be asked: the longest is what the condition looks at.
    const looked = members(now.part('expression')!).sort((a, b) => b.length - a.length)[0];
    const isSame = flat(base).includes(flat(node.part('right')!));
    return looked !== undefined && isSame && after.some((one) => members(one).includes(looked));
  })
    ? 'it is taken again until it is as it is asked for'
    : undefined;
}

function isAsked(question: SyntaxNode, root: SyntaxNode): boolean {
  let found = false;
  each(root, (node) => {
    found ||= node.kind === question.kind && flat(node) === flat(question);
  });
  return found;
}

/** Whether a function within a test puts something into a variable of it. */
function isRecorded(name: string, root: SyntaxNode): boolean {
  let found = false;
  each(root, (node) => {
    const isSet =
      (node.kind === 'BinaryExpression' &&
        node.part('operatorToken')!.kind === 'EqualsToken' &&
        node.part('left')!.text === name) ||
      (node.kind === 'CallExpression' &&
        /\.(?:push|add)$/.test(node.part('expression')!.text) &&
        node.part('expression')!.text.startsWith(`${name}.`));
    if (!isSet) return;
    let isWithin = false;
    for (let at = node.parent; at && !isCase(at); at = at.parent) isWithin ||= isFunction(at);
    found ||= isWithin && isInCase(node);
  });
  return found;
}
