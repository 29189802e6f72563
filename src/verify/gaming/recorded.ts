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
