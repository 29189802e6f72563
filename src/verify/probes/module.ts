import { type Span, span } from '../../base/index.ts';
import { type SyntaxNode, syntaxTreeOf } from '../../lang/index.ts';
import type { Target } from './types.ts';

/** What a module declares at its top, or a member of a class or of another value there. */
interface Declared {
  readonly name: string;
  /** What it is a member of. */
  readonly of?: string;
  /** `value`: nothing that can be called. */
  readonly kind: Target['kind'] | 'value';
  /** Whether its first parameter is `this`. */
  readonly takesThis: boolean;
  readonly span: Span;
  /** Its text without comments. */
  readonly code: string;
  /** Every name in it. */
  readonly names: ReadonlySet<string>;
}

export interface ModuleText {
  readonly declared: ReadonlyMap<string, Declared>;
  /** Exported names by the names inside of the module. */
  readonly exports: ReadonlyMap<string, string>;
  readonly format: 'module' | 'commonjs';
}

/** The name under which a CommonJS module exports one thing and no other. */
const WHOLE = '';

const isFunction = (node: SyntaxNode | undefined): boolean => {
  const bare = unwrapped(node);
  return bare?.kind === 'ArrowFunction' || bare?.kind === 'FunctionExpression';
};

function unwrapped(node: SyntaxNode | undefined): SyntaxNode | undefined {
  return node && /^(?:As|Satisfies|Parenthesized|NonNull)Expression$/.test(node.kind)
    ? unwrapped(node.part('expression'))
    : node;
}

/** What an expression is assigned to, `a = b = value` to two, and the value. */
function assigned(node: SyntaxNode | undefined): { readonly to: readonly string[]; readonly value?: SyntaxNode } {
  const value = unwrapped(node);
  if (value?.kind !== 'BinaryExpression' || value.part('operatorToken')?.text !== '=') return { to: [], value };
  const further = assigned(value.part('right'));
  return { ...further, to: [value.part('left')!.text, ...further.to] };
}

/** Whether a function, or what a variable or a property holds, declares what it is called on. */
const declaresThis = (node: SyntaxNode | undefined): boolean => {
  const bare = unwrapped(node);
  return (
    bare?.parts('parameters')[0]?.part('name')?.text === 'this' ||
    (bare?.part('initializer') !== undefined && declaresThis(bare.part('initializer')))
  );
};

const hasModifier = (node: SyntaxNode, kind: string): boolean =>
  node.parts('modifiers').some((one) => one.kind === `${kind}Keyword`);

