import type { SyntaxNode } from '../../lang/index.ts';
import { chainOf } from './scope.ts';
import type { TestFile } from './types.ts';

/** What a test file imports, calls and declares. */
export function namesOf(root: SyntaxNode): Pick<TestFile, 'imports' | 'called' | 'declared'> {
  const imports: { readonly name: string; readonly module: string }[] = [];
  const declared = new Set<string>();
  for (const statement of root.parts('statements')) {
    const module = statement.part('moduleSpecifier')?.value ?? '';
    const clause = statement.part('importClause');
    const bindings = clause?.part('namedBindings');
    const names = [
      clause?.part('name'),
      bindings?.part('name'),
      ...(bindings?.parts('elements') ?? []).map((one) => one.part('name')),
    ];
    if (module !== '') for (const one of names) if (one?.value) imports.push({ name: one.value, module });
    for (const one of statement.part('declarationList')?.parts('declarations') ?? []) {
      const required = /^(?:await import|require)\(['"`](\.[^'"`]*)['"`]\)/.exec(
        one.part('initializer')?.text ?? '',
      )?.[1];
      const name = one.part('name');
      const bound =
        name?.kind === 'Identifier' ? [name] : (name?.parts('elements') ?? []).map((part) => part.part('name'));
      for (const own of bound) {
        if (!own?.value) continue;
        if (required === undefined) declared.add(own.value);
        else imports.push({ name: own.value, module: required });
      }
    }
    if (/^(?:Function|Class)Declaration$/.test(statement.kind)) declared.add(statement.part('name')?.value ?? '');
  }
  const called = new Set<string>();
  const visit = (node: SyntaxNode): void => {
    if (node.kind === 'CallExpression') called.add(chainOf(node).root.value ?? '');
    else if (node.kind === 'NewExpression') called.add(node.part('expression')?.value ?? '');
    for (const child of node.children) visit(child);
  };
  visit(root);
  return { imports, called, declared };
}
