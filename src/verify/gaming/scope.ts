import type { SyntaxNode } from '../../lang/index.ts';

/** What a name stands for where it is used. */
export type Binding =
  /** Of a constant with one value: the value, and the way into it where it is taken apart (`.a[0]`). */
  | { readonly kind: 'constant'; readonly name: SyntaxNode; readonly value: SyntaxNode; readonly path: string }
  | { readonly kind: 'import'; readonly name: SyntaxNode; readonly module: string; readonly exported: string }
  | { readonly kind: 'function'; readonly name: SyntaxNode; readonly node: SyntaxNode }
  /** A parameter, `let`, `var`, a class, a caught error. */
  | { readonly kind: 'other'; readonly name: SyntaxNode; readonly value?: SyntaxNode };

const SCOPES = new Set([
  'SourceFile',
  'Block',
  'ModuleBlock',
  'FunctionDeclaration',
  'FunctionExpression',
  'ArrowFunction',
  'MethodDeclaration',
  'Constructor',
  'GetAccessor',
  'SetAccessor',
  'ForStatement',
  'ForOfStatement',
  'ForInStatement',
  'CaseBlock',
  'CatchClause',
]);

export const isFunction = ({ kind }: SyntaxNode): boolean =>
  kind === 'ArrowFunction' ||
  kind === 'FunctionExpression' ||
  kind === 'FunctionDeclaration' ||
  kind === 'MethodDeclaration';

/** Values that stand in other files. */
export interface Imported {
  readonly exported: (module: string, exported: string, from: SyntaxNode) => SyntaxNode | undefined;
  /** Of a call that reads a file. */
  readonly read: (call: SyntaxNode) => SyntaxNode | undefined;
}

/** Names of one file, looked up by where they are used. */
export class Names {
  readonly #scopes = new Map<SyntaxNode, Map<string, Binding>>();
  readonly #imported: Imported | undefined;
  readonly #assigned: ReadonlySet<string> | undefined;

  /**
   * @param imported asked for what other files hold; else a name that is imported stands for itself
   * @param assigned names that are given another value somewhere; other variables are constants too. None are without it
   */
  constructor(imported?: Imported, assigned?: ReadonlySet<string>) {
    this.#imported = imported;
    this.#assigned = assigned;
  }

