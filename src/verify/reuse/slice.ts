import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Shape, type SignatureShape, type SyntaxNode, syntaxTreeOf } from '../../lang/index.ts';
import { bound, usedIn } from './names.ts';

/** A module of which some functions are run. */
export interface Sliced {
  readonly url: string;
  readonly text: string;
}

/** Where a class comes from of which values are made. */
export interface ClassHome {
  readonly name: string;
  /** What an import of it says, as every file can say it. */
  readonly from: string;
  readonly exported: string;
}

/** Statements that a file keeps for its functions. */
const STATEMENTS = 2_000;

/**
 * What of a file some of its functions need: their declarations, those that they name, and so on. What else a module does when it is
 * loaded, and what else it imports, is no part of what the functions do. Classes are exported, so that values can be made.
 */
function sliced(text: string, path: string, names: readonly string[], classes: readonly ClassHome[]): string {
  const statements = syntaxTreeOf(text, path).root.parts('statements').slice(0, STATEMENTS);
  const byName = new Map<string, SyntaxNode[]>();
  for (const one of statements) for (const name of declares(one)) byName.set(name, [...(byName.get(name) ?? []), one]);
  const own = classes.filter(({ name }) => byName.get(name)?.some(({ kind }) => kind === 'ClassDeclaration'));
  const kept = new Set<SyntaxNode>();
  const open = [...names, ...own.map(({ name }) => name)];
  const seen = new Set<string>();
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (seen.has(name)) continue;
    seen.add(name);
    for (const statement of byName.get(name) ?? []) {
      if (kept.has(statement)) continue;
      kept.add(statement);
      if (statement.kind !== 'ImportDeclaration') open.push(...usedIn([statement]).keys());
    }
  }
  const lines = statements.filter((one) => kept.has(one)).map(({ start, end }) => text.slice(start, end));
  const shown = own.filter(({ name }) =>
    byName.get(name)!.some((one) => one.parts('modifiers').every(({ kind }) => kind !== 'ExportKeyword')),
  );
  return [
    ...lines,
    ...shown.map(({ name }) => `export { ${name} };`),
    ...classes
      .filter((one) => !own.includes(one))
      .map(({ name, from, exported }) => `export { ${exported} as ${name} } from ${JSON.stringify(from)};`),
    '',
  ].join('\n');
}

/**
 * The module that is loaded for some functions of a file. It stands beside the file under a name of its own, for others import the whole
 * one; the file itself where it is the home of a class that values are made of, for there must be one such class.
 */
export function moduleFor(
  root: string,
  { path, text }: { readonly path: string; readonly text: string },
  names: readonly string[],
  classes: readonly ClassHome[],
): Sliced {
  const url = pathToFileURL(join(root, path)).href;
  if (classes.some(({ from }) => from === url)) return { url, text };
  const beside = join(root, dirname(path), `.reuse-${basename(path)}`);
  return { url: pathToFileURL(beside).href, text: sliced(text, path, names, classes) };
}

/** Names that a statement at the top of a file declares or imports. */
function declares(node: SyntaxNode): readonly string[] {
  const own = node.part('name');
  if (own) return [own.text];
  if (node.kind === 'ImportDeclaration') return imported(node).map(({ local }) => local);
  return (node.part('declarationList')?.parts('declarations') ?? []).flatMap((one) => bound(one.part('name')));
}

function imported(node: SyntaxNode): readonly { readonly local: string; readonly exported: string }[] {
  const clause = node.part('importClause');
  const names = clause?.part('namedBindings');
  const byDefault = clause?.part('name');
  return [
    ...(byDefault ? [{ local: byDefault.text, exported: 'default' }] : []),
    ...(names?.kind === 'NamespaceImport' ? [{ local: names.part('name')!.text, exported: '*' }] : []),
    ...(names?.parts('elements') ?? []).map((one) => ({
      local: one.part('name')!.text,
      exported: (one.part('propertyName') ?? one.part('name')!).text,
    })),
  ];
}

/** Classes of the repository of which a function is given values, and where its file has them from. */
export function classesFor(text: string, path: string, root: string, form: SignatureShape): readonly ClassHome[] {
  const wanted = new Set(form.parameters.flatMap(({ shape }) => classesIn(shape)));
  if (wanted.size === 0) return [];
  const urlOf = (of: string): string => pathToFileURL(join(root, of)).href;
  return syntaxTreeOf(text, path)
    .root.parts('statements')
    .flatMap((one): readonly ClassHome[] => {
      if (one.kind === 'ClassDeclaration') {
        const name = one.part('name')?.text ?? '';
        return wanted.has(name) ? [{ name, from: urlOf(path), exported: name }] : [];
      }
      if (one.kind !== 'ImportDeclaration') return [];
      const said = one.part('moduleSpecifier')?.value ?? '';
      const from = said.startsWith('.') ? urlOf(join(dirname(path), said)) : said;
      return imported(one).flatMap(({ local, exported }) =>
        wanted.has(local) && exported !== '*' ? [{ name: local, from, exported }] : [],
      );
    });
}

function classesIn(shape: Shape): readonly string[] {
  switch (shape.kind) {
    case 'instance':
      return shape.parameters ? [shape.name, ...shape.parameters.flatMap((one) => classesIn(one.shape))] : [];
    case 'array':
    case 'set':
    case 'promise':
      return classesIn(shape.element);
    case 'tuple':
      return shape.elements.flatMap(classesIn);
    case 'record':
      return shape.fields.flatMap((field) => classesIn(field.shape));
    case 'dictionary':
    case 'map':
      return classesIn(shape.value);
    case 'union':
      return shape.members.flatMap(classesIn);
    default:
      return [];
  }
}
