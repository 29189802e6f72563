import type { SyntaxNode } from '../../lang/index.ts';
import { clip, each, flat } from './code.ts';
import { topOf } from './scope.ts';
import { isInCase } from './supportPlaces.ts';
import type { Finding } from './types.ts';

/** What is passed over, by what it is called. */
const PASSED_OVER =
  /^(?:ignor|skip|exclu|omit|pending|broken|flak|knownFail|known_fail|disabled|unsupported)|(?:Ignored|Skipped|Excluded)/i;

/** How an option or an entry that is new leaves something out of what is tested, or of what is compared. */
export function narrowed(now: SyntaxNode): string | undefined {
  if (isInCase(now)) return undefined;
  if (now.kind === 'PropertyAssignment') {
    const value = now.part('initializer')!;
    const isOn = value.kind === 'TrueKeyword' || value.parts('elements').length > 0;
    return isOn && /^(?:ignore|skip|exclude)[A-Z]/.test(now.part('name')?.value ?? '') ? 'less is compared' : undefined;
  }
  if (now.parent?.kind !== 'ArrayLiteralExpression') return undefined;
  for (let at = now.parent.parent; at && !/Statement$|^Block$/.test(at.kind); at = at.parent)
    if (/^(?:VariableDeclaration|PropertyAssignment)$/.test(at.kind))
      return PASSED_OVER.test(at.part('name')?.value ?? '') ? 'one more is passed over' : undefined;
  return undefined;
}

/** What no longer takes part in the tests: a file of them, a call that declares some, a row of a list that they are made of. */
export function leavesOut(old: SyntaxNode, head: SyntaxNode): Pick<Finding, 'expected' | 'found'> | undefined {
  const base = topOf(old);
  // What was named one by one is read from its folder.
  const listed = ({ text }: SyntaxNode): number => text.match(/\b(?:readdir|glob)\w*\(/g)?.length ?? 0;
  if (isInCase(old) || listed(head) > listed(base)) return undefined;
  const told = { expected: `${clip(old.text)} among the tests`, found: 'it gone' };
  if (old.kind === 'ExpressionStatement') {
    const call = old.part('expression')!;
    const name = call.kind === 'CallExpression' ? call.part('expression')!.text : '';
    const texts = call.parts('arguments').flatMap(({ value = '' }) => (value === '' ? [] : [value]));
    const isLocal = name === 'require' ? /^\.{1,2}\//.test(texts[0] ?? '') : isDeclarer(name, head);
    return isLocal && texts.length > 0 && !texts.some((text) => head.text.includes(text)) ? told : undefined;
  }
  const isRow = old.parent?.kind === 'ArrayLiteralExpression' && old.kind === 'ArrayLiteralExpression';
  const [last] = old.parts('elements').slice(-1);
  return isRow && last && isGiven(old.parent!) && !flat(head).includes(flat(last)) ? told : undefined;
}

/** Whether a list is what a function gives. */
const isGiven = (list: SyntaxNode): boolean =>
  /^(?:ReturnStatement|ArrowFunction|ParenthesizedExpression)$/.test(list.parent?.kind ?? '');

/** Whether a function of the file declares tests. */
function isDeclarer(name: string, root: SyntaxNode): boolean {
  let found = false;
  each(root, (node) => {
    if (node.kind === 'FunctionDeclaration' && node.part('name')?.value === name)
      found ||= /(?<![\w$.])(?:describe|it|test|suite)(?:\.\w+)?\(/.test(node.text);
  });
  return found;
}
