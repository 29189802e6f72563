import type { Kinds, Node, SourceFile } from '../engine.ts';
import { isImportCall } from './references.ts';

/** Offsets in the compiler's text, half open. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** A place where the text names something that has to exist, not yet resolved. `node` is the name itself. */
export type Site =
  /** `a.b`, `a['b']`, `A.B`, `T['b']`, `<div>`: the compiler knows the symbol at the name. */
  | { readonly role: 'member'; readonly node: Node; readonly receiver?: Node }
  /** `{ b } = a`: looked up on the type of the pattern. `on` is the pattern, or what is assigned to it. */
  | { readonly role: 'destructured'; readonly node: Node; readonly on?: Node }
  | { readonly role: 'import'; readonly node: Node; readonly local: Node; readonly module: Node }
  | { readonly role: 'module'; readonly node: Node }
  | { readonly role: 'key' | 'attribute'; readonly node: Node; readonly literal: Node }
  /** `against`: the other operand of a comparison, or what a `switch` looks at. */
  | { readonly role: 'literal'; readonly node: Node; readonly against?: Node }
  | { readonly role: 'type' | 'value'; readonly node: Node; readonly shorthand?: Node }
  | { readonly role: 'call'; readonly node: Node; readonly call: Node; readonly callee: Node };

/** Collects the sites of a file, of the given ranges only where there are any, in the order of the tree. */
export function sitesIn(kinds: Kinds, file: SourceFile, ranges?: readonly Range[]): readonly Site[] {
  const collector = new Collector(kinds, file, ranges);
  collector.visit(file);
  return collector.sites;
}

class Collector {
  readonly sites: Site[] = [];
  readonly #kinds: Kinds;
  readonly #isScript: boolean;
  readonly #ranges: readonly Range[] | undefined;
  /** In JavaScript doc comments hold types. TypeScript 7 puts those into the tree itself. */
  readonly #readsComments: boolean;

  constructor(kinds: Kinds, file: SourceFile, ranges: readonly Range[] | undefined) {
    this.#kinds = kinds;
    this.#ranges = ranges;
    this.#isScript = /\.[cm]?jsx?$/.test(file.fileName);
    this.#readsComments = this.#isScript && kinds.JSTypeAliasDeclaration === -1;
  }

