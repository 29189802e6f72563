import type ts from 'typescript6';
import { javascriptOf, parser } from './syntax.ts';

/**
 * Small functions that stand as arguments in examples, made callable without running their text: parameters, plain values,
 * members, arithmetic, comparisons and the methods below, which change nothing. Whatever else a function does, it is not read.
 */

/** Raised inside this file where the text goes beyond what is read. */
class Beyond extends Error {}

type Names = ReadonlyMap<string, unknown>;
type Step = (names: Names) => unknown;
type Callable = (...args: readonly unknown[]) => unknown;

/** Steps of one call from outside, calls inside of it included. */
const STEPS = 20_000;
const TEXT = 2_000;
/** A module, so that nothing is said of strictness. */
const EXPORT = 'export default ';

const texts = new WeakMap<object, string>();

/** The JavaScript of a function that was read; undefined for any other value. */
export const functionText = (value: unknown): string | undefined =>
  typeof value === 'function' ? texts.get(value) : undefined;

const METHODS: Readonly<Record<string, ReadonlySet<string>>> = {
  string: new Set(
    'at charAt charCodeAt codePointAt concat endsWith includes indexOf lastIndexOf localeCompare slice split startsWith substring toLowerCase toString toUpperCase trim trimEnd trimStart'.split(
      ' ',
    ),
  ),
  number: new Set(['toFixed', 'toString']),
  array: new Set(
    'at concat every filter find findIndex flat flatMap includes indexOf join lastIndexOf map reduce slice some toReversed toSorted'.split(
      ' ',
    ),
  ),
  map: new Set(['get', 'has']),
  set: new Set(['has']),
  date: new Set(['getTime', 'getDate', 'getDay', 'getFullYear', 'getHours', 'getMonth', 'toISOString']),
};
const GLOBALS: Readonly<Record<string, unknown>> = {
  undefined,
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  String: (value?: unknown) => String(plainOnly(value)),
  Number: (value?: unknown) => Number(plainOnly(value)),
  Boolean: (value?: unknown) => Boolean(value),
  parseInt: (value: unknown, radix?: number) => Number.parseInt(String(plainOnly(value)), radix),
  parseFloat: (value: unknown) => Number.parseFloat(String(plainOnly(value))),
};
const STATIC: Readonly<Record<string, object>> = { Math, Number, Array, Object };
const STATICS =
  /^(?:Math\.(?:abs|ceil|floor|max|min|pow|round|sign|sqrt|trunc)|Number\.(?:isFinite|isInteger|isNaN)|Array\.isArray|Object\.(?:entries|keys|values))$/;

const NAMED = /^(?:String|Number|Boolean|parseInt|parseFloat)$/;

/** A function of an example as one that can be called; undefined where its text goes beyond what is read. */
export function readFunction(node: ts.Node, file: ts.SourceFile): Callable | undefined {
  const api = parser();
  const text = node.getText(file);
  if (text.length > TEXT) return undefined;
  if (STATICS.test(text) || NAMED.test(text)) return namedFunction(text);
  if (!api.isArrowFunction(node) && !api.isFunctionExpression(node)) return undefined;
  try {
    const compiler = new Compiler(api, file);
    const made = compiler.lambda(node, new Set());
    const call: Callable = (...args) => {
      compiler.left = STEPS;
      return (made(new Map()) as Callable)(...args);
    };
    texts.set(call, javascriptOf(`${EXPORT}${text}`, 'lambda.ts').trim().replace(/;$/, '').slice(EXPORT.length));
    return call;
  } catch (error) {
    if (error instanceof Beyond) return undefined;
    throw error;
  }
}

/** One of the language's own functions, handed over by its name. */
function namedFunction(text: string): Callable {
  const [owner, name] = text.split('.') as [string, string?];
  const own = (name === undefined ? GLOBALS[owner] : Reflect.get(STATIC[owner]!, name)) as Callable;
  const call: Callable = (...args) => own(...args);
  texts.set(call, text);
  return call;
}

