import type ts from 'typescript6';
import { Expressions } from './expressions.ts';
import { Beyond, callable, itemsOf, made, memberOf, Names, type Scope, type Step, step } from './machine.ts';

/** How a statement ended, where it did not just go on. */
class Returned {
  readonly value: unknown;
  constructor(value: unknown) {
    this.value = value;
  }
}
const BREAK = Symbol('break');
const CONTINUE = Symbol('continue');
type Signal = Returned | typeof BREAK | typeof CONTINUE | undefined;
type Statement = (scope: Scope) => Signal;
type Bind = (value: unknown, scope: Scope) => void;

/** Functions and their statements as steps. */
export class Functions extends Expressions {
  lambda(node: ts.FunctionLikeDeclaration, outer: Names): Step {
    const { api } = this;
    const { parameters, body, asteriskToken } = node;
    const isAsync = (node as { readonly modifiers?: readonly ts.ModifierLike[] }).modifiers?.some(
      ({ kind }) => kind === api.SyntaxKind.AsyncKeyword,
    );
    if (isAsync || asteriskToken || !body) throw new Beyond();
    const names = new Names(outer);
    const taken = parameters.filter(({ name }) => name.getText(this.file) !== 'this');
    const binds = taken.map(({ name, initializer }) => this.pattern(name, names, initializer));
    const rest = taken.at(-1)?.dotDotDotToken ? taken.length - 1 : undefined;
    const run = api.isBlock(body) ? this.#statements(body.statements, names) : this.expression(body, names);
    const isBlock = api.isBlock(body);
    return (parent) =>
      callable((...args: readonly unknown[]): unknown => {
        step();
        const scope: Scope = { values: [], parent };
        for (let at = 0; at < binds.length; at++) binds[at]!(at === rest ? made(args.slice(at)) : args[at], scope);
        const value = run(scope);
        return isBlock ? (value instanceof Returned ? value.value : undefined) : value;
      });
  }

  /** Gives the names of a pattern their parts of a value. */
  pattern(name: ts.BindingName, names: Names, initial?: ts.Expression): Bind {
    const { api } = this;
    const instead = initial && this.expression(initial, names);
    const bind = api.isIdentifier(name) ? this.#named(name.text, names) : this.#parts(name, names);
    if (!instead) return bind;
    return (value, scope) => bind(value === undefined ? instead(scope) : value, scope);
  }

