import type { SyntaxNode } from '../../lang/index.ts';
import { helper, type RawAssertion } from './assertions.ts';
import { bare, chainOf, isFunction } from './scope.ts';

/** A test of ava that hands its values to what other tests hand theirs to: `test('main', verify, { input, expected })`. */
export function macroOf([, macro, ...given]: readonly SyntaxNode[]): RawAssertion | undefined {
  const shared = macro && bare(macro);
  return shared && /^(?:Identifier|PropertyAccessExpression|CallExpression)$/.test(shared.kind)
    ? helper(shared.text, given)
    : undefined;
}

/** What `tap` is called, whose assertions may stand at the top of a file. */
export function contextOf(root: SyntaxNode): string | undefined {
  for (const { text } of root.parts('statements')) {
    const [, required, imported] =
      /^(?:const|let|var)\s+(\w+)\s*=\s*require\(\s*['"]tap['"]\s*\)|^import\s+(?:\*\s+as\s+)?(\w+)\s+from\s+['"]tap['"]/.exec(
        text,
      ) ?? [];
    if (required ?? imported) return required ?? imported;
  }
  return undefined;
}

/** The first function literal in an argument, for wrapped ones (`withServer(async (t) => …)`). */
export function functionIn(node: SyntaxNode): SyntaxNode | undefined {
  const plain = bare(node);
  if (isFunction(plain)) return plain;
  if (plain.kind !== 'CallExpression') return undefined;
  return plain
    .parts('arguments')
    .map(functionIn)
    .find((one) => one !== undefined);
}

/** `this.skip()`, `t.skip()`, `ctx.skip()` and playwright's `test.skip()` in a running test. */
export function skipCall(node: SyntaxNode, param: string | undefined): string | undefined {
  if (node.kind !== 'CallExpression') return undefined;
  const { root, links } = chainOf(node);
  const isOwn = root.kind === 'ThisKeyword' || root.value === param || root.value === 'test';
  if (param === undefined && root.value === 'skip' && links.length === 1) return 'skip()';
  if (root.value === 'pending' && links.length === 1 && links[0]!.name === '') return 'pending()';
  const args = links.length === 1 && /^(?:skip|todo|fixme)$/.test(links[0]!.name) ? links[0]!.args : undefined;
  // With a body it declares a test.
  return isOwn && args && !args.some((one) => isFunction(bare(one))) ? `${root.text}.${links[0]!.name}()` : undefined;
}