/** Reads what a module declares and exports, by its grammar. */
export function moduleText(text: string, path: string): ModuleText {
  const { root, comments } = syntaxTreeOf(text, path);
  const declared = new Map<string, Declared>();
  const exports = new Map<string, string>();
  const aliases = new Map<string, string>();
  const members: {
    readonly of: string;
    readonly name: string;
    readonly value: SyntaxNode;
    readonly whole: SyntaxNode;
  }[] = [];
  let isModule = /\.m?tsx?$|\.mjs$/.test(path);
  const bare = (node: SyntaxNode): string => {
    let at = node.start;
    let code = '';
    for (const { span: of } of comments) {
      if (of.start < at || of.start >= node.end) continue;
      code += text.slice(at, of.start);
      at = of.end;
    }
    return (code + text.slice(at, node.end)).replace(/[ \t]*\r?\n\s*/g, '\n').trim();
  };
  const add = (name: string, kind: Declared['kind'], node: SyntaxNode, of?: string, whole: SyntaxNode = node): void => {
    const key = of === undefined ? name : `${of}.${kind === 'static' ? 'static ' : ''}${name}`;
    const names = new Set<string>();
    collect(node, names);
    const known = declared.get(key);
    declared.set(key, {
      name,
      ...(of === undefined ? {} : { of }),
      // Of an overloaded function the last form has the body.
      kind,
      takesThis: kind === 'function' && declaresThis(node),
      span: span(whole.start, whole.end),
      code: known && known.kind === kind ? `${known.code}\n${bare(node)}` : bare(node),
      names: known ? new Set([...known.names, ...names]) : names,
    });
  };
  for (const node of root.parts('statements')) {
    const name = node.part('name')?.value;
    const isDefault = hasModifier(node, 'Default');
    const export_ = (own: string): void => {
      if (hasModifier(node, 'Export')) exports.set(own, isDefault ? 'default' : own);
    };
    if (/^(?:Import|Export)/.test(node.kind)) isModule = true;
    if (hasModifier(node, 'Export')) isModule = true;
    switch (node.kind) {
      case 'FunctionDeclaration':
        add(name ?? 'default', 'function', node);
        export_(name ?? 'default');
        break;
      case 'ClassDeclaration':
        addClass(name ?? 'default', node);
        export_(name ?? 'default');
        break;
      case 'VariableStatement':
        for (const one of node.part('declarationList')?.parts('declarations') ?? []) {
          const own = one.part('name');
          const { to, value } = assigned(one.part('initializer'));
          for (const each of own?.value === undefined ? namesOf(own) : [own.value]) {
            if (value?.kind === 'ClassExpression') addClass(each, value);
            else add(each, isFunction(value) ? 'function' : 'value', one);
            if (value?.kind === 'Identifier') aliases.set(each, value.value!);
            export_(each);
            for (const left of to) exportAs(left, each);
          }
        }
        break;
      case 'ExportAssignment': {
        const value = node.part('expression');
        if (value?.kind === 'Identifier') exports.set(value.value!, 'default');
        else {
          add('default', isFunction(value) ? 'function' : 'value', node);
          exports.set('default', 'default');
        }
        break;
      }
      case 'ExportDeclaration':
        if (!node.part('moduleSpecifier'))
          for (const one of node.part('exportClause')?.parts('elements') ?? [])
            exports.set((one.part('propertyName') ?? one.part('name'))!.value!, one.part('name')!.value!);
        break;
      case 'ImportDeclaration':
        for (const each of namesOf(node.part('importClause'))) add(each, 'value', node);
        break;
      case 'ExpressionStatement': {
        const { to, value } = assigned(node.part('expression'));
        for (const left of value ? to : []) {
          commonJs(left, value!, node);
          const [, of, name] = /^(?!exports\.)([\w$]+)\.([\w$]+)$/.exec(left) ?? [];
          if (of !== undefined) members.push({ of, name: name!, value: value!, whole: node });
        }
        break;
      }
      default:
        if (name !== undefined) add(name, 'value', node);
    }
  }
  for (const [name, of] of aliases) {
    const { kind, takesThis = false } = declared.get(of) ?? {};
    if (kind === 'function') declared.set(name, { ...declared.get(name)!, kind, takesThis });
  }
  for (const { of, name, value, whole } of members) {
    const held = declared.get(value.kind === 'Identifier' ? value.value! : '');
    const isCode = isFunction(value) || held?.kind === 'function';
    if (declared.has(of)) add(name, isCode ? 'static' : 'value', value, of, whole);
  }
  return { declared, exports, format: isModule ? 'module' : 'commonjs' };

  /** What goes by a name in a CommonJS module, and is assigned to what it exports as well. */
  function exportAs(left: string, name: string): void {
    const [, own] = /^(?:module\.)?exports\.([\w$]+)$/.exec(left) ?? [];
    if (!isModule && (own !== undefined || left === 'module.exports')) exports.set(name, own ?? WHOLE);
  }

  function addClass(name: string, node: SyntaxNode): void {
    // What belongs to the class as a whole changes every instance.
    const fields = node.parts('members').filter(({ kind }) => /^(?:PropertyDeclaration|ClassStatic)/.test(kind));
    const heads = [...node.parts('heritageClauses'), ...node.parts('modifiers'), ...fields];
    const maker = node.parts('members').find(({ kind }) => kind === 'Constructor');
    const frame = [...heads, ...(maker ? [maker] : [])];
    const names = new Set<string>();
    for (const one of frame) collect(one, names);
    const whole = { takesThis: false, span: span(node.start, node.end), code: frame.map(bare).join('\n'), names };
    declared.set(name, { name, kind: 'value', ...whole });
    declared.set(`${name}.constructor`, { name: 'constructor', of: name, kind: 'constructor', ...whole });
    for (const member of node.parts('members')) {
      const own = member.part('name')?.value ?? member.part('name')?.text;
      if (own === undefined) continue;
      const isHidden = own.startsWith('#') || hasModifier(member, 'Private') || hasModifier(member, 'Protected');
      const isCode = member.kind === 'MethodDeclaration' || isFunction(member.part('initializer'));
      const isStatic = hasModifier(member, 'Static');
      const kind = isCode
        ? isStatic
          ? 'static'
          : 'method'
        : member.kind === 'GetAccessor' && !isStatic
          ? 'getter'
          : 'value';
      if (isCode || /Accessor$/.test(member.kind)) add(own, isHidden && !isStatic ? 'value' : kind, member, name);
    }
  }

  function commonJs(left: string, right: SyntaxNode, node: SyntaxNode): void {
    const [, own] = /^(?:module\.)?exports\.([\w$]+)$/.exec(left) ?? [];
    if (right.kind === 'Identifier') exportAs(left, right.value!);
    else if (isModule) return;
    else if (own !== undefined) {
      add(own, isFunction(right) ? 'function' : 'value', node);
      exports.set(own, own);
    } else if (left === 'module.exports' && right.kind === 'ObjectLiteralExpression') {
      for (const one of right.parts('properties')) {
        const name = one.part('name')?.value;
        const value = one.part('initializer');
        if (name === undefined) continue;
        if (one.kind === 'ShorthandPropertyAssignment' || value?.kind === 'Identifier')
          exports.set(value?.value ?? name, name);
        else if (one.kind === 'MethodDeclaration' || isFunction(value)) {
          add(name, 'function', one);
          exports.set(name, name);
        }
      }
    } else if (left === 'module.exports' && isFunction(right)) {
      const name = right.part('name')?.value ?? 'default';
      add(name, 'function', node);
      exports.set(name, WHOLE);
    }
  }
}