  #named(name: string, names: Names): Bind {
    const at = names.declare(name);
    return (value, scope) => {
      scope.values[at] = value;
    };
  }

  #parts(name: ts.ObjectBindingPattern | ts.ArrayBindingPattern, names: Names): Bind {
    const { api } = this;
    if (api.isArrayBindingPattern(name)) {
      const binds = name.elements.map((element) =>
        api.isBindingElement(element)
          ? { isRest: element.dotDotDotToken, bind: this.pattern(element.name, names, element.initializer) }
          : undefined,
      );
      return (value, scope) => {
        const items = itemsOf(value);
        for (const [at, one] of binds.entries()) one?.bind(one.isRest ? made(items.slice(at)) : items[at], scope);
      };
    }
    const parts = name.elements.map((element) => {
      const key = element.propertyName ?? element.name;
      if (element.dotDotDotToken || !('text' in key)) throw new Beyond();
      return [key.text, this.pattern(element.name, names, element.initializer)] as const;
    });
    return (value, scope) => {
      for (const [key, bind] of parts) bind(memberOf(value, key), scope);
    };
  }

  #statements(nodes: readonly ts.Statement[], names: Names): Statement {
    const { api } = this;
    const hoisted = nodes.filter(api.isFunctionDeclaration).filter(({ body }) => body !== undefined);
    for (const { name } of hoisted) names.declare(name!.text);
    // Names that functions use before they are declared.
    for (const node of nodes)
      if (api.isVariableStatement(node))
        for (const { name } of node.declarationList.declarations) if (api.isIdentifier(name)) names.declare(name.text);
    const functions = hoisted.map((node) => [names.find(node.name!.text)!.at, this.lambda(node, names)] as const);
    const steps = nodes.filter((node) => !api.isFunctionDeclaration(node)).map((node) => this.#statement(node, names));
    return (scope) => {
      for (const [at, make] of functions) scope.values[at] = make(scope);
      for (const run of steps) {
        const signal = run(scope);
        if (signal !== undefined) return signal;
      }
      return undefined;
    };
  }

  /** Statements with names of their own. */
  #block(node: ts.Statement, outer: Names): Statement {
    const names = new Names(outer);
    const run = this.#statements(this.api.isBlock(node) ? node.statements : [node], names);
    return (scope) => run({ values: [], parent: scope });
  }

  #statement(node: ts.Statement, names: Names): Statement {
    const { api } = this;
    if (api.isReturnStatement(node)) {
      const value = node.expression && this.expression(node.expression, names);
      return (scope) => new Returned(value?.(scope));
    }
    if (api.isExpressionStatement(node)) {
      const run = this.expression(node.expression, names);
      return (scope) => {
        run(scope);
        return undefined;
      };
    }
    if (api.isVariableStatement(node)) return this.#declared(node.declarationList, names);
    if (api.isBlock(node)) return this.#block(node, names);
    if (api.isEmptyStatement(node)) return () => undefined;
    if (api.isIfStatement(node)) {
      const test = this.expression(node.expression, names);
      const yes = this.#block(node.thenStatement, names);
      const no = node.elseStatement && this.#block(node.elseStatement, names);
      return (scope) => (test(scope) ? yes(scope) : no?.(scope));
    }
    if (api.isThrowStatement(node)) {
      const value = this.expression(node.expression, names);
      return (scope) => {
        const thrown = value(scope);
        throw thrown instanceof Error ? thrown : new Error('no error was thrown');
      };
    }
    if ((api.isBreakStatement(node) || api.isContinueStatement(node)) && !node.label) {
      const signal = api.isBreakStatement(node) ? BREAK : CONTINUE;
      return () => signal;
    }
    if (api.isForOfStatement(node) || api.isForInStatement(node)) return this.#each(node, names);
    if (api.isForStatement(node)) return this.#for(node, names);
    if (api.isWhileStatement(node) || api.isDoStatement(node)) return this.#while(node, names);
    if (api.isSwitchStatement(node)) return this.#switch(node, names);
    throw new Beyond();
  }

  #declared({ flags, declarations }: ts.VariableDeclarationList, names: Names): Statement {
    // What `var` declares stands in the whole function.
    if ((flags & this.api.NodeFlags.BlockScoped) === 0) throw new Beyond();
    const made = declarations.map(({ name, initializer }) => {
      const value = initializer && this.expression(initializer, names);
      const bind = this.pattern(name, names);
      return (scope: Scope): void => bind(value?.(scope), scope);
    });
    return (scope) => {
      for (const one of made) one(scope);
      return undefined;
    };
  }

  #each(node: ts.ForOfStatement | ts.ForInStatement, outer: Names): Statement {
    const { api } = this;
    const list = this.expression(node.expression, outer);
    const { initializer } = node;
    if (!api.isVariableDeclarationList(initializer)) throw new Beyond();
    const names = new Names(outer);
    const bind = this.pattern(initializer.declarations[0]!.name, names);
    const body = this.#block(node.statement, names);
    const isKeys = api.isForInStatement(node);
    return (parent) => {
      const value = list(parent);
      for (const item of isKeys ? Object.keys(Object(value) as object) : itemsOf(value)) {
        step();
        const scope: Scope = { values: [], parent };
        bind(item, scope);
        const signal = body(scope);
        if (signal === BREAK) return undefined;
        if (signal instanceof Returned) return signal;
      }
      return undefined;
    };
  }

  #for({ initializer, condition, incrementor, statement }: ts.ForStatement, outer: Names): Statement {
    const { api } = this;
    const names = new Names(outer);
    if (initializer && !api.isVariableDeclarationList(initializer)) throw new Beyond();
    const start = initializer && this.#declared(initializer, names);
    const test = condition && this.expression(condition, names);
    const next = incrementor && this.expression(incrementor, names);
    const body = this.#block(statement, names);
    return (parent) => {
      let scope: Scope = { values: [], parent };
      start?.(scope);
      for (; !test || test(scope); next?.(scope)) {
        step();
        const signal = body(scope);
        if (signal === BREAK) return undefined;
        if (signal instanceof Returned) return signal;
        // Each round has names of its own.
        scope = { values: [...scope.values], parent };
      }
      return undefined;
    };
  }

  #while(node: ts.WhileStatement | ts.DoStatement, names: Names): Statement {
    const test = this.expression(node.expression, names);
    const body = this.#block(node.statement, names);
    const isLate = this.api.isDoStatement(node);
    return (scope) => {
      while (isLate || test(scope)) {
        step();
        const signal = body(scope);
        if (signal === BREAK) return undefined;
        if (signal instanceof Returned) return signal;
        if (isLate && !test(scope)) return undefined;
      }
      return undefined;
    };
  }

  #switch({ expression, caseBlock }: ts.SwitchStatement, outer: Names): Statement {
    const value = this.expression(expression, outer);
    const names = new Names(outer);
    const clauses = caseBlock.clauses.map((clause) => ({
      test: this.api.isCaseClause(clause) ? this.expression(clause.expression, names) : undefined,
      run: this.#statements(clause.statements, names),
    }));
    return (parent) => {
      const scope: Scope = { values: [], parent };
      const given = value(parent);
      let at = clauses.findIndex(({ test }) => test?.(scope) === given && test !== undefined);
      if (at < 0) at = clauses.findIndex(({ test }) => !test);
      for (const { run } of at < 0 ? [] : clauses.slice(at)) {
        const signal = run(scope);
        if (signal === BREAK) return undefined;
        if (signal !== undefined) return signal;
      }
      return undefined;
    };
  }
}
