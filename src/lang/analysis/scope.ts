import type { Kinds, Node, Program, SourceFile, Sym } from '../engine.ts';
import type { Candidate } from '../types.ts';
import { declarationKind, deprecation } from './declarations.ts';

/** `SymbolFlags`, equal in all versions. */
const VALUE = 111551;
const TYPE = 788968;
const NAMESPACE = 1920;
const ALIAS = 2097152;

/** Order keys of both compilers: what is local, what is in the file, what is global. */
const SORT = { local: '10', file: '11', global: '15' } as const;

const words = (list: string): readonly string[] => list.split(' ');

/** Keywords as the other compiler offers them: all of them outside types, for any may start what comes next. */
const KEYWORDS = {
  value: words(
    'abstract any as asserts async await bigint boolean break case catch class const continue debugger declare default ' +
      'delete do else enum export extends false finally for function if implements import in infer instanceof interface ' +
      'keyof let module namespace never new null number object package readonly return satisfies string super switch ' +
      'symbol this throw true try type typeof undefined unique unknown using var void while with yield',
  ),
  type: words(
    'any asserts bigint boolean false infer keyof never null number object readonly string symbol this true typeof ' +
      'undefined unique unknown void',
  ),
};

interface Local {
  readonly name: Node;
  readonly declaration: Node;
  readonly depth: number;
}

/**
 * Names in scope at an offset, for the compiler whose API does not list them: what the enclosing blocks, functions,
 * classes and namespaces declare, what the file declares and imports, and every global. Only what can stand there: types
 * in a type, values elsewhere.
 */
export function namesInScope(program: Program, file: SourceFile, offset: number): readonly Candidate[] {
  const { kinds, checker } = program;
  const path = pathTo(file, offset);
  const inType = isTypePosition(kinds, file, path, offset);
  const wanted = inType ? TYPE | NAMESPACE : VALUE;
  const found = new Map<string, Candidate>();
  const locals = path
    .toReversed()
    .flatMap((node, depth) => declaredBy(kinds, node, path[path.length - depth]).map((local) => ({ ...local, depth })));
  const symbols = checker.symbolsAt(locals.map(({ name }) => name));
  locals.forEach(({ name, declaration }, index) => {
    const symbol = symbols[index];
    const text = name.text ?? '';
    if (text === '' || found.has(text) || !symbol || !stands(program, symbol, wanted)) return;
    if (isBeingMade(kinds, path, declaration)) return;
    const note = deprecation(kinds, declaration);
    const sortText = declaration.parent === file || isTopLevel(file, declaration) ? SORT.file : SORT.local;
    found.set(text, {
      name: text,
      kind: declarationKind(kinds, declaration),
      sortText: note === undefined ? sortText : `z${sortText}`,
      deprecated: note !== undefined,
    });
  });
  for (const { name, flags } of program.globals()) {
    if (found.has(name) || (flags & wanted) === 0 || !/^[\p{ID_Start}$_]/u.test(name)) continue;
    found.set(name, { name, kind: kindOfFlags(flags), sortText: SORT.global, deprecated: false });
  }
  for (const name of KEYWORDS[inType ? 'type' : 'value']) {
    if (!found.has(name)) found.set(name, { name, kind: 'keyword', sortText: SORT.global, deprecated: false });
  }
  return [...found.values()];
}

/** Whether a type is expected at an offset. */
export function expectsType({ kinds }: Program, file: SourceFile, offset: number): boolean {
  return isTypePosition(kinds, file, pathTo(file, offset), offset);
}

/** Whether a symbol, or what it is imported from, is of the wanted meaning. What does not resolve may be anything. */
function stands({ checker }: Program, symbol: Sym, wanted: number): boolean {
  if ((symbol.flags & ALIAS) === 0) return (symbol.flags & wanted) !== 0;
  const target = checker.target(symbol);
  return !target || (target.flags & wanted) !== 0;
}

