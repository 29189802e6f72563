import { span } from '../../base/index.ts';
import type { SyntaxNode } from '../../lang/index.ts';
import type { Canon } from './canon.ts';
import { bare, chainOf } from './scope.ts';
import type { Finding, Table, TestFile } from './types.ts';

/** Lists and objects of a test file that something goes over: what is tested is what they hold. */
export function tablesIn(root: SyntaxNode, canon: Canon): ReadonlyMap<string, Table> {
  const over = new Set<string>();
  const declared: SyntaxNode[] = [];
  const mark = (node: SyntaxNode | undefined): void => {
    const found = node && chainOf(node);
    if (!found) return;
    if (found.root.kind === 'Identifier') over.add(found.root.value ?? '');
    for (const { args = [] } of found.links)
      for (const one of args) if (bare(one).kind === 'Identifier') over.add(bare(one).value ?? '');
  };
  const visit = (node: SyntaxNode): void => {
    if (node.kind === 'ForOfStatement' || node.kind === 'ForInStatement') mark(node.part('expression'));
    else if (
      node.kind === 'CallExpression' &&
      chainOf(node).links.some(({ name }) => /^(?:forEach|map|each|for)$/.test(name))
    )
      mark(node);
    else if (node.kind === 'VariableDeclaration') declared.push(node);
    for (const child of node.children) visit(child);
  };
  visit(root);
  const tables = new Map<string, Table>();
  for (const node of declared) {
    const name = node.part('name')?.value ?? '';
    const value = node.part('initializer') && bare(node.part('initializer')!);
    if (!value || !over.has(name) || tables.has(name)) continue;
    const rows = [...value.parts('elements'), ...value.parts('properties')];
    if (rows.length > 0) tables.set(name, { rows: rows.map((one) => canon.print(one).text), node });
  }
  return tables;
}

/** Rows that are in no table any more, of tables that became shorter. */
export function tableFindings(
  base: TestFile,
  head: TestFile,
  all: readonly TestFile[],
  isExcused: (row: string) => boolean,
): Finding[] {
  const everywhere = new Set(all.flatMap(({ tables }) => [...tables.values()].flatMap(({ rows }) => rows)));
  return [...base.tables].flatMap(([name, { rows }]): Finding[] => {
    const now = head.tables.get(name);
    if (!now || now.rows.length >= rows.length) return [];
    const gone = rows.filter((row) => !everywhere.has(row) && !isExcused(row));
    if (gone.length === 0) return [];
    const where = span(now.node.start, Math.min(now.node.end, now.node.start + 200));
    const expected = `the ${rows.length} rows of ${name} to stay`;
    return [
      {
        label: 'test-deleted',
        path: head.path,
        span: where,
        expected,
        found: `${now.rows.length}, without ${gone[0]!.slice(0, 80)}`,
      },
    ];
  });
}