class Compiler {
  left = STEPS;
  readonly #api: typeof ts;
  readonly #file: ts.SourceFile;

  constructor(api: typeof ts, file: ts.SourceFile) {
    this.#api = api;
    this.#file = file;
  }

  lambda(node: ts.ArrowFunction | ts.FunctionExpression, outer: ReadonlySet<string>): Step {
    const { parameters, body, modifiers, asteriskToken } = node;
    if (modifiers?.length || asteriskToken || parameters.some((one) => one.dotDotDotToken || one.initializer))
      throw new Beyond();
    const inner = new Set(outer);
    const patterns = parameters.map(({ name }) => this.#pattern(name, inner));
    const run = this.#api.isBlock(body) ? this.#block(body, inner) : this.#expression(body, inner);
    return (names) =>
      (...args: readonly unknown[]): unknown => {
        this.#step();
        const own = new Map(names);
        patterns.forEach((bind, index) => {
          bind(args[index], own);
        });
        const value = run(own);
        return value instanceof Returned ? value.value : this.#api.isBlock(body) ? undefined : value;
      };
  }

  #step(): void {
    if (--this.left <= 0) throw new RangeError('an example calls its function for too long');
  }

  #pattern(name: ts.BindingName, names: Set<string>): (value: unknown, into: Map<string, unknown>) => void {
    const api = this.#api;
    if (api.isIdentifier(name)) {
      names.add(name.text);
      return (value, into) => into.set(name.text, value);
    }
    const parts = name.elements.map((element, index) => {
      if (!api.isBindingElement(element)) return () => {};
      if (element.dotDotDotToken || element.initializer) throw new Beyond();
      const key = element.propertyName ?? element.name;
      if (api.isObjectBindingPattern(name) && !api.isIdentifier(key)) throw new Beyond();
      const at = api.isObjectBindingPattern(name) ? (key as ts.Identifier).text : index;
      const bind = this.#pattern(element.name, names);
      return (value: unknown, into: Map<string, unknown>) => bind(memberOf(value, at), into);
    });
    return (value, into) => {
      for (const part of parts) part(value, into);
    };
  }

  /** A block of constants, guards and a result; what it returns is wrapped. */
  #block({ statements }: ts.Block, outer: ReadonlySet<string>): Step {
    const api = this.#api;
    const names = new Set(outer);
    const steps = statements.map((statement): ((own: Map<string, unknown>) => unknown) => {
      if (api.isReturnStatement(statement)) {
        const value = statement.expression && this.#expression(statement.expression, names);
        return (own) => new Returned(value?.(own));
      }
      if (api.isIfStatement(statement)) {
        const test = this.#expression(statement.expression, names);
        const branch = (node: ts.Statement): Step =>
          this.#block(api.isBlock(node) ? node : api.factory.createBlock([node]), names);
        const [yes, no] = [
          branch(statement.thenStatement),
          statement.elseStatement ? branch(statement.elseStatement) : undefined,
        ];
        return (own) => (test(own) ? yes(own) : no?.(own));
      }
      if (!api.isVariableStatement(statement)) throw new Beyond();
      if ((statement.declarationList.flags & api.NodeFlags.Const) === 0) throw new Beyond();
      const made = statement.declarationList.declarations.map(({ name, initializer }) => {
        if (!initializer) throw new Beyond();
        const value = this.#expression(initializer, names);
        const bind = this.#pattern(name, names);
        return (own: Map<string, unknown>) => bind(value(own), own);
      });
      return (own) => {
        for (const one of made) one(own);
      };
    });
    return (given) => {
      const own = new Map(given);
      for (const step of steps) {
        const value = step(own);
        if (value instanceof Returned) return value;
      }
      return undefined;
    };
  }

  #expression(node: ts.Expression, names: ReadonlySet<string>): Step {
    const made = this.#made(node, names);
    return (own) => {
      this.#step();
      return made(own);
    };
  }

  #made(node: ts.Expression, names: ReadonlySet<string>): Step {
    const api = this.#api;
    const of = (one: ts.Expression): Step => this.#expression(one, names);
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
    if (node.kind === api.SyntaxKind.TrueKeyword) return () => true;
    if (node.kind === api.SyntaxKind.FalseKeyword) return () => false;
    if (node.kind === api.SyntaxKind.NullKeyword) return () => null;
    if (api.isTemplateExpression(node)) {
      const spans = node.templateSpans.map(({ expression, literal }) => [of(expression), literal.text] as const);
      return (own) =>
        spans.reduce((text, [value, after]) => text + String(plainOnly(value(own))) + after, node.head.text);
    }
    if (api.isArrowFunction(node) || api.isFunctionExpression(node)) return this.lambda(node, names);
    if (api.isConditionalExpression(node)) {
      const [test, yes, no] = [of(node.condition), of(node.whenTrue), of(node.whenFalse)];
      return (own) => (test(own) ? yes(own) : no(own));
    }
    if (api.isPropertyAccessExpression(node) || api.isElementAccessExpression(node)) {
      const object = of(node.expression);
      const key = api.isPropertyAccessExpression(node) ? () => node.name.text : of(node.argumentExpression);
      const isOptional = node.questionDotToken !== undefined;
      return (own) => {
        const value = object(own);
        return isOptional && (value === undefined || value === null) ? undefined : memberOf(value, key(own));
      };
    }
    if (api.isArrayLiteralExpression(node)) return this.#list(node.elements, names);
    if (api.isObjectLiteralExpression(node)) return this.#object(node, names);
    if (api.isPrefixUnaryExpression(node)) return unary(api, node.operator, of(node.operand));
    if (api.isTypeOfExpression(node)) {
      const value = of(node.expression);
      return (own) => typeof value(own);
    }
    if (api.isBinaryExpression(node))
      return binary(node.operatorToken.getText(this.#file), of(node.left), of(node.right));
    if (api.isCallExpression(node)) return this.#call(node, names);
    throw new Beyond();
  }

  #name(name: string, names: ReadonlySet<string>): Step {
    if (names.has(name)) return (own) => own.get(name);
    if (Object.hasOwn(GLOBALS, name)) return () => GLOBALS[name];
    // What a function takes from around it does not stand in its text.
    throw new Beyond();
  }

  #list(nodes: readonly ts.Expression[], names: ReadonlySet<string>): (own: Names) => unknown[] {
    const parts = nodes.map((node) => {
      const isSpread = this.#api.isSpreadElement(node);
      const value = this.#expression(isSpread ? node.expression : node, names);
      return (own: Names): readonly unknown[] => {
        const one = value(own);
        if (isSpread && !Array.isArray(one)) throw new TypeError('what is spread is no list');
        return isSpread ? (one as unknown[]) : [one];
      };
    });
    return (own) => parts.flatMap((part) => part(own));
  }

  #object({ properties }: ts.ObjectLiteralExpression, names: ReadonlySet<string>): Step {
    const api = this.#api;
    const parts = properties.map((property): readonly [string, Step] => {
      if (api.isShorthandPropertyAssignment(property))
        return [property.name.text, this.#name(property.name.text, names)];
      if (!api.isPropertyAssignment(property) || api.isComputedPropertyName(property.name)) throw new Beyond();
      return [(property.name as ts.Identifier).text, this.#expression(property.initializer, names)];
    });
    if (parts.some(([key]) => key === '__proto__')) throw new Beyond();
    return (own) => Object.fromEntries(parts.map(([key, value]) => [key, value(own)]));
  }

  #call({ expression, arguments: args, questionDotToken }: ts.CallExpression, names: ReadonlySet<string>): Step {
    if (questionDotToken) throw new Beyond();
    const api = this.#api;
    const given = this.#list(args, names);
    const callee = expression.getText(this.#file);
    if (api.isPropertyAccessExpression(expression)) {
      const { name, expression: object } = expression;
      if (STATICS.test(callee) && api.isIdentifier(object) && !names.has(object.text)) {
        const holder = STATIC[object.text] as Readonly<Record<string, Callable>>;
        return (own) => holder[name.text]!(...given(own));
      }
      const receiver = this.#expression(object, names);
      const isOptional = expression.questionDotToken !== undefined;
      return (own) => {
        const value = receiver(own);
        if (isOptional && (value === undefined || value === null)) return undefined;
        if (!METHODS[kindOf(value)]?.has(name.text)) throw new TypeError(`${callee} is not read`);
        return (value as Readonly<Record<string, Callable>>)[name.text]!(...given(own));
      };
    }
    const called = this.#expression(expression, names);
    return (own) => {
      const value = called(own);
      if (typeof value !== 'function') throw new TypeError(`${callee} is not a function`);
      return (value as Callable)(...given(own));
    };
  }
}