  /** Whether a node has a part in the ranges; touching counts, so that an empty range marks a place. */
  #touches(node: Node): boolean {
    return this.#ranges?.some(({ start, end }) => node.pos <= end && node.end >= start) ?? true;
  }

  #isAsked(node: Node): boolean {
    return this.#ranges?.some(({ start, end }) => node.getStart() <= end && node.end >= start) ?? true;
  }

  #add(site: Site): void {
    // What the parser made up where a name is missing has no text.
    if (!site.node.text && site.role !== 'literal' && site.role !== 'module') return;
    if (this.#isAsked(site.role === 'call' ? site.call : site.node)) this.sites.push(site);
  }

  #all(nodes: readonly (Node | undefined)[] | undefined): void {
    for (const node of nodes ?? []) if (node) this.visit(node);
  }

  #isString(node: Node | undefined): node is Node {
    return node?.kind === this.#kinds.StringLiteral || node?.kind === this.#kinds.NoSubstitutionTemplateLiteral;
  }

  visit(node: Node): void {
    const kinds = this.#kinds;
    if (!this.#touches(node)) return;
    if (this.#readsComments) for (const comment of node.jsDoc ?? []) this.#comment(comment);
    switch (node.kind) {
      case kinds.Identifier:
      case kinds.PrivateIdentifier:
        this.#identifier(node);
        break;
      case kinds.StringLiteral:
      case kinds.NoSubstitutionTemplateLiteral:
        this.#literal(node);
        break;
      case kinds.PropertyAccessExpression:
        this.visit(node.expression!);
        this.#add({ role: 'member', node: node.name!, receiver: node.expression! });
        break;
      case kinds.QualifiedName:
        this.visit(node.left!);
        this.#add({ role: 'member', node: node.right!, receiver: node.left! });
        break;
      case kinds.ElementAccessExpression:
        this.visit(node.expression!);
        if (this.#isString(node.argumentExpression)) {
          this.#add({ role: 'member', node: node.argumentExpression, receiver: node.expression! });
        } else this.#all([node.argumentExpression]);
        break;
      case kinds.IndexedAccessType: {
        this.visit(node.objectType!);
        const literal = node.indexType?.literal;
        if (this.#isString(literal)) this.#add({ role: 'member', node: literal, receiver: node.objectType! });
        else this.#all([node.indexType]);
        break;
      }
      case kinds.LiteralType:
        return; // The literal declares a type here; it names nothing.
      case kinds.ImportDeclaration:
      case kinds.JSImportDeclaration:
        this.#import(node);
        break;
      case kinds.ExportDeclaration:
        this.#export(node);
        break;
      case kinds.ExternalModuleReference:
        this.#module(node.expression);
        break;
      case kinds.ImportType:
        this.#module(node.argument?.literal);
        if (node.qualifier) this.#qualifier(node.qualifier, node.argument?.literal);
        this.#children(node, [node.argument, node.qualifier]);
        break;
      case kinds.BindingElement:
        this.#bindingElement(node);
        break;
      case kinds.ObjectLiteralExpression:
        this.#objectLiteral(node);
        break;
      case kinds.CallExpression:
      case kinds.NewExpression:
      case kinds.TaggedTemplateExpression:
        this.#call(node);
        break;
      case kinds.JsxOpeningElement:
      case kinds.JsxSelfClosingElement:
        this.#jsx(node);
        break;
      case kinds.JsxClosingElement:
      case kinds.MetaProperty:
      case kinds.BreakStatement:
      case kinds.ContinueStatement:
      case kinds.ImportAttributes:
      case kinds.JSDoc:
        return;
      case kinds.LabeledStatement:
        this.#children(node, [node.label]);
        break;
      default:
        // Whatever else has a name declares it; a computed name and a pattern are looked into.
        this.#children(node, [this.#isPlainName(node.name) ? node.name : undefined]);
    }
  }

  #children(node: Node, except: readonly (Node | undefined)[]): void {
    node.forEachChild((child) => {
      if (!except.includes(child)) this.visit(child);
    });
  }

  /** The types in a doc comment; its names are of parameters and of what it declares. */
  #comment(node: Node): void {
    if (node.kind === this.#kinds.JSDocTypeExpression) this.#children(node, []);
    else node.forEachChild((child) => this.#comment(child));
  }

  #isPlainName(name: Node | undefined): boolean {
    const kinds = this.#kinds;
    return (
      name !== undefined &&
      name.kind !== kinds.ComputedPropertyName &&
      name.kind !== kinds.ObjectBindingPattern &&
      name.kind !== kinds.ArrayBindingPattern
    );
  }

  #identifier(node: Node): void {
    if (node.text === 'undefined' || (node.text === 'const' && this.#isConstAssertion(node))) return;
    this.#add({ role: this.#isInType(node) ? 'type' : 'value', node });
  }

  /** `as const` is parsed as a type of that name. */
  #isConstAssertion({ parent }: Node): boolean {
    const kinds = this.#kinds;
    const { kind } = parent.parent;
    return (
      parent.kind === kinds.TypeReference && (kind === kinds.AsExpression || kind === kinds.TypeAssertionExpression)
    );
  }

  #isInType(node: Node): boolean {
    const kinds = this.#kinds;
    let at = node;
    while (at.parent?.kind === kinds.QualifiedName) at = at.parent;
    if (at.parent?.kind === kinds.TypeReference) return true;
    if (at.parent?.kind !== kinds.ExpressionWithTypeArguments) return false;
    const clause = at.parent.parent as (Node & { readonly token?: number }) | undefined;
    if (clause?.kind !== kinds.HeritageClause) return false;
    return clause.token === kinds.ImplementsKeyword || clause.parent?.kind === kinds.InterfaceDeclaration;
  }

  #literal(node: Node): void {
    const kinds = this.#kinds;
    const { parent } = node;
    const operator = parent.kind === kinds.BinaryExpression ? parent.operatorToken?.kind : undefined;
    const compares =
      operator === kinds.EqualsEqualsEqualsToken ||
      operator === kinds.EqualsEqualsToken ||
      operator === kinds.ExclamationEqualsEqualsToken ||
      operator === kinds.ExclamationEqualsToken;
    if (compares) {
      const other = parent.left === node ? parent.right : parent.left;
      if (other) this.#add({ role: 'literal', node, against: other });
    } else if (parent.kind === kinds.CaseClause && parent.expression === node) {
      const { expression } = parent.parent.parent;
      if (expression) this.#add({ role: 'literal', node, against: expression });
    } else this.#add({ role: 'literal', node });
  }

  #module(literal: Node | undefined): void {
    if (this.#isString(literal)) this.#add({ role: 'module', node: literal });
  }

  #qualifier(node: Node, module: Node | undefined): void {
    const kinds = this.#kinds;
    if (node.kind === kinds.QualifiedName) {
      this.#qualifier(node.left!, module);
      this.#add({ role: 'member', node: node.right!, receiver: node.left! });
    } else this.#add({ role: 'member', node, ...(module ? { receiver: module } : {}) });
  }

  #import(node: Node): void {
    const module = node.moduleSpecifier;
    const clause = node.importClause;
    if (module && clause) {
      if (clause.name) this.#add({ role: 'import', node: clause.name, local: clause.name, module });
      const bindings = clause.namedBindings;
      if (bindings?.name) this.#add({ role: 'import', node: bindings.name, local: bindings.name, module });
      this.#specifiers(bindings?.elements, module);
    }
    this.#module(module);
  }

  #export(node: Node): void {
    const module = node.moduleSpecifier;
    const clause = node.exportClause;
    if (module) {
      if (clause?.name) this.#add({ role: 'import', node: clause.name, local: clause.name, module });
      this.#specifiers(clause?.elements, module);
      this.#module(module);
    } else {
      for (const element of clause?.elements ?? []) {
        const name = element.propertyName ?? element.name;
        if (name?.kind === this.#kinds.Identifier) this.#add({ role: 'value', node: name });
      }
    }
  }

  #specifiers(elements: readonly Node[] | undefined, module: Node): void {
    for (const { propertyName, name } of elements ?? []) {
      const node = propertyName ?? name;
      if (node && name) this.#add({ role: 'import', node, local: name, module });
    }
  }

  #bindingElement(node: Node): void {
    const kinds = this.#kinds;
    const { propertyName, name, parent } = node;
    const key = propertyName ?? name;
    if (parent.kind === kinds.ObjectBindingPattern && key && !node.dotDotDotToken && this.#isPlainName(key)) {
      this.#add({ role: 'destructured', node: key, on: parent });
    }
    this.#all([
      this.#isPlainName(propertyName) ? undefined : propertyName,
      this.#isPlainName(name) ? undefined : name,
      node.initializer,
    ]);
  }

  #objectLiteral(node: Node): void {
    const kinds = this.#kinds;
    const isTarget = this.#isAssigned(node);
    const on = isTarget ? this.#assignedFrom(node) : undefined;
    for (const property of node.properties ?? []) {
      const { name } = property;
      if (name && this.#isPlainName(name) && name.kind !== kinds.PrivateIdentifier) {
        if (isTarget) this.#add({ role: 'destructured', node: name, ...(on ? { on } : {}) });
        else this.#add({ role: 'key', node: name, literal: node });
        if (property.kind === kinds.ShorthandPropertyAssignment) {
          this.#add({ role: 'value', node: name, shorthand: property });
        }
      }
      this.#children(property, [this.#isPlainName(name) ? name : undefined]);
    }
  }

  /** Whether an object or array literal is the target of a destructuring assignment. */
  #isAssigned(node: Node): boolean {
    const kinds = this.#kinds;
    const { parent } = node;
    switch (parent.kind) {
      case kinds.BinaryExpression:
        return parent.operatorToken?.kind === kinds.EqualsToken && parent.left === node;
      case kinds.ForOfStatement:
      case kinds.ForInStatement:
        return parent.initializer === node;
      case kinds.PropertyAssignment:
        return parent.initializer === node && this.#isAssigned(parent.parent);
      case kinds.ArrayLiteralExpression:
      case kinds.ParenthesizedExpression:
        return this.#isAssigned(parent);
      default:
        return false;
    }
  }

  /** What is assigned to an outermost pattern; the types of inner ones are not asked for. */
  #assignedFrom({ parent }: Node): Node | undefined {
    const kinds = this.#kinds;
    if (parent.kind !== kinds.BinaryExpression) return undefined;
    const outer = parent.parent.kind;
    const isInner = outer === kinds.PropertyAssignment || outer === kinds.ArrayLiteralExpression;
    return isInner ? undefined : parent.right;
  }

  #call(node: Node): void {
    const kinds = this.#kinds;
    const callee = node.expression ?? node.tag;
    const first = node.arguments?.[0];
    const imports = node.kind === kinds.CallExpression && isImportCall(kinds, node, this.#isScript);
    if (imports && this.#isString(first)) {
      if (callee?.kind === kinds.Identifier) this.visit(callee);
      this.#module(first);
      return;
    }
    this.#children(node, []);
    const name = callee && this.#calledName(callee);
    if (callee && name) this.#add({ role: 'call', node: name, call: node, callee });
  }

  #calledName(callee: Node): Node | undefined {
    const kinds = this.#kinds;
    if (callee.kind === kinds.Identifier) return callee.text ? callee : undefined;
    if (callee.kind === kinds.PropertyAccessExpression) return callee.name;
    return undefined;
  }

  #jsx(node: Node): void {
    const kinds = this.#kinds;
    const tag = node.tagName;
    if (tag?.kind === kinds.Identifier && /^[a-z]/.test(tag.text ?? '')) this.#add({ role: 'member', node: tag });
    else if (tag) this.visit(tag);
    for (const attribute of node.attributes?.properties ?? []) {
      const { name } = attribute;
      if (name?.kind === kinds.Identifier) this.#add({ role: 'attribute', node: name, literal: node.attributes! });
      this.#children(attribute, [name]);
    }
    this.#children(node, [tag, node.attributes]);
  }
}
