import type ts from 'typescript6';
import { parser } from '../syntax.ts';
import { callMethod, classOf, construct, GLOBALS, isTame, staticOf } from './library.ts';
import {
  Beyond,
  called,
  changeable,
  itemsOf,
  made,
  memberOf,
  type Names,
  plainOnly,
  type Scope,
  type Step,
  scopeAt,
  setMember,
  sized,
  step,
  told,
} from './machine.ts';
import { binary, binaryOf, unary } from './operators.ts';

/** What an optional chain ended at. */
const ENDED = Symbol('ended');
type Assign = (scope: Scope, value: unknown) => void;
/** What a name stands for outside of all functions; undefined where nothing is known of it. */
export type Outside = (name: string) => Step | undefined;

const isSelf = (api: typeof ts, node: ts.Node): boolean => node.kind === api.SyntaxKind.ThisKeyword;

/** Expressions as steps; functions are read by `lambda`. */
export abstract class Expressions {
  protected readonly api = parser();
  protected readonly file: ts.SourceFile;
  readonly #outside: Outside;

  constructor(file: ts.SourceFile, outside: Outside) {
    this.file = file;
    this.#outside = outside;
  }

  protected abstract lambda(node: ts.FunctionLikeDeclaration, names: Names): Step;

  expression(node: ts.Expression, names: Names): Step {
    const run = this.#made(node, names);
    return (scope) => {
      step();
      return run(scope);
    };
  }

