import type { SyntaxNode } from '../../lang/index.ts';
import { type Cell, inside, type Row } from './canon.ts';
import { bare, chainOf, isFunction, type Names } from './scope.ts';

/** Rows that one assertion is looked at with. */
const ROWS = 500;

/** The rows of all tables and loops that a node stands in, each with what its names stand for; one empty row where there are none. */
export function rowsOver(node: SyntaxNode, names: Names): readonly Row[] {
  const around: SyntaxNode[] = [];
  for (let at: SyntaxNode | undefined = node; at; at = at.parent) around.unshift(at);
  let rows: readonly Row[] = [new Map()];
  for (const at of around) {
    // What is gone over within may be what a row of the loop around it holds.
    const all = rows.flatMap(
      (row) => tableAt(at, new Values(names, row))?.map((more) => new Map([...row, ...more])) ?? [row],
    );
    rows = all.slice(0, ROWS);
  }
  return rows;
}

function tableAt(at: SyntaxNode, values: Values): readonly Row[] | undefined {
  if (at.kind === 'ForOfStatement') {
    const name = at.part('initializer')?.parts('declarations')[0]?.part('name');
    return name && boundTo(name, at.part('expression'), values);
  }
  const call = at.parent;
  if (!isFunction(at) || call?.kind !== 'CallExpression' || !call.parts('arguments').includes(at)) return undefined;
  const { root, links } = chainOf(call);
  const parameters = at.parts('parameters').map((one) => one.part('name'));
  const last = links.at(-1);
  if (last?.name === 'forEach' || last?.name === 'map') {
    const over = links.length > 1 ? links.at(-2)!.node : root;
    return parameters[0] && boundTo(parameters[0], over, values);
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
  const entries = entriesIn(given, values);
  if (entries)
    return entries.map((one) =>
      one.key ? entryRow(one, parameters[0], parameters[1]) : entryRow(one, undefined, parameters[0]),
    );
  const items = values.list(given);
  return items?.map((item) => {
    const cells = each.name === 'each' ? values.list(item, true) : undefined;
    if (!cells) return parameters[0] ? bound(parameters[0], { node: item, path: '' }) : new Map();
    return new Map(
      parameters.flatMap((name, index) =>
        name && cells[index] ? [...bound(name, { node: cells[index]!, path: '' })] : [],
      ),
    );
  });
}

/** What a name stands for in each row of what is gone over: a list, or the entries or values of an object. */
function boundTo(name: SyntaxNode, over: SyntaxNode | undefined, values: Values): readonly Row[] | undefined {
  const entries = over && entriesIn(over, values);
  if (!entries) return values.list(over)?.map((item) => bound(name, { node: item, path: '' }));
  const [key, value] = name.parts('elements').map((one) => one.part('name'));
  return entries.map((one) => (one.key ? entryRow(one, key, value) : entryRow(one, undefined, name)));
}

interface EntryOf {
  /** Of entries; none where only the values are gone over. */
  readonly key?: SyntaxNode;
  readonly value: SyntaxNode;
}

/** What `Object.entries(table)` or `Object.values(table)` gives. */
function entriesIn(over: SyntaxNode, values: Values): readonly EntryOf[] | undefined {
  const call = bare(over);
  const [, way] = /^Object\.(entries|values)$/.exec(call.part('expression')?.text ?? '') ?? [];
  const members = way === undefined ? undefined : values.members(call.parts('arguments')[0]);
  return members?.map((member) => ({
    ...(way === 'entries' ? { key: member.part('name')! } : {}),
    value: member.part('initializer')!,
  }));
}

const entryRow = (one: EntryOf, key: SyntaxNode | undefined, value: SyntaxNode | undefined): Row =>
  new Map([
    ...(key && one.key?.kind === 'StringLiteral' ? bound(key, { node: one.key, path: '' }) : []),
    ...(value ? bound(value, { node: one.value, path: '' }) : []),
  ]);

/** What is written out here, as a constant, or in a row of what is gone over around it. */
class Values {
  readonly #names: Names;
  readonly #row: Row;

  constructor(names: Names, row: Row) {
    this.#names = names;
    this.#row = row;
  }

  /** The members of an object; undefined where some are made in other ways. */
  members(given: SyntaxNode | undefined): readonly SyntaxNode[] | undefined {
    const node = this.#value(given);
    if (node?.kind !== 'ObjectLiteralExpression') return undefined;
    const members = node.parts('properties');
    return members.every(({ kind }) => kind === 'PropertyAssignment') ? members : undefined;
  }

  /** The elements of an array; `isFlat`: only of one that is written here. */
  list(given: SyntaxNode | undefined, isFlat = false): readonly SyntaxNode[] | undefined {
    const node = isFlat ? given && bare(given) : this.#value(given);
    if (node?.kind !== 'ArrayLiteralExpression') return undefined;
    return node
      .parts('elements')
      .flatMap((one) => (one.kind === 'SpreadElement' ? (this.list(one.part('expression')) ?? [one]) : [one]));
  }

  #value(given: SyntaxNode | undefined): SyntaxNode | undefined {
    const node = given && bare(given);
    if (node?.kind === 'PropertyAccessExpression') {
      const owner = this.#value(node.part('expression'));
      return owner && inside(owner, `.${node.part('name')?.value ?? ''}`);
    }
    if (node?.kind !== 'Identifier') return node;
    const found = this.#names.find(node.value ?? '', node);
    const cell = found && this.#row.get(found.name);
    if (cell) return inside(cell.node, cell.path);
    return found?.kind === 'constant' && found.path === '' ? this.#value(found.value) : undefined;
  }
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
