import type { SyntaxNode } from '../../lang/index.ts';
import { Canon } from './canon.ts';
import { at, type CodeFile, clip, each } from './code.ts';
import { chainOf, Names } from './scope.ts';
import type { Finding } from './types.ts';

/** Tests that are tried again where they fail, and were not, or not as often. */
export function retryFindings(files: readonly CodeFile[]): Finding[] {
  return files.flatMap(({ path, isTest, base, head }): Finding[] => {
    if (!isTest || !base || !head) return [];
    const before = new Set(triesIn(base.root).map(({ many }) => many));
    return triesIn(head.root)
      .filter(({ many }) => many > 0 && !before.has(many) && many > Math.min(0, ...before))
      .slice(0, 1)
      .map(({ node, many }) => ({
        label: 'test-loosened',
        ...at(path, node),
        expected: 'a test that fails to fail',
        found: `it tried ${many} times more: ${clip(node.text)}`,
      }));
  });
}

function triesIn(root: SyntaxNode): readonly { readonly node: SyntaxNode; readonly many: number }[] {
  const canon = new Canon(new Names());
  const found: { node: SyntaxNode; many: number }[] = [];
  const take = (node: SyntaxNode, value: SyntaxNode | undefined): void => {
    const many = Number(value && canon.print(value).text);
    if (!Number.isNaN(many)) found.push({ node, many });
  };
  each(root, (node) => {
    if (node.kind === 'CallExpression') {
      const last = chainOf(node).links.at(-1);
      const root = chainOf(node).root;
      const isRunners =
        /^(?:ThisKeyword)$/.test(root.kind) || /^(?:jest|vi|vitest|it|test|describe)$/.test(root.value ?? '');
      if (isRunners && /^(?:retries|retryTimes)$/.test(last?.name ?? '')) take(node, last?.args?.[0]);
      return;
    }
    const holder = node.parent?.parent;
    const isOption = node.kind === 'PropertyAssignment' && /^(?:retry|retries)$/.test(node.part('name')?.value ?? '');
    if (!isOption || holder?.kind !== 'CallExpression') return;
    const callee = holder.part('expression')!.text;
    if (/^(?:it|test|describe|suite|vi|jest)\b/.test(callee)) take(node, node.part('initializer'));
  });
  return found;
}
