import type { SyntaxNode } from '../../lang/index.ts';
import type { Row } from './canon.ts';
import { bare, chainOf, isFunction, type Names } from './scope.ts';

/** Rows that one assertion is looked at with. */
const ROWS = 500;

/** The rows of all tables and loops that a node stands in, each with what its names stand for; one empty row where there are none. */
export function rowsOver(node: SyntaxNode, names: Names): readonly Row[] {
  let rows: readonly Row[] = [new Map()];
  for (let at: SyntaxNode | undefined = node; at; at = at.parent) {
    const table = tableAt(at, names);
    if (!table) continue;
    const all = rows.flatMap((row) => table.map((more) => new Map([...row, ...more])));
    rows = all.slice(0, ROWS);
  }
  return rows;
}

type Cell = { readonly node: SyntaxNode; readonly path: string };

function tableAt(at: SyntaxNode, names: Names): readonly Row[] | undefined {
  if (at.kind === 'ForOfStatement') {
    const name = at.part('initializer')?.parts('declarations')[0]?.part('name');
    return name && boundTo(name, at.part('expression'), names);
  }
  const call = at.parent;
  if (!isFunction(at) || call?.kind !== 'CallExpression' || !call.parts('arguments').includes(at)) return undefined;
  const { root, links } = chainOf(call);
  const parameters = at.parts('parameters').map((one) => one.part('name'));
  const last = links.at(-1);
  if (last?.name === 'forEach' || last?.name === 'map') {
    const over = links.length > 1 ? links.at(-2)!.node : root;
    return parameters[0] && boundTo(parameters[0], over, names);
  }
  // What a promise comes to is what it is called with.
  if (last?.name === 'then' && call.parts('arguments')[0] === at) {
    const promise = links.length > 1 ? links.at(-2)!.node : root;
    return parameters[0] && [bound(parameters[0], { node: promise, path: '' })];
  }
  const each = links.find((link) => link.name === 'each' || link.name === 'for');
  const [given] = each?.args ?? [];
  if (!each || !given) return undefined;
  if (/Template/.test(given.kind)) return templateRows(given, parameters[0]);
  const items = listOf(given, names);
  return items?.map((item) => {
    const cells = each.name === 'each' ? listOf(item, names, true) : undefined;
    if (!cells) return parameters[0] ? bound(parameters[0], { node: item, path: '' }) : new Map();
    return new Map(
      parameters.flatMap((name, index) =>
        name && cells[index] ? [...bound(name, { node: cells[index]!, path: '' })] : [],
      ),
    );
  });
}

/** What a name stands for in each row of what is gone over: a list, or the entries or values of an object. */
function boundTo(name: SyntaxNode, over: SyntaxNode | undefined, names: Names): readonly Row[] | undefined {
  const call = over && bare(over);
  const [, way] = /^Object\.(entries|values)$/.exec(call?.part('expression')?.text ?? '') ?? [];
  if (way === undefined) return listOf(over, names)?.map((item) => bound(name, { node: item, path: '' }));
  const members = membersOf(call!.parts('arguments')[0], names);
  return members?.map((member) => {
    const [key, value] = way === 'values' ? [undefined, name] : name.parts('elements').map((one) => one.part('name'));
    const own = member.part('name')!;
    return new Map([
      ...(key && own.kind === 'StringLiteral' ? bound(key, { node: own, path: '' }) : []),
      ...(value ? bound(value, { node: member.part('initializer')!, path: '' }) : []),
    ]);
  });
}

/** The members of an object that is written out, here or as a constant; undefined where some are made in other ways. */
function membersOf(given: SyntaxNode | undefined, names: Names): readonly SyntaxNode[] | undefined {
  const node = given && bare(given);
  if (node?.kind === 'ObjectLiteralExpression') {
    const members = node.parts('properties');
    return members.every(({ kind }) => kind === 'PropertyAssignment') ? members : undefined;
  }
  const found = node?.kind === 'Identifier' ? names.find(node.value ?? '', node) : undefined;
  return found?.kind === 'constant' && found.path === '' ? membersOf(found.value, names) : undefined;
}

/** The elements of an array that is written out, here or as a constant; `isFlat`: only here. */
function listOf(given: SyntaxNode | undefined, names: Names, isFlat = false): readonly SyntaxNode[] | undefined {
  const node = given && bare(given);
  if (!node) return undefined;
  if (node.kind === 'ArrayLiteralExpression') {
    const elements = node.parts('elements');
    return elements.flatMap((one) =>
      one.kind === 'SpreadElement' ? (listOf(one.part('expression'), names) ?? [one]) : [one],
    );
  }
  if (isFlat) return undefined;
  if (node.kind !== 'Identifier') return undefined;
  const found = names.find(node.value ?? '', node);
  return found?.kind === 'constant' && found.path === '' ? listOf(found.value, names) : undefined;
}

/** What the names of a pattern stand for within a value. */
function bound(name: SyntaxNode, cell: Cell): Row {
  if (name.kind === 'Identifier') return new Map([[name, cell]]);
  const found = new Map<SyntaxNode, Cell>();
  for (const [index, element] of name.parts('elements').entries()) {
    const own = element.part('name');
    if (!own) continue;
    const key = element.part('propertyName')?.value ?? own.value ?? '';
    const path = `${cell.path}${name.kind === 'ArrayBindingPattern' ? `[${index}]` : `.${key}`}`;
    for (const [node, value] of bound(own, { node: cell.node, path })) found.set(node, value);
  }
  return found;
}

/** `each` with a template: the first line names the columns, what is put in fills them. */
function templateRows(template: SyntaxNode, parameter: SyntaxNode | undefined): readonly Row[] | undefined {
  const columns = (template.part('head')?.value ?? '')
    .trim()
    .split(/\s*\|\s*/)
    .filter((one) => one !== '');
  const cells = template.parts('templateSpans').map((one) => one.part('expression')!);
  if (columns.length === 0 || !parameter) return undefined;
  const rows: Row[] = [];
  for (let at = 0; at + columns.length <= cells.length; at += columns.length) {
    const row = new Map<SyntaxNode, Cell>();
    for (const element of parameter.parts('elements')) {
      const own = element.part('name');
      const index = columns.indexOf(element.part('propertyName')?.value ?? own?.value ?? '');
      if (own && index >= 0) row.set(own, { node: cells[at + index]!, path: '' });
    }
    rows.push(row);
  }
  return rows;
}