  find(name: string, from: SyntaxNode): Binding | undefined {
    const found = this.#find(name, from);
    if (!found || !this.#imported) return found;
    const value =
      found.kind === 'import'
        ? this.#imported.exported(found.module, found.exported, found.name)
        : found.kind === 'constant' && bare(found.value).kind === 'CallExpression'
          ? this.#imported.read(bare(found.value))
          : undefined;
    return value
      ? { kind: 'constant', name: found.name, value, path: found.kind === 'constant' ? found.path : '' }
      : found;
  }

  #find(name: string, from: SyntaxNode): Binding | undefined {
    for (let at: SyntaxNode | undefined = from; at; at = at.parent) {
      if (!SCOPES.has(at.kind)) continue;
      let scope = this.#scopes.get(at);
      if (!scope) {
        scope = declaredIn(at, this.#assigned);
        this.#scopes.set(at, scope);
      }
      const found = scope.get(name);
      if (found) return found;
    }
    return undefined;
  }
}

function declaredIn(scope: SyntaxNode, assigned: ReadonlySet<string> | undefined): Map<string, Binding> {
  const found = new Map<string, Binding>();
  for (const parameter of scope.parts('parameters')) bind(found, parameter.part('name'), undefined, '', false);
  const list = scope.part('initializer');
  if (list?.kind === 'VariableDeclarationList') bindList(found, list, scope.kind !== 'ForStatement', assigned);
  if (scope.kind === 'CatchClause') bind(found, scope.part('variableDeclaration')?.part('name'), undefined, '', false);
  const clauses = scope.kind === 'CaseBlock' ? scope.parts('clauses').flatMap((one) => one.parts('statements')) : [];
  for (const statement of [...scope.parts('statements'), ...clauses]) {
    const name = statement.part('name');
    if (statement.kind === 'VariableStatement') bindList(found, statement.part('declarationList')!, true, assigned);
    else if (statement.kind === 'ImportDeclaration') bindImport(found, statement);
    else if (statement.kind === 'FunctionDeclaration' && name?.value)
      found.set(name.value, { kind: 'function', name, node: statement });
    else if (name?.value && /^(?:Class|Enum|Module)Declaration$/.test(statement.kind))
      found.set(name.value, { kind: 'other', name });
  }
  return found;
}

function bindList(
  found: Map<string, Binding>,
  list: SyntaxNode,
  isPlain: boolean,
  assigned: ReadonlySet<string> | undefined,
): void {
  const isConstant = list.text.startsWith('const');
  for (const one of list.parts('declarations')) {
    const name = one.part('name');
    // A module is called by its path, which says nothing where it moved.
    const isModule = /^require\(/.test(one.part('initializer')?.text ?? '');
    const stays = isConstant || (!isModule && name?.value !== undefined && assigned?.has(name.value) === false);
    bind(found, name, one.part('initializer'), '', isPlain && stays);
  }
}

/** Names in a file that are given a value where they are not declared. */
export function assignedIn(root: SyntaxNode): ReadonlySet<string> {
  const found = new Set<string>();
  // A name, or those of a pattern; what is given to a member is not given to its owner.
  const take = (node: SyntaxNode): void => {
    if (node.kind === 'Identifier') found.add(node.value ?? '');
    else if (!/AccessExpression$/.test(node.kind)) node.children.forEach(take);
  };
  const visit = (node: SyntaxNode): void => {
    const operator = node.part('operatorToken')?.text ?? '';
    if (node.kind === 'BinaryExpression' && /^(?!(?:[=!]=|[<>]=$)).*=$/.test(operator)) take(bare(node.part('left')!));
    if (/^(?:Pre|Post)fixUnaryExpression$/.test(node.kind) && /\+\+|--/.test(node.text))
      take(bare(node.part('operand')!));
    if (/^For(?:Of|In)Statement$/.test(node.kind)) take(node.part('initializer')!);
    for (const child of node.children) visit(child);
  };
  visit(root);
  return found;
}

function bind(
  found: Map<string, Binding>,
  name: SyntaxNode | undefined,
  value: SyntaxNode | undefined,
  path: string,
  isConstant: boolean,
): void {
  if (!name) return;
  const module = name.kind === 'Identifier' && value ? required(value) : undefined;
  if (module !== undefined && /^(?:\.\w+)?$/.test(path)) {
    const taken = value!.kind === 'PropertyAccessExpression' ? value!.part('name')?.value : undefined;
    const exported = taken ?? (path.slice(1) || 'default');
    found.set(name.value ?? '', { kind: 'import', name, module, exported });
    return;
  }
  if (name.kind === 'Identifier') {
    const known = isConstant && value;
    const initial = value ? { value } : {};
    found.set(name.value ?? '', known ? { kind: 'constant', name, value, path } : { kind: 'other', name, ...initial });
    return;
  }
  for (const [index, element] of name.parts('elements').entries()) {
    if (element.kind !== 'BindingElement') continue;
    const own = element.part('name');
    const isPlain = element.part('dotDotDotToken') === undefined && element.part('initializer') === undefined;
    const key = element.part('propertyName')?.value ?? own?.value ?? '';
    const step = name.kind === 'ArrayBindingPattern' ? `[${index}]` : `.${key}`;
    bind(found, own, value, path + step, isConstant && isPlain);
  }
}

/** The package of `require('x')`, `require('x').y` and `await import('x')`; a file by another path is another. */
const required = (value: SyntaxNode): string | undefined =>
  /^(?:require|await import)\(\s*(['"`])([^'"`.][^'"`]*)\1\s*\)(?:\.\w+)?$/.exec(value.text)?.[2];

function bindImport(found: Map<string, Binding>, statement: SyntaxNode): void {
  const module = statement.part('moduleSpecifier')?.value ?? '';
  const clause = statement.part('importClause');
  const add = (name: SyntaxNode | undefined, exported: string): void => {
    if (name?.value) found.set(name.value, { kind: 'import', name, module, exported });
  };
  add(clause?.part('name'), 'default');
  const named = clause?.part('namedBindings');
  if (named?.kind === 'NamespaceImport') add(named.part('name'), '*');
  for (const one of named?.parts('elements') ?? [])
    add(one.part('name'), one.part('propertyName')?.value ?? one.part('name')?.value ?? '');
}

/** Takes away what does not change a value: parentheses, casts, `await`, `!`. */
export function bare(node: SyntaxNode): SyntaxNode {
  let at = node;
  while (
    /^(?:ParenthesizedExpression|AsExpression|SatisfiesExpression|NonNullExpression|TypeAssertionExpression|AwaitExpression|VoidExpression)$/.test(
      at.kind,
    )
  )
    at = at.part('expression') ?? at;
  return at;
}

/** One step of a chain: a member, and what it is called with. */
export interface Link {
  readonly name: string;
  readonly args?: readonly SyntaxNode[];
  /** The node that ends with this step. */
  readonly node: SyntaxNode;
}

export interface Chain {
  readonly root: SyntaxNode;
  readonly links: readonly Link[];
}

/** `a.b(1).c` as its root `a` and the steps `.b(1)` and `.c`; a call of what a call gave is a step without a name. */
export function chainOf(node: SyntaxNode): Chain {
  const links: Link[] = [];
  let at = bare(node);
  let args: { readonly args: readonly SyntaxNode[]; readonly node: SyntaxNode } | undefined;
  const flush = (): void => {
    if (args) links.push({ name: '', ...args });
    args = undefined;
  };
  for (;;) {
    if (at.kind === 'CallExpression' || at.kind === 'TaggedTemplateExpression') {
      flush();
      const template = at.part('template');
      args = { args: template ? [template] : at.parts('arguments'), node: at };
      at = bare(at.part('expression') ?? at.part('tag')!);
    } else if (at.kind === 'PropertyAccessExpression' || at.kind === 'ElementAccessExpression') {
      const name = at.part('name')?.value ?? at.part('argumentExpression')?.value ?? '[]';
      links.push({ name, ...(args ?? { node: at }) });
      args = undefined;
      at = bare(at.part('expression')!);
    } else break;
  }
  // The root itself is called.
  if (args) links.push({ name: '', ...args });
  return { root: at, links: links.reverse() };
}

/** The file that a node is in. */
export function topOf(node: SyntaxNode): SyntaxNode {
  let at = node;
  while (at.parent) at = at.parent;
  return at;
}

/** The function around a node that has a name. */
export function functionOf(node: SyntaxNode): SyntaxNode | undefined {
  for (let at = node.parent; at; at = at.parent) if (isFunction(at) && nameOf(at) !== '') return at;
  return undefined;
}

/** What a function is called, by its own name or by what it is put in; empty where it has none. */
export const nameOf = (node: SyntaxNode): string => node.part('name')?.value ?? node.parent?.part('name')?.value ?? '';
