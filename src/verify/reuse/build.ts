import type { SyntaxNode } from '../../lang/index.ts';
import { declaredAround } from './names.ts';
import { binary, called, equal, texts } from './operators.ts';
import { isPlain, TRANSPARENT } from './plain.ts';
import { asContinue, branch, choice, joined, not, rewrite, truth } from './rewrite.ts';
import { LOCAL, type Term, term, UNDEFINED } from './term.ts';

/** Nesting that is followed. */
const DEPTH = 60;
const SILENT = new Set(['InterfaceDeclaration', 'TypeAliasDeclaration', 'EmptyStatement', 'ImportDeclaration']);

/** What a name stands for: a local, or a part of something. */
export type Names = Map<string, Term>;

/** The term of a function, method, accessor or arrow; undefined where it has no body. */
export function functionTerm(node: SyntaxNode, constants: Names = new Map()): Term | undefined {
  return node.part('body') ? new Builder().lambda(node, [constants]) : undefined;
}

/** The term of a run of statements as if it were a function's body; what its last statement declares is what it returns. */
export function blockTerm(statements: readonly SyntaxNode[], constants: Names = new Map()): Term {
  return new Builder().run(statements, constants);
}

/** Constants at the top of a file that are plain: code is the same by whatever name it knows them. */
export function constantsOf(root: SyntaxNode): Names {
  const found: Names = new Map();
  for (const statement of root.parts('statements')) {
    const list = statement.part('declarationList');
    if (!list?.text.startsWith('const')) continue;
    for (const one of list.parts('declarations')) {
      const [name, value] = [one.part('name'), one.part('initializer')];
      if (name?.kind === 'Identifier' && value && isPlain(value)) found.set(name.text, new Builder().plain(value));
    }
  }
  return found;
}

class Builder {
  #count = 0;
  #depth = 0;
  readonly #fresh = (): Term => ({ op: LOCAL, kids: [], id: this.#count++ });

