import type { SyntaxNode } from '../../lang/index.ts';
import { helper, type RawAssertion } from './assertions.ts';
import { bare, type Chain, chainOf, isFunction } from './scope.ts';
import type { TestKind } from './types.ts';

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

/** How a call that declares a test or a suite has it run, and by which words. */
export function kindOf(name: string, links: Chain['links'], args: readonly SyntaxNode[]): readonly [TestKind, string] {
  const words = new Set(links.map((link) => link.name));
  if (name.startsWith('x') || words.has('skip') || words.has('fixme'))
    return ['skip', `${name}${words.has('skip') ? '.skip' : ''}`];
  if (words.has('todo')) return ['todo', `${name}.todo`];
  if (words.has('fails') || words.has('failing') || words.has('fail')) return ['inverted', `${name}.fails`];
  const when = links.find((link) => /^(?:skipIf|runIf|if)$/.test(link.name));
  if (when) return ['conditional', `${when.name}(${when.args?.[0]?.text ?? ''})`];
  for (const option of args.flatMap((one) =>
    bare(one).kind === 'ObjectLiteralExpression' ? bare(one).parts('properties') : [],
  )) {
    const key = option.part('name')?.value ?? '';
    const value = option.part('initializer')?.text ?? '';
    if (!/^(?:skip|todo|only|ignore|fails)$/.test(key) || value === 'false') continue;
    const plain = value === '' || value === 'true' || /^['"`]/.test(value);
    if (key === 'only') return ['only', 'only'];
    return [
      key === 'fails' ? 'inverted' : plain ? (key === 'todo' ? 'todo' : 'skip') : 'conditional',
      `{ ${key}: ${value} }`,
    ];
  }
  if (words.has('only') || name.startsWith('f')) return ['only', `${name}${words.has('only') ? '.only' : ''}`];
  if (words.has('[]')) return ['conditional', 'a computed member'];
  return ['run', ''];
}

/** Whether a name is taken out of what a function is handed to that is called: `describeAll('a', (target, { it }) => …)`. */
export function isHanded(name: SyntaxNode): boolean {
  if (name.parent?.kind !== 'BindingElement') return false;
  for (let at: SyntaxNode | undefined = name; at; at = at.parent)
    if (isFunction(at)) return at.parent?.kind === 'CallExpression';
  return false;
}