/** Nodes around an offset, from the file inward. */
function pathTo(file: SourceFile, offset: number): readonly Node[] {
  const path: Node[] = [];
  const visit = (node: Node): void => {
    path.push(node);
    let inner: Node | undefined;
    node.forEachChild((child) => {
      // The later of two that touch: at the start of a name, not at the end of what stands before.
      const isAround = child.pos <= offset && child.end >= offset && child.getStart() <= offset;
      const isBefore = child.end <= offset && file.text.slice(child.end, offset).trim() === '';
      if (isAround || (isBefore && endsMissing(child))) inner = child;
    });
    if (inner) visit(inner);
  };
  visit(file);
  return path;
}

/** Whether a node ends with something that is missing, which has no width and stands where the text before it ends. */
function endsMissing(node: Node): boolean {
  if (node.pos === node.end) return true;
  let last: Node | undefined;
  node.forEachChild((child) => {
    last = child;
  });
  return last !== undefined && last.end === node.end && endsMissing(last);
}

/** Whether the offset is in the initializer of a variable, and not in a function there, which would run later. */
function isBeingMade(kinds: Kinds, path: readonly Node[], declaration: Node): boolean {
  const at = declaration.kind === kinds.VariableDeclaration ? path.indexOf(declaration) : -1;
  return at >= 0 && !path.slice(at + 1).some(({ parameters }) => parameters !== undefined);
}

