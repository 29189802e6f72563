import type { SyntaxNode } from '../../lang/index.ts';

/** Kinds of nodes that hold a body of their own. */
export const HOLDS_BODY =
  /^(?:FunctionDeclaration|FunctionExpression|ArrowFunction|MethodDeclaration|Constructor|GetAccessor|SetAccessor)$/;

/** Names that a statement declares for those after it. */
export function declaredBy(node: SyntaxNode): readonly string[] {
  if (node.kind === 'FunctionDeclaration') return [node.part('name')?.text ?? ''];
  return (node.part('declarationList')?.parts('declarations') ?? []).flatMap((one) => bound(one.part('name')));
}

/** Names that a name or a pattern stands for. */
export function bound(node: SyntaxNode | undefined): readonly string[] {
  if (!node) return [];
  if (node.kind === 'Identifier') return [node.text];
  return node.parts('elements').flatMap((one) => bound(one.part('name')));
}

/** Names that a function is given or declares, those of functions around it too. */
export function outerNames(holder: SyntaxNode): ReadonlySet<string> {
  const found = new Set<string>();
  for (let at: SyntaxNode | undefined = holder; at && at.kind !== 'SourceFile'; at = at.parent)
    if (HOLDS_BODY.test(at.kind)) for (const one of at.children) declaredIn(one, found);
  return found;
}

/** Names that the code around some statements declares. */
export function declaredAround([first]: readonly SyntaxNode[]): ReadonlySet<string> {
  const found = new Set<string>();
  const take = (name: SyntaxNode | undefined): void => {
    for (const one of bound(name)) found.add(one);
  };
  for (let at = first?.parent; at && at.kind !== 'SourceFile'; at = at.parent) {
    for (const one of at.parts('parameters')) take(one.part('name'));
    const lists = [at.part('initializer'), ...at.parts('statements').map((one) => one.part('declarationList'))];
    for (const list of lists) for (const one of list?.parts('declarations') ?? []) take(one.part('name'));
  }
  return found;
}

/** Names that are declared anywhere in a node. */
export function declaredIn(node: SyntaxNode, names: Set<string>): void {
  if (/^(?:VariableDeclaration|Parameter)$/.test(node.kind)) for (const one of bound(node.part('name'))) names.add(one);
  if (node.kind === 'FunctionDeclaration') names.add(node.part('name')?.text ?? '');
  for (const child of node.children) declaredIn(child, names);
}

/** Names that are read, with where that is first. */
export function usedIn(nodes: readonly SyntaxNode[]): ReadonlyMap<string, SyntaxNode> {
  const found = new Map<string, SyntaxNode>();
  const visit = (node: SyntaxNode): void => {
    const { parent } = node;
    if (node.kind === 'Identifier') {
      const isPart = (part: string): boolean => parent?.part(part)?.start === node.start;
      const isMember =
        (parent?.kind === 'PropertyAccessExpression' && isPart('name')) ||
        (/^(?:PropertyAssignment|MethodDeclaration|PropertySignature)$/.test(parent?.kind ?? '') && isPart('name')) ||
        (parent?.kind === 'BindingElement' && isPart('propertyName'));
      if (!isMember && !found.has(node.text)) found.set(node.text, node);
    }
    node.children.forEach(visit);
  };
  nodes.forEach(visit);
  return found;
}