class Returned {
  readonly value: unknown;
  constructor(value: unknown) {
    this.value = value;
  }
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  if (value instanceof Map) return 'map';
  if (value instanceof Set) return 'set';
  if (value instanceof Date) return 'date';
  return typeof value;
}

/** What may become a text or a number without code of its own being asked. */
function plainOnly(value: unknown): unknown {
  if (typeof value === 'object' && value !== null) throw new TypeError('an object is not read as a text');
  if (typeof value === 'function') throw new TypeError('a function is not read as a text');
  return value;
}

function memberOf(value: unknown, key: unknown): unknown {
  if (value === undefined || value === null) throw new TypeError('a member of nothing');
  const name = String(plainOnly(key));
  if ((value instanceof Map || value instanceof Set) && name === 'size') return value.size;
  if (typeof value !== 'string' && typeof value !== 'object') return undefined;
  return Object.hasOwn(Object(value) as object, name) ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
}

function unary(api: typeof ts, operator: ts.PrefixUnaryOperator, value: Step): Step {
  switch (operator) {
    case api.SyntaxKind.ExclamationToken:
      return (own) => !value(own);
    case api.SyntaxKind.MinusToken:
      return (own) => -(plainOnly(value(own)) as number);
    case api.SyntaxKind.PlusToken:
      return (own) => +(numberOf(value(own)) as number);
  }
  throw new Beyond();
}