function isTypePosition(kinds: Kinds, file: SourceFile, path: readonly Node[], offset: number): boolean {
  const isType = ({ kind }: Node): boolean => kind >= kinds.FirstTypeNode && kind <= kinds.LastTypeNode;
  // In a list of type arguments, whether or not one stands there already.
  const isListed = ({ typeArguments: list }: Node): boolean =>
    list !== undefined && list.pos <= offset && /^[\s,]*$/.test(file.text.slice(list.end, Math.max(list.end, offset)));
  if (path.slice(-2).some(isListed)) return true;
  // A list of bases that is still empty is no node.
  const inner = path.at(-1)!;
  const head = file.text.slice(inner.getStart(), offset);
  const isClass = inner.kind === kinds.ClassDeclaration || inner.kind === kinds.ClassExpression;
  if (isClass && /\bimplements\b[^{]*$/.test(head)) return true;
  if (inner.kind === kinds.InterfaceDeclaration && /\bextends\b[^{]*$/.test(head)) return true;
  // Before a type: `(): ¦ { }` is parsed as if a type literal came next.
  let before = false;
  inner.forEachChild((child) => {
    before ||= isType(child) && child.pos <= offset && offset < child.getStart();
  });
  if (before) return true;
  for (const node of path.toReversed()) {
    if (node.kind === kinds.TypeQuery) return false;
    if (isType(node)) return true;
    if (node.kind === kinds.ExpressionWithTypeArguments) {
      const clause = node.parent as Node & { readonly token?: number };
      return clause.token === kinds.ImplementsKeyword || clause.parent?.kind === kinds.InterfaceDeclaration;
    }
    // What is missing after `extends` is a name, though not the parameter's own.
    if (node.kind === kinds.TypeParameter) return !path.includes(node.name!);
    if (node.kind !== kinds.Identifier && node.kind !== kinds.QualifiedName) return false;
  }
  return false;
}

function isTopLevel(file: SourceFile, declaration: Node): boolean {
  let at = declaration;
  const { statements } = file;
  while (at.parent && at.parent !== file) {
    if (at.parent.parameters?.includes(at) || at.parent.statements) return false;
    at = at.parent;
  }
  return at.parent === file && statements.includes(at);
}

type Declared = Omit<Local, 'depth'>;

/** What a node declares for what is inside it; `inner` is the child that the offset is in. */
function declaredBy(kinds: Kinds, node: Node, inner: Node | undefined): readonly Declared[] {
  const found: Declared[] = [];
  const bind = (declaration: Node | undefined): void => {
    const { name } = declaration ?? {};
    if (!declaration || !name) return;
    if (!name.elements) found.push({ name, declaration });
    else for (const element of name.elements) bind(element);
  };
  const all = (nodes: readonly Node[] | undefined): void => {
    for (const one of nodes ?? []) bind(one);
  };
  all(node.typeParameters);
  all(node.parameters);
  switch (node.kind) {
    case kinds.FunctionExpression:
    case kinds.ClassExpression:
      bind(node);
      break;
    case kinds.MappedType:
      bind(node.typeParameter);
      break;
    case kinds.ConditionalType:
      if (inner === node.trueType && node.extendsType) inferred(kinds, node.extendsType, bind);
      break;
    case kinds.ForStatement:
    case kinds.ForInStatement:
    case kinds.ForOfStatement:
      all(node.initializer?.declarations);
      break;
    case kinds.EnumDeclaration:
      all(node.members);
      break;
    case kinds.CatchClause:
      bind(node.variableDeclaration);
      break;
    case kinds.CaseBlock:
      for (const clause of node.clauses ?? []) statements(kinds, clause.statements, bind);
      break;
    default:
      statements(kinds, node.statements, bind);
  }
  return found;
}

function inferred(kinds: Kinds, node: Node, bind: (declaration: Node | undefined) => void): void {
  if (node.kind === kinds.InferType) bind(node.typeParameter);
  node.forEachChild((child) => inferred(kinds, child, bind));
}

function statements(
  kinds: Kinds,
  nodes: readonly Node[] | undefined,
  bind: (declaration: Node | undefined) => void,
): void {
  for (const node of nodes ?? []) {
    if (node.kind === kinds.VariableStatement) for (const one of node.declarationList?.declarations ?? []) bind(one);
    else if (node.kind === kinds.ImportDeclaration || node.kind === kinds.JSImportDeclaration) {
      const clause = node.importClause;
      bind(clause);
      if (clause?.namedBindings?.name) bind(clause.namedBindings);
      else for (const one of clause?.namedBindings?.elements ?? []) bind(one);
    } else if (DECLARING.some((kind) => node.kind === kinds[kind])) {
      if (node.name?.kind === kinds.Identifier) bind(node);
    } else hoisted(kinds, node, bind);
  }
}

const DECLARING = [
  'ClassDeclaration',
  'EnumDeclaration',
  'FunctionDeclaration',
  'ImportEqualsDeclaration',
  'InterfaceDeclaration',
  'JSTypeAliasDeclaration',
  'ModuleDeclaration',
  'TypeAliasDeclaration',
] as const;

/** `NodeFlags.BlockScoped`, equal in all versions: let, const and using. */
const BLOCK_SCOPED = 7;

/** `var` inside blocks and loops belongs to the function around them. */
function hoisted(kinds: Kinds, node: Node, bind: (declaration: Node | undefined) => void): void {
  if (node.parameters || node.members) return;
  if (node.kind === kinds.VariableDeclarationList) {
    if ((node.flags & BLOCK_SCOPED) === 0) for (const one of node.declarations ?? []) bind(one);
    return;
  }
  const isStatement = node.statements || node.clauses || node.declarationList || node.expression === undefined;
  const isLoop =
    node.kind === kinds.ForStatement || node.kind === kinds.ForInStatement || node.kind === kinds.ForOfStatement;
  if (isStatement || isLoop || node.kind === kinds.LabeledStatement) {
    node.forEachChild((child) => hoisted(kinds, child, bind));
  }
}

function kindOfFlags(flags: number): Candidate['kind'] {
  if (flags & 32) return 'class';
  if (flags & 16) return 'function';
  if (flags & 3) return 'variable';
  if (flags & 64) return 'interface';
  if (flags & 384) return 'enum';
  if (flags & 1536) return 'namespace';
  return flags & 524288 ? 'type' : 'other';
}