  #made(node: ts.Expression, names: Names): Step {
    const { api } = this;
    const of = (one: ts.Expression): Step => this.expression(one, names);
    if (
      api.isParenthesizedExpression(node) ||
      api.isAsExpression(node) ||
      api.isNonNullExpression(node) ||
      api.isSatisfiesExpression(node)
    )
      return of(node.expression);
    if (api.isIdentifier(node)) return this.#name(node.text, names);
    if (api.isStringLiteralLike(node)) return () => node.text;
    if (api.isNumericLiteral(node)) return () => Number(node.text);
    if (api.isBigIntLiteral(node)) return () => BigInt(node.text.slice(0, -1));
    switch (node.kind) {
      case api.SyntaxKind.TrueKeyword:
        return () => true;
      case api.SyntaxKind.FalseKeyword:
        return () => false;
      case api.SyntaxKind.NullKeyword:
        return () => null;
    }
    if (api.isRegularExpressionLiteral(node)) return pattern(node.text);
    if (api.isTemplateExpression(node)) {
      const spans = node.templateSpans.map(({ expression, literal }) => [of(expression), literal.text] as const);
      return (scope) =>
        sized(spans.reduce((text, [value, after]) => text + String(plainOnly(value(scope))) + after, node.head.text));
    }
    if (api.isArrowFunction(node) || api.isFunctionExpression(node)) return this.lambda(node, names);
    if (api.isConditionalExpression(node)) {
      const [test, yes, no] = [of(node.condition), of(node.whenTrue), of(node.whenFalse)];
      return (scope) => (test(scope) ? yes(scope) : no(scope));
    }
    if (api.isPropertyAccessExpression(node) || api.isElementAccessExpression(node) || api.isCallExpression(node)) {
      const chain = this.#chain(node, names);
      return (scope) => {
        const value = chain(scope);
        return value === ENDED ? undefined : value;
      };
    }
    if (api.isArrayLiteralExpression(node)) {
      const items = this.list(node.elements, names);
      return (scope) => made(items(scope));
    }
    if (api.isObjectLiteralExpression(node)) return this.#object(node, names);
    if (api.isPrefixUnaryExpression(node) && !/^[+-]{2}/.test(node.getText(this.file)))
      return unary(api, node.operator, of(node.operand));
    if (api.isPrefixUnaryExpression(node) || api.isPostfixUnaryExpression(node)) return this.#counted(node, names);
    if (api.isTypeOfExpression(node)) {
      const value = of(node.expression);
      return (scope) => typeof value(scope);
    }
    if (api.isVoidExpression(node)) return () => undefined;
    if (api.isDeleteExpression(node)) return this.#deleted(node, names);
    if (api.isNewExpression(node) && api.isIdentifier(node.expression)) {
      const { text } = node.expression;
      const given = this.list(node.arguments ?? [], names);
      const whole = node.getText(this.file);
      return (scope) => told(construct(text, given(scope)), whole);
    }
    if (api.isBinaryExpression(node)) return this.#binary(node, names);
    throw new Beyond();
  }

  #name(name: string, names: Names): Step {
    const found = names.find(name);
    if (found) {
      const { out, at } = found;
      if (out === 0) return (scope) => scope.values[at];
      return (scope) => scopeAt(scope, out).values[at];
    }
    const known = this.#outside(name);
    if (known) return known;
    if (Object.hasOwn(GLOBALS, name)) return () => GLOBALS[name];
    // What a function takes from around it does not stand in its text.
    throw new Beyond();
  }

  list(nodes: readonly ts.Expression[], names: Names): (scope: Scope) => unknown[] {
    const parts = nodes.map((node) => {
      if (this.api.isOmittedExpression(node)) throw new Beyond();
      const isSpread = this.api.isSpreadElement(node);
      return { isSpread, value: this.expression(isSpread ? node.expression : node, names) };
    });
    return (scope) => {
      const items: unknown[] = [];
      for (const { isSpread, value } of parts) {
        const one = value(scope);
        if (isSpread) sized(items.push(...itemsOf(one)));
        else items.push(one);
      }
      return sized(items);
    };
  }

  #object({ properties }: ts.ObjectLiteralExpression, names: Names): Step {
    const { api } = this;
    const parts = properties.map((property): ((scope: Scope, into: object) => void) => {
      if (api.isSpreadAssignment(property)) {
        const value = this.expression(property.expression, names);
        return (scope, into) => {
          const from = value(scope);
          if (typeof from === 'object') Object.assign(into, from);
        };
      }
      const set = (key: Step, value: Step) => (scope: Scope, into: object) => {
        const name = String(plainOnly(key(scope)));
        if (name === '__proto__') throw new TypeError('a prototype is not set');
        (into as Record<string, unknown>)[name] = value(scope);
      };
      if (api.isShorthandPropertyAssignment(property)) {
        const { text } = property.name;
        return set(() => text, this.#name(text, names));
      }
      if (!api.isPropertyAssignment(property)) throw new Beyond();
      if (api.isPropertyAssignment(property) && property.name.getText(this.file).includes('__proto__'))
        throw new Beyond();
      return set(this.keyOf(property.name, names), this.expression(property.initializer, names));
    });
    return (scope) => {
      const value = made({});
      for (const part of parts) part(scope, value);
      return value;
    };
  }

  keyOf(name: ts.PropertyName, names: Names): Step {
    if (this.api.isComputedPropertyName(name)) return this.expression(name.expression, names);
    const { text } = name as ts.Identifier;
    return () => text;
  }

  /** A member or a call; `ENDED` where an optional part of it had nothing before it. */
  #chain(node: ts.Expression, names: Names): Step {
    const { api } = this;
    const before = (one: ts.Expression): Step =>
      api.isPropertyAccessExpression(one) || api.isElementAccessExpression(one) || api.isCallExpression(one)
        ? this.#chain(one, names)
        : this.expression(one, names);
    const stops = (value: unknown, isOptional: boolean): boolean =>
      value === ENDED || (isOptional && (value === undefined || value === null));
    if (api.isCallExpression(node)) return this.#call(node, names, before, stops);
    const member = node as ts.PropertyAccessExpression | ts.ElementAccessExpression;
    const known = this.#static(member, names);
    if (known) return () => known.value;
    const object = before(member.expression);
    const key = this.#memberKey(member, names);
    const isOptional = member.questionDotToken !== undefined;
    return (scope) => {
      step();
      const value = object(scope);
      return stops(value, isOptional) ? ENDED : memberOf(value, key(scope));
    };
  }

  #memberKey(node: ts.PropertyAccessExpression | ts.ElementAccessExpression, names: Names): Step {
    if (!this.api.isPropertyAccessExpression(node)) return this.expression(node.argumentExpression, names);
    const { text } = node.name;
    return () => text;
  }

  /** `Math.max` and the like, where no name hides them. */
  #static(node: ts.Expression, names: Names): { readonly value: unknown } | undefined {
    const text = node.getText(this.file);
    const [root] = /^[A-Z]\w*(?=\.)/.exec(text) ?? [];
    return root !== undefined && !names.find(root) ? staticOf(text) : undefined;
  }

  #call(
    { expression, arguments: args, questionDotToken }: ts.CallExpression,
    names: Names,
    before: (one: ts.Expression) => Step,
    stops: (value: unknown, isOptional: boolean) => boolean,
  ): Step {
    const { api } = this;
    const isOptional = questionDotToken !== undefined;
    const text = expression.getText(this.file);
    const known = this.#static(expression, names);
    if (known) {
      const given = this.list(args, names);
      const whole = expression.parent.getText(this.file);
      return (scope) => told(called(known.value, given(scope), text), whole);
    }
    if (api.isPropertyAccessExpression(expression)) {
      const { name, expression: object, questionDotToken: isMaybe } = expression;
      // Nothing that is read has a `this`.
      const isBound = name.text === 'call' || name.text === 'apply';
      const own = isBound && args[0] && isSelf(api, args[0]) ? args.slice(1) : args;
      const given = this.list(own, names);
      const receiver = before(object);
      return (scope) => {
        step();
        const value = receiver(scope);
        if (stops(value, isMaybe !== undefined)) return ENDED;
        if (isOptional && typeof value === 'object' && memberOf(value, name.text) === undefined) return ENDED;
        const all = given(scope);
        return callMethod(value, name.text, own === args ? all : [undefined, ...all]);
      };
    }
    const given = this.list(args, names);
    const callee = before(expression);
    const whole = expression.parent.getText(this.file);
    return (scope) => {
      step();
      const value = callee(scope);
      return stops(value, isOptional) ? ENDED : told(called(value, given(scope), text), whole);
    };
  }

  #binary(node: ts.BinaryExpression, names: Names): Step {
    const { api } = this;
    const sign = node.operatorToken.getText(this.file);
    if (sign === 'instanceof') {
      const kind = api.isIdentifier(node.right) ? classOf(node.right.text) : undefined;
      if (!kind) throw new Beyond();
      const value = this.expression(node.left, names);
      return (scope) => value(scope) instanceof kind;
    }
    const right = this.expression(node.right, names);
    if (!/^(?:[^=!<>]|\*\*|<<|>>>?|&&|\|\||\?\?)?=$/.test(sign))
      return binary(sign, this.expression(node.left, names), right);
    const assign = this.target(node.left, names);
    if (sign === '=')
      return (scope) => {
        const value = right(scope);
        assign(scope, value);
        return value;
      };
    const before = this.expression(node.left, names);
    const own = sign.slice(0, -1);
    const apply = binaryOf(own);
    return (scope) => {
      const old = before(scope);
      if (own === '??' ? old !== undefined && old !== null : own === '||' ? old : own === '&&' && !old) return old;
      const value = apply ? apply(old, right(scope)) : right(scope);
      assign(scope, value);
      return value;
    };
  }

  /** What is assigned to: a name, a member, a pattern of them. */
  target(node: ts.Expression, names: Names): Assign {
    const { api } = this;
    if (api.isParenthesizedExpression(node) || api.isAsExpression(node) || api.isNonNullExpression(node))
      return this.target(node.expression, names);
    if (api.isIdentifier(node)) {
      const found = names.find(node.text);
      if (!found) throw new Beyond();
      return (scope, value) => {
        scopeAt(scope, found.out).values[found.at] = value;
      };
    }
    if (api.isPropertyAccessExpression(node) || api.isElementAccessExpression(node)) {
      const object = this.expression(node.expression, names);
      const key = this.#memberKey(node, names);
      return (scope, value) => setMember(object(scope), key(scope), value);
    }
    if (!api.isArrayLiteralExpression(node)) throw new Beyond();
    const parts = node.elements.map((one) => this.target(one, names));
    return (scope, value) => {
      const items = itemsOf(value);
      for (const [at, part] of parts.entries()) part(scope, items[at]);
    };
  }

  #counted(node: ts.PrefixUnaryExpression | ts.PostfixUnaryExpression, names: Names): Step {
    const value = this.expression(node.operand, names);
    const assign = this.target(node.operand, names);
    const by = node.operator === this.api.SyntaxKind.PlusPlusToken ? 1 : -1;
    const isBefore = this.api.isPrefixUnaryExpression(node);
    return (scope) => {
      const old = plainOnly(value(scope));
      const next = typeof old === 'bigint' ? old + BigInt(by) : Number(old) + by;
      assign(scope, next);
      return isBefore ? next : old;
    };
  }

  #deleted({ expression }: ts.DeleteExpression, names: Names): Step {
    const { api } = this;
    if (!api.isPropertyAccessExpression(expression) && !api.isElementAccessExpression(expression)) throw new Beyond();
    const object = this.expression(expression.expression, names);
    const key = this.#memberKey(expression, names);
    return (scope) => {
      const value = object(scope);
      changeable(value);
      return Reflect.deleteProperty(value as object, String(plainOnly(key(scope))));
    };
  }
}

function pattern(text: string): Step {
  const end = text.lastIndexOf('/');
  const [source, flags] = [text.slice(1, end), text.slice(end + 1)];
  if (!isTame(source)) throw new Beyond();
  const read = new RegExp(source, flags);
  return () => made(new RegExp(read.source, read.flags));
}
