import type { SyntaxNode } from '../../lang/index.ts';
import { at, type CodeFile, clip, each, flat } from './code.ts';
import { bare, functionOf } from './scope.ts';
import type { Finding } from './types.ts';

/** A number that a process, or what reports its end, is given as its status. */
interface Status {
  readonly node: SyntaxNode;
  readonly value: SyntaxNode;
  /** What takes it, in the function that it is in. */
  readonly place: string;
}

const NAMES = /^(?:exit)?(?:code|status)$/i;

/** Ends with a status that told of failure, and that is 0 now, or may be where it was not. */
export function exitFindings(files: readonly CodeFile[]): Finding[] {
  return files.flatMap(({ path, isTest, base, head }): Finding[] => {
    if (isTest || !base || !head) return [];
    const [was, is] = [statusesIn(base.root), statusesIn(head.root)];
    const texts = (list: readonly Status[], place: string): readonly string[] =>
      list.filter((one) => one.place === place).map(({ value }) => flat(value));
    return is.flatMap(({ node, value, place }): Finding[] => {
      const [old, now] = [texts(was, place), texts(is, place)];
      if (!givesZero(value) || old.length !== now.length) return [];
      // As many ends as before, of which one told of failure and tells of none.
      const lost = old.find((text, index) => now[index] !== text && now[index] === flat(value));
      if (lost === undefined || ZERO.test(lost)) return [];
      return [
        {
          label: 'error-swallowed',
          ...at(path, node),
          expected: `an exit status of ${clip(lost, 40)}, as at the base`,
          found: clip(node.text),
        },
      ];
    });
  });
}

const ZERO = /^0$|[?:]0(?![\d.])/;

/** Whether a value is 0, or is made 0 under a condition. */
function givesZero(value: SyntaxNode): boolean {
  const plain = bare(value);
  if (plain.kind === 'ConditionalExpression')
    return givesZero(plain.part('whenTrue')!) || givesZero(plain.part('whenFalse')!);
  return plain.text === '0';
}

function statusesIn(root: SyntaxNode): readonly Status[] {
  const found: Status[] = [];
  const add = (node: SyntaxNode, value: SyntaxNode | undefined, what: string): void => {
    const owner = functionOf(node);
    if (value) found.push({ node, value, place: `${owner?.part('name')?.value ?? ''} ${what}` });
  };
  each(root, (node) => {
    if (node.kind === 'CallExpression') {
      const callee = flat(node.part('expression')!);
      if (/(?:^|[pP]rocess\.|Deno\.)exit$/.test(callee)) add(node, node.parts('arguments')[0], callee);
    }
    if (node.kind === 'PropertyAssignment' && /^exit(?:Code|Status)$/.test(node.part('name')?.value ?? ''))
      add(node, node.part('initializer'), 'exitCode:');
    if (node.kind === 'BinaryExpression' && node.part('operatorToken')?.kind === 'EqualsToken') {
      const left = flat(node.part('left')!);
      if (NAMES.test(left.split('.').at(-1)!)) add(node, node.part('right'), left);
    }
  });
  return found;
}