  lambda(node: SyntaxNode, scopes: readonly Names[]): Term {
    const own: Names = new Map();
    const inner = [...scopes, own];
    const before: Term[] = [];
    const params = node.parts('parameters').map((one) => {
      const local = this.#fresh();
      const name = one.part('name')!;
      const start = one.part('initializer');
      this.#bind(name, local, own, inner);
      if (start) before.push(term('default', local, this.#value(start, inner)));
      if (one.part('dotDotDotToken')) before.push(term('rest', local));
      return local;
    });
    const body = node.part('body')!;
    const list =
      body.kind === 'Block'
        ? this.#list(body.parts('statements'), inner, 'function')
        : rewrite([term('return', this.#value(body, inner))], this.#fresh, 'function');
    const isAsync = node.parts('modifiers').some(({ kind }) => kind === 'AsyncKeyword');
    const op = `fn${isAsync ? ' async' : ''}${node.part('asteriskToken') ? ' *' : ''}`;
    // A function that is handed on is given things in order; one that has a name can be called in any.
    const given = scopes.length > 1 && params.length > 0 ? [term('params', ...params)] : [];
    return { op, kids: [...given, ...before, term('block', ...list)], params };
  }

  plain(node: SyntaxNode): Term {
    return this.#value(node, []);
  }

  run(statements: readonly SyntaxNode[], constants: Names): Term {
    const scope: Names = new Map();
    // Names from outside are what the block would be given.
    for (const name of declaredAround(statements)) scope.set(name, this.#fresh());
    const list = [...this.#statements(statements, [constants, scope])];
    const last = list.at(-1);
    if (last?.op === 'let' && last.kids[1]) list[list.length - 1] = term('return', last.kids[1]);
    else if (last?.op === 'set' && last.kids[0]!.op === LOCAL) list[list.length - 1] = term('return', last.kids[1]!);
    else {
      // A list or sum that was made at the start is what comes of it.
      const made = list.find(({ op, kids }) => op === 'let' && kids[1]);
      if (last?.op !== 'return' && made && list.indexOf(made) === 0) list.push(term('return', made.kids[0]!));
    }
    return term('fn', term('block', ...rewrite(list, this.#fresh, 'function')));
  }

  #list(nodes: readonly SyntaxNode[], scopes: readonly Names[], of: 'function' | 'loop' | 'block'): readonly Term[] {
    if (++this.#depth >= DEPTH) {
      this.#depth--;
      return [term(`deep:${nodes.map(({ text }) => text).join('')}`)];
    }
    const list = rewrite(this.#statements(nodes, scopes), this.#fresh, of);
    this.#depth--;
    return list;
  }

  #body(node: SyntaxNode | undefined, scopes: readonly Names[], of: 'loop' | 'block'): readonly Term[] {
    if (!node) return [];
    return this.#list(node.kind === 'Block' ? node.parts('statements') : [node], scopes, of);
  }

  #statements(nodes: readonly SyntaxNode[], outer: readonly Names[]): readonly Term[] {
    const own: Names = new Map();
    const scopes = [...outer, own];
    // Functions are known before they are declared.
    for (const node of nodes)
      if (node.kind === 'FunctionDeclaration') own.set(node.part('name')?.text ?? '', this.#fresh());
    const list: Term[] = [];
    for (const [at, node] of nodes.entries()) {
      if (node.kind === 'IfStatement') {
        const yes = this.#body(node.part('thenStatement'), scopes, 'block');
        const no = this.#body(node.part('elseStatement'), scopes, 'block');
        list.push(...branch(this.#value(node.part('expression')!, scopes), yes, no));
      } else if (node.kind === 'SwitchStatement' && at === nodes.length - 1) list.push(...this.#cases(node, scopes));
      else list.push(...this.#statement(node, scopes, own));
    }
    return list;
  }

  #statement(node: SyntaxNode, scopes: readonly Names[], own: Names): readonly Term[] {
    const value = (name: string): Term | undefined => {
      const part = node.part(name);
      return part && this.#value(part, scopes);
    };
    switch (node.kind) {
      case 'VariableStatement':
        return this.#declared(node.part('declarationList')!, scopes, own);
      case 'ExpressionStatement':
        return this.#done(node.part('expression')!, scopes);
      case 'ReturnStatement': {
        const given = value('expression');
        return [given && given.op !== 'undefined' ? term('return', given) : term('return')];
      }
      case 'ThrowStatement':
        return [term('throw', value('expression')!)];
      case 'BreakStatement':
        return [term('break')];
      case 'ContinueStatement':
        return [term('continue')];
      case 'Block':
        return [term('block', ...this.#body(node, scopes, 'block'))];
      case 'FunctionDeclaration': {
        const local = own.get(node.part('name')?.text ?? '');
        return local && node.part('body') ? [term('let', local, this.lambda(node, scopes))] : [];
      }
      case 'ForOfStatement':
      case 'ForInStatement': {
        const inner: Names = new Map();
        const [declared] = node.part('initializer')?.parts('declarations') ?? [];
        const item = this.#fresh();
        if (declared) this.#bind(declared.part('name')!, item, inner, scopes);
        const over = value('expression')!;
        const body = this.#body(node.part('statement'), [...scopes, inner], 'loop');
        const op = `${node.kind === 'ForInStatement' ? 'each-key' : 'each'}${node.part('awaitModifier') ? ' await' : ''}`;
        return [term(op, item, over, term('block', ...body))];
      }
      case 'WhileStatement':
        return [
          term(
            'while',
            truth(value('expression')!),
            term('block', ...this.#body(node.part('statement'), scopes, 'loop')),
          ),
        ];
      case 'ForStatement': {
        const inner: Names = new Map();
        const all = [...scopes, inner];
        const start = node.part('initializer');
        const starts = !start
          ? []
          : start.kind === 'VariableDeclarationList'
            ? this.#declared(start, all, inner)
            : this.#done(start, all);
        const when = node.part('condition');
        const step = node.part('incrementor');
        const body = this.#body(node.part('statement'), all, 'loop');
        const steps = step ? this.#done(step, all) : [];
        const asked = when ? truth(this.#value(when, all)) : term('true');
        return [...starts, term('while', asked, term('block', ...body, ...steps))];
      }
      case 'TryStatement': {
        const inner: Names = new Map();
        const caught = node.part('catchClause');
        const name = caught?.part('variableDeclaration')?.part('name');
        if (name) this.#bind(name, this.#fresh(), inner, scopes);
        const parts = [node.part('tryBlock'), caught?.part('block'), node.part('finallyBlock')];
        const kids = parts.map((part, at) =>
          part ? term('block', ...this.#body(part, at === 1 ? [...scopes, inner] : scopes, 'block')) : term('none'),
        );
        return [term('try', ...kids)];
      }
      default:
        if (SILENT.has(node.kind)) return [];
        return [this.#generic(node, scopes)];
    }
  }

  /** A `switch` whose cases all end, as the conditions that it is. */
  #cases(node: SyntaxNode, scopes: readonly Names[]): readonly Term[] {
    const on = this.#value(node.part('expression')!, scopes);
    const clauses = node.part('caseBlock')?.parts('clauses') ?? [];
    const list: Term[] = [];
    let asked: Term[] = [];
    for (const clause of clauses) {
      const own = clause.part('expression');
      const body = this.#list(clause.parts('statements'), scopes, 'block');
      if (own) asked.push(equal('===', on, this.#value(own, scopes)));
      if (body.length === 0 && own) continue;
      const flat = body.length === 1 && body[0]!.op === 'block' ? body[0]!.kids : body;
      const isLast = clause === clauses.at(-1);
      if (!/^(?:return|throw)$/.test(flat.at(-1)?.op ?? '') && !isLast) return [this.#generic(node, scopes)];
      if (!own && !isLast) return [this.#generic(node, scopes)];
      if (own) list.push(...branch(asked.length === 1 ? asked[0]! : joined('or', asked), flat, []));
      else list.push(...flat);
      asked = [];
    }
    return list;
  }

  #declared(node: SyntaxNode, scopes: readonly Names[], own: Names): readonly Term[] {
    return node.parts('declarations').map((one) => {
      const start = one.part('initializer');
      const local = this.#fresh();
      // Before its value is read: a function may name itself.
      this.#bind(one.part('name')!, local, own, scopes);
      const given = start && this.#value(start, scopes);
      return given ? term('let', local, given) : term('let', local);
    });
  }

  /** What is done for its effect. */
  #done(node: SyntaxNode, scopes: readonly Names[]): readonly Term[] {
    if (TRANSPARENT.has(node.kind)) return this.#done(node.part('expression')!, scopes);
    const text = node.text;
    if (/^(?:Prefix|Postfix)UnaryExpression$/.test(node.kind) && /^(?:\+\+|--)|(?:\+\+|--)$/.test(text)) {
      const on = this.#value(node.part('operand')!, scopes);
      return [term('set', on, text.includes('++') ? term('+n', on, term('#1')) : term('-', on, term('#1')))];
    }
    if (node.kind === 'BinaryExpression' && node.part('operatorToken')!.text === ',')
      return [...this.#done(node.part('left')!, scopes), ...this.#done(node.part('right')!, scopes)];
    const callee = node.part('expression');
    const [fn, ...others] = node.parts('arguments');
    if (
      node.kind === 'CallExpression' &&
      callee?.kind === 'PropertyAccessExpression' &&
      callee.part('name')?.text === 'forEach' &&
      !callee.part('questionDotToken') &&
      fn &&
      others.length === 0 &&
      /^(?:ArrowFunction|FunctionExpression)$/.test(fn.kind) &&
      fn.parts('parameters').length === 1
    ) {
      const inner: Names = new Map();
      const item = this.#fresh();
      this.#bind(fn.parts('parameters')[0]!.part('name')!, item, inner, scopes);
      const body = fn.part('body')!;
      const all = [...scopes, inner];
      const made = body.kind === 'Block' ? this.#statements(body.parts('statements'), all) : this.#done(body, all);
      const leaves = made.map((one) => asContinue(one));
      const on = this.#value(callee.part('expression')!, scopes);
      if (leaves.every((one) => one !== undefined))
        return [term('each', item, on, term('block', ...rewrite(leaves, this.#fresh, 'loop')))];
    }
    return [this.#value(node, scopes)];
  }

  #bind(name: SyntaxNode, from: Term, own: Names, scopes: readonly Names[]): void {
    if (name.kind === 'Identifier') {
      own.set(name.text, from);
      return;
    }
    for (const [at, element] of name.parts('elements').entries()) {
      const inner = element.part('name');
      if (!inner) continue;
      const key = element.part('propertyName') ?? inner;
      let part: Term;
      if (element.part('dotDotDotToken')) part = term(`rest ${at}`, from);
      else if (name.kind === 'ArrayBindingPattern') part = term('[]', from, term(`#${at}`));
      else
        part =
          key.kind === 'ComputedPropertyName'
            ? term('[]', from, this.#value(key.part('expression')!, scopes))
            : term(`.${key.value ?? key.text}`, from);
      const start = element.part('initializer');
      this.#bind(inner, start ? term('or-default', part, this.#value(start, scopes)) : part, own, scopes);
    }
  }

  #value(node: SyntaxNode, scopes: readonly Names[]): Term {
    if (++this.#depth >= DEPTH * 4) {
      this.#depth--;
      return term(`deep:${node.text}`);
    }
    const made = this.#expression(node, scopes);
    this.#depth--;
    return made;
  }

  #expression(node: SyntaxNode, scopes: readonly Names[]): Term {
    const part = (name: string): Term => this.#value(node.part(name)!, scopes);
    if (TRANSPARENT.has(node.kind)) return part('expression');
    switch (node.kind) {
      case 'Identifier': {
        const { text } = node;
        if (text === 'undefined') return UNDEFINED;
        return scopes.findLast((names) => names.has(text))?.get(text) ?? term(`name:${text}`);
      }
      case 'NumericLiteral':
        return term(`#${Number(node.value)}`);
      case 'StringLiteral':
      case 'NoSubstitutionTemplateLiteral':
        return term(`'${node.value}`);
      case 'TrueKeyword':
        return term('true');
      case 'FalseKeyword':
        return term('false');
      case 'NullKeyword':
        return term('null');
      case 'TemplateExpression': {
        const parts: Term[] = [term(`'${node.part('head')?.value ?? ''}`)];
        for (const one of node.parts('templateSpans'))
          parts.push(this.#value(one.part('expression')!, scopes), term(`'${one.part('literal')?.value ?? ''}`));
        return texts(parts);
      }
      case 'PropertyAccessExpression':
        return term(`${node.part('questionDotToken') ? '?.' : '.'}${node.part('name')!.text}`, part('expression'));
      case 'ElementAccessExpression': {
        const key = part('argumentExpression');
        const optional = node.part('questionDotToken') ? '?' : '';
        return key.op.startsWith("'")
          ? term(`${optional}.${key.op.slice(1)}`, part('expression'))
          : term(`${optional}[]`, part('expression'), key);
      }
      case 'CallExpression':
        return called(
          part('expression'),
          node.parts('arguments').map((one) => this.#value(one, scopes)),
          node.part('questionDotToken') !== undefined,
        );
      case 'NewExpression':
        return term('new', part('expression'), ...node.parts('arguments').map((one) => this.#value(one, scopes)));
      case 'ArrowFunction':
      case 'FunctionExpression':
        return this.lambda(node, scopes);
      case 'SpreadElement':
      case 'SpreadAssignment':
        return term('...', part('expression'));
      case 'ArrayLiteralExpression': {
        const items = node.parts('elements').map((one) => this.#value(one, scopes));
        return items.length === 1 && items[0]!.op === '...'
          ? term('copy', items[0]!.kids[0]!)
          : term('array', ...items);
      }
      case 'ObjectLiteralExpression':
        return this.#object(node, scopes);
      case 'ConditionalExpression':
        return choice(part('condition'), part('whenTrue'), part('whenFalse'));
      case 'PrefixUnaryExpression': {
        const on = part('operand');
        const [sign] = /^(?:\+\+|--|[-+!~])/.exec(node.text)!;
        if (sign === '!') return not(truth(on));
        if (sign === '-' && on.op.startsWith('#')) return term(`#-${on.op.slice(1)}`);
        return sign === '+' ? term('number', on) : term(sign.length === 2 ? '++' : `un${sign}`, on, term(`pre${sign}`));
      }
      case 'PostfixUnaryExpression':
        return term('++', part('operand'), term(`post${node.text.slice(-2)}`));
      case 'BinaryExpression':
        return binary(node.part('operatorToken')!.text, part('left'), part('right'));
      default:
        return this.#generic(node, scopes);
    }
  }

  #object(node: SyntaxNode, scopes: readonly Names[]): Term {
    const kids = node.parts('properties').map((one) => {
      const name = one.part('name');
      if (!name) return this.#value(one, scopes);
      const start = one.part('initializer');
      if (name.kind === 'ComputedPropertyName')
        return term(
          'key[]',
          this.#value(name.part('expression')!, scopes),
          start ? this.#value(start, scopes) : UNDEFINED,
        );
      const given = start
        ? this.#value(start, scopes)
        : one.part('body')
          ? this.lambda(one, scopes)
          : this.#value(name, scopes);
      return term(`key:${name.value ?? name.text}`, given);
    });
    const isFree = kids.every(({ op }) => op.startsWith('key:'));
    return term('object', ...(isFree ? kids.sort((a, b) => (a.op < b.op ? -1 : 1)) : kids));
  }

  #generic(node: SyntaxNode, scopes: readonly Names[]): Term {
    if (
      /Type(?:Node|Reference|Literal|Parameter|Operator|Query|Predicate)?$/.test(node.kind) &&
      !/Expression$/.test(node.kind)
    )
      return term('type');
    if (node.children.length === 0) return term(`${node.kind}:${node.text}`);
    const kids = node.children.map((child) =>
      child.kind === 'Block'
        ? term('block', ...this.#body(child, scopes, 'block'))
        : /(?:Statement|Declaration)$/.test(child.kind) && child.kind !== 'VariableDeclaration'
          ? term('block', ...this.#list([child], scopes, 'block'))
          : this.#value(child, scopes),
    );
    return term(node.kind, ...kids);
  }
}