/** A date counts as its time where it is compared or subtracted. */
const numberOf = (value: unknown): unknown => (value instanceof Date ? value.getTime() : plainOnly(value));

const BINARY: Readonly<Record<string, (a: never, b: never) => unknown>> = {
  '+': (a: number, b: number) => (plainOnly(a) as number) + (plainOnly(b) as number),
  '-': (a: number, b: number) => a - b,
  '*': (a: number, b: number) => a * b,
  '/': (a: number, b: number) => a / b,
  '%': (a: number, b: number) => a % b,
  '**': (a: number, b: number) => a ** b,
  '<': (a: number, b: number) => a < b,
  '>': (a: number, b: number) => a > b,
  '<=': (a: number, b: number) => a <= b,
  '>=': (a: number, b: number) => a >= b,
};

function binary(sign: string, left: Step, right: Step): Step {
  switch (sign) {
    case '&&':
      return (own) => left(own) && right(own);
    case '||':
      return (own) => left(own) || right(own);
    case '??':
      return (own) => left(own) ?? right(own);
    case '===':
      return (own) => left(own) === right(own);
    case '!==':
      return (own) => left(own) !== right(own);
  }
  const apply = BINARY[sign];
  if (!apply) throw new Beyond();
  const asked = sign === '+' ? plainOnly : numberOf;
  return (own) => apply(asked(left(own)) as never, asked(right(own)) as never);
}