/** Names that a pattern or an import clause declares. */
export function namesOf(node: SyntaxNode | undefined): readonly string[] {
  if (!node) return [];
  const own = node.part('name');
  const inner = ['namedBindings', 'name']
    .flatMap((part) => node.part(part) ?? [])
    .filter(({ kind }) => kind !== 'Identifier');
  const items = [...node.parts('elements'), ...inner];
  return [...(own?.kind === 'Identifier' ? [own.value!] : []), ...items.flatMap(namesOf)];
}

function collect(node: SyntaxNode, names: Set<string>): void {
  if (/^(?:Private)?Identifier$/.test(node.kind) && node.value !== undefined) names.add(node.value);
  for (const child of node.children) collect(child, names);
}

/** Names of what differs between two texts of a module, by their keys. */
export function changedIn(before: ModuleText | undefined, after: ModuleText): ReadonlySet<string> {
  const changed = new Set<string>();
  for (const [key, { code }] of after.declared) if (before?.declared.get(key)?.code !== code) changed.add(key);
  for (const key of before?.declared.keys() ?? []) if (!after.declared.has(key)) changed.add(key);
  return changed;
}

/** What changed, and all in the module that uses it, by their keys. */
export function touchedIn(
  before: ModuleText | undefined,
  after: ModuleText,
  changed: ReadonlySet<string>,
): ReadonlySet<string> {
  const touched = new Set(changed);
  const own = (key: string): Declared | undefined => after.declared.get(key);
  const isTouched = ({ of, names }: Declared): boolean =>
    // Of a class the frame, which every member stands in; what is a member of a function has nothing of that.
    (of !== undefined && touched.has(of) && own(of)?.kind !== 'function') ||
    [...touched].some((key) => names.has((own(key) ?? before?.declared.get(key))?.name ?? ''));
  for (let grew = true; grew; ) {
    grew = false;
    for (const [key, one] of after.declared) {
      if (touched.has(key) || !isTouched(one)) continue;
      touched.add(key);
      grew = true;
    }
  }
  return touched;
}

/** What can be called from outside and is touched by a change: what changed itself, what is new, what uses either. */
export function targetsOf(
  before: ModuleText | undefined,
  after: ModuleText,
  changed: ReadonlySet<string>,
): readonly Target[] {
  const touched = touchedIn(before, after, changed);
  const targets = [...after.declared].flatMap(([key, one]): Target[] => {
    if (one.kind === 'value' || !touched.has(key)) return [];
    const exported = after.exports.get(one.of ?? one.name);
    if (exported === undefined) return [];
    const earlier = before?.declared.get(key);
    const exportedBefore = before?.exports.get(one.of ?? one.name);
    const why = !earlier || exportedBefore === undefined ? 'added' : changed.has(key) ? 'changed' : 'affected';
    const isWhole = one.of === undefined;
    const name = isWhole
      ? one.name
      : one.kind === 'constructor'
        ? `new ${one.of}`
        : `${one.of}${one.kind === 'static' ? '.' : '#'}${one.name}`;
    return [
      {
        kind: one.kind,
        name,
        why,
        span: one.span,
        takesThis: one.takesThis,
        exported,
        ...(one.of === undefined ? {} : { of: one.of, member: one.name }),
        subject: {
          head: subjectOf(one, exported, after.format),
          base: subjectOf(one, exportedBefore ?? exported, before?.format ?? after.format),
        },
      },
    ];
  });
  const order = { changed: 0, added: 1, affected: 2 } as const;
  return targets.sort((a, b) => order[a.why] - order[b.why]);
}

function subjectOf({ kind, name, takesThis }: Declared, exported: string, format: ModuleText['format']): string {
  const all = format === 'module' ? 'm.own' : 'm.own.default';
  const own = exported === WHOLE ? all : `${all}[${JSON.stringify(exported)}]`;
  const member = `[${JSON.stringify(name)}]`;
  switch (kind) {
    case 'static':
      return `(m) => ${own}${member}.bind(${own})`;
    case 'method':
      return `(m) => (self, ...args) => self${member}(...args)`;
    case 'getter':
      return `(m) => (self) => self${member}`;
    case 'constructor':
      return `(m) => (...args) => new ${own}(...args)`;
    default:
      return takesThis ? `(m) => (self, ...args) => Reflect.apply(${own}, self, args)` : `(m) => ${own}`;
  }
}
