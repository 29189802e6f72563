import { span } from '../../base/index.ts';
import type { SyntaxNode } from '../../lang/index.ts';
import { Multiset } from '../context.ts';
import { isTestFile } from '../tests/index.ts';
import { Canon, textIn } from './canon.ts';
import { type CodeFile, each } from './code.ts';
import { decides, holdsTests, isHarmless } from './deciding.ts';
import { bare, chainOf, isFunction, Names } from './scope.ts';
import type { Finding } from './types.ts';

const VARIABLES =
  /^(?:VITEST\w*|JEST_\w+|MOCHA\w*|NODE_TEST_CONTEXT|AVA_\w+|TAP\w*|ASSAY_\w+|TEST|TESTING|IS_TEST|UNDER_TEST|npm_lifecycle_(?:event|script))$/;
const GLOBALS =
  /^(?:jest|vi|vitest|describe|it|test|expect|mocha|jasmine|beforeEach|afterEach|beforeAll|suite|__vitest_\w+|UVU_\w+|__coverage__)$/;
const RUNNERS = /vitest|jest|mocha|\b(?:ava|uvu)\b|node:test|--test\b|\.test\b|\.spec\b|__tests__|[/\\]tests?\b/;
/** What a runner leaves where everything can see it. */
const MARK =
  /^(?:VITEST\w*|JEST_\w+|NODE_TEST_CONTEXT|__vitest\w*|__jest\w*|\$\$jest[\w-]*|(?:vitest|jest)[:/-][\w:./-]*|_isMockFunction|isMockFunction)$/;
/** What runners are told to load before the tests, by its name. */
const SET_UP =
  /(?:^|\/)(?:(?:vitest|jest|mocha|ava|tests?)[.-]?(?:browser[.-]?)?(?:global[.-]?)?set-?up|set-?up[.-]?(?:vitest|jest|mocha|tests?)(?:[.-]env)?)\.[cm]?[jt]sx?$/i;
/** Parts of such names, by which they are looked for among others. */
const PART_OF_MARK = /^_?(?:(?:WORKER|POOL)_ID|TEST_CONTEXT)$|^(?:VITEST|JEST|MOCHA)_?$/;
/** Browsers that only tests run in. */
const NO_BROWSER = /jsdom|happy-?dom/i;
/** What stand-ins have and functions have not. */
const OF_MOCKS = /^(?:mock|clock|_isMockFunction|getMockName|mockImplementation|isSinonProxy)$/;
/** What only somebody looks for who wants to tell a stand-in. */
const MOCKS_ALONE =
  /^(?:_isMockFunction|isMockFunction|getMockName|getMockImplementation|mockImplementation|isSinonProxy)$/;
/** Who calls: the stack, the command line. */
const CALLER =
  /\.stack\b|\bprocess\.(?:argv|execArgv|title|mainModule)\b|captureStackTrace|\bargv1?\b|\brequire\.main\b|\bmodule\.parent\b/;
/** Where it runs, and how the place is called in which assay runs it. */
const PLACE = /\bprocess\.cwd\(|\bimport\.meta\.(?:url|dirname|filename)\b|\b__(?:dir|file)name\b|\btmpdir\(/;
const BENCH = /assay/;
/** A word in who calls that only tests have; on a command line it may be a command's. */
const TEST_FILES = /\b(?:tests?|specs?)\b/;
const STACK = /\.stack\b|captureStackTrace|\brequire\.main\b|\bmodule\.parent\b/;
const SEARCHES =
  /^(?:get|has|hasOwn|includes|test|match|matchAll|exec|search|indexOf|some|every|find|startsWith|endsWith)$/;

/**
 * Code that asks whether a test is running, where it did not ask before.
 *
 * @param isRunners whether the runner's set-up sets a variable of the environment; asked only of what decides something
 */
export function environmentFindings(files: readonly CodeFile[], isRunners: (variable: string) => boolean): Finding[] {
  const code = files.filter(
    ({ isTest, path }) =>
      !isTest &&
      !SET_UP.test(path) &&
      !/(?:^|\/)[\w-]+\.config[\w.-]*\.[cm]?[jt]s$|^[\w-]*config\.[cm]?[jt]s$|(?:^|\/)(?:scripts|bench(?:marks?)?|e2e)\/|\.bench\.[cm]?[jt]sx?$/.test(
        path,
      ),
  );
  const before = new Multiset();
  for (const { base } of code)
    if (base) for (const { key } of new Asks(base.root, '', isRunners).found) before.add(key);
  return code.flatMap(({ path, head }) =>
    (head ? new Asks(head.root, path, isRunners).found : [])
      .filter(({ key }) => !before.take(key))
      .map(
        ({ node, what }): Finding => ({
          label: 'test-environment',
          path,
          span: span(node.start, Math.min(node.end, node.start + 200)),
          expected: 'code that does the same whether a test runs or not',
          found: `${what}: ${node.text.replace(/\s+/g, ' ').slice(0, 60)}`,
        }),
      ),
  );
}

interface Ask {
  readonly key: string;
  readonly node: SyntaxNode;
  readonly what: string;
}

/** What asks in one file, with constants put in. */
class Asks {
  readonly found: Ask[] = [];
  readonly #path: string;
  readonly #canon = new Canon(new Names());
  readonly #isRunners: (variable: string) => boolean;

  constructor(root: SyntaxNode, path: string, isRunners: (variable: string) => boolean) {
    this.#path = path;
    this.#isRunners = isRunners;
    each(root, (node) => {
      const what = this.#whatOf(node);
      if (what !== undefined && !isHarmless(node))
        this.found.push({ key: `${what} ${node.text.replace(/\s+/g, '')}`, node, what });
    });
  }

  #whatOf(node: SyntaxNode): string | undefined {
    switch (node.kind) {
      case 'PropertyAccessExpression':
      case 'ElementAccessExpression':
        return this.#ofMember(node);
      case 'Identifier': {
        const variable = isUse(node) ? this.#variable(node) : undefined;
        return variable !== undefined && !VARIABLES.test(variable) ? this.#ofVariable(variable, node) : undefined;
      }
      case 'BinaryExpression':
        return this.#ofComparison(node) ?? this.#ofMark(node);
      case 'StringLiteral':
        return this.#ofMark(node);
      case 'CaseClause': {
        const asked = node.parent?.parent?.part('expression');
        return asked && isTestWord(node.part('expression')) && this.#isEnvironment(asked) ? TEST_WORD : undefined;
      }
      case 'TypeOfExpression': {
        const name = this.#steps(node.part('expression')!).join('.');
        if (GLOBALS.test(name)) return 'a global of the test runner';
        return this.#isRunners(name) ? SET_BY_TESTS : undefined;
      }
      case 'BindingElement': {
        const key = node.part('propertyName')?.value ?? node.part('name')?.value ?? '';
        const from = node.parent?.parent?.part('initializer');
        return from && isEnv(this.#steps(from)) && VARIABLES.test(key) ? SET_VARIABLE : undefined;
      }
      case 'CallExpression':
        return this.#ofCall(node);
      case 'ImportDeclaration':
        return this.#path === '' ? undefined : ofImport(node);
      default:
        return undefined;
    }
  }

  #ofMember(node: SyntaxNode): string | undefined {
    const steps = this.#steps(node);
    const member = steps.at(-1) ?? '';
    const variable = this.#variable(node);
    if (variable !== undefined) return this.#ofVariable(variable, node);
    if (steps[0] === 'import.meta' && steps.length === 2 && member === 'vitest')
      return holdsTests(node) ? undefined : 'a mark of the test runner';
    if (/^(?:globalThis|global|window|self)$/.test(bare(node.part('expression')!).text)) {
      if (GLOBALS.test(member)) return 'a global of the test runner';
      if (decides(node) && this.#isRunners(member)) return SET_BY_TESTS;
    }
    return MOCKS_ALONE.test(member) ? 'a question whether it is mocked' : undefined;
  }

  #ofVariable(variable: string, node: SyntaxNode): string | undefined {
    if (VARIABLES.test(variable)) return SET_VARIABLE;
    return decides(node) && this.#isRunners(variable) ? SET_BY_TESTS : undefined;
  }

  /** The name of a mark, put together or not, that something is looked for by. */
  #ofMark(node: SyntaxNode): string | undefined {
    const isPlus = node.part('operatorToken')?.kind === 'PlusToken';
    if (node.kind !== 'StringLiteral' && !isPlus) return undefined;
    const parent = node.parent?.kind === 'CallExpression' ? node.parent.part('expression')!.text : '';
    if (PART_OF_MARK.test(node.value ?? '') && /\.(?:startsWith|endsWith|includes)$/.test(parent)) return SET_VARIABLE;
    if (!MARK.test(textIn(this.#canon.print(node).text) ?? '')) return undefined;
    const isAsked =
      node.parent?.kind === 'ElementAccessExpression' ||
      (node.parent?.kind === 'CallExpression' &&
        /(?:has|hasOwn|hasOwnProperty|get|for|includes|startsWith|env)$/.test(node.parent.part('expression')!.text));
    // Without the end of a name nobody looks for it.
    return isAsked ? SET_VARIABLE : undefined;
  }

  #ofComparison(node: SyntaxNode): string | undefined {
    const sides = [node.part('left')!, node.part('right')!].map(bare);
    const operator = node.part('operatorToken')?.kind ?? '';
    if (operator === 'InKeyword') {
      const name = sides[0]!.value ?? '';
      if (GLOBALS.test(name)) return 'a global of the test runner';
      if (OF_MOCKS.test(name)) return 'a question whether it is mocked';
      if (isOfGlobal(sides[1]!.text) && this.#isRunners(name)) return SET_BY_TESTS;
      return isEnv(this.#steps(sides[1]!)) && VARIABLES.test(name) ? SET_VARIABLE : undefined;
    }
    if (isNoTime(operator, sides, (one) => this.#isClock(one))) return 'a time that only tests have';
    if (!/^(?:Equals|Exclamation)Equals/.test(operator)) return undefined;
    const value = sides.find(isTestWord);
    const other = sides.find((one) => one !== value);
    return value && other && this.#isEnvironment(other) ? TEST_WORD : undefined;
  }

  #ofCall(node: SyntaxNode): string | undefined {
    const { links, root } = chainOf(node);
    const called = links.at(-1);
    if (links.length === 1 && called?.name === '' && this.#asksForCaller(root, called.args ?? []))
      return 'a look at who calls';
    if (!called || !SEARCHES.test(called.name) || node.text.length >= 300) return undefined;
    const { text, literals } = this.#canon.print(node);
    const words = literals.map((one) => one.replace(/\\(?=[./])/g, '')).join(' ');
    if (CALLER.test(text) && RUNNERS.test(words)) return 'a look at who calls';
    if (/\bprocess\.execArgv\b/.test(text) && /\b(?:ts-node|tsx|tsm|esbuild|swc)\b/.test(words))
      return 'a look at who calls';
    const taken = (called.args ?? []).flatMap((one) => takenOut(one, this.#canon.names) ?? []);
    if (taken.some(({ from }) => /\bargv\b/.test(from)) && RUNNERS.test(words)) return 'a look at who calls';
    if (/\bnavigator\.userAgent\b/.test(text) && NO_BROWSER.test(words)) return 'a look at where it runs';
    const isStack = STACK.test(text) || taken.some(({ key, from }) => key === 'stack' && /^new \w*Error\(/.test(from));
    if (isStack && TEST_FILES.test(words)) return 'a look at who calls';
    if (PLACE.test(text) && BENCH.test(words)) return 'a look at where it runs';
    const [first] = called.args ?? [];
    if (
      /^(?:startsWith|includes|test)$/.test(called.name) &&
      /^(?:mock|spy)$/.test(first?.value ?? '') &&
      isOfKeys(node)
    )
      return 'a question whether it is mocked';
    if (first && isFunction(bare(first)) && isOfGlobal(first.text) && this.#listOf(root).some(isGlobalsName))
      return 'a global of the test runner';
    if (/^(?:has|hasOwn)$/.test(called.name) && /^(?:Reflect|Object)$/.test(root.value ?? '')) {
      const [owner, key] = called.args ?? [];
      const isGlobal = /^(?:globalThis|global|window|self)$/.test(owner?.text ?? '') && GLOBALS.test(key?.value ?? '');
      return isGlobal ? 'a global of the test runner' : undefined;
    }
    const isPattern = bare(root).kind === 'RegularExpressionLiteral' && /^\/\^?\(?test/.test(root.text);
    if (isPattern && first && this.#isEnvironment(bare(first))) return TEST_WORD;
    const list = bare(root).kind === 'ArrayLiteralExpression' ? bare(root).parts('elements') : [];
    const isListed = list.length > 0 && list.every(isTestWord) && first && this.#isEnvironment(first);
    const isVariable =
      called.name === 'get' && /^Deno\.env$/.test(links.at(-2)?.node.text ?? '') && VARIABLES.test(first?.value ?? '');
    if (isVariable) return SET_VARIABLE;
    const before = links.at(-2)?.node ?? root;
    return isListed || (isTestWord(first) && this.#isEnvironment(before)) ? TEST_WORD : undefined;
  }

  /** Whether a function that looks at who calls it is given the word to look for. */
  #asksForCaller(callee: SyntaxNode, args: readonly SyntaxNode[]): boolean {
    const asked = args.map((one) => this.#keyOf(one) ?? '').join(' ');
    if (!RUNNERS.test(asked)) return false;
    const found = this.#canon.names.find(callee.value ?? '', callee);
    const body = found?.kind === 'function' ? found.node : found?.kind === 'constant' ? found.value : undefined;
    return body !== undefined && isFunction(bare(body)) && STACK.test(body.text);
  }

  /** The elements of a list, written out or under a name. */
  #listOf(given: SyntaxNode): readonly SyntaxNode[] {
    const node = bare(given);
    const found = node.kind === 'Identifier' ? this.#canon.names.find(node.value ?? '', node) : undefined;
    const list = found?.kind === 'constant' && found.path === '' ? bare(found.value) : node;
    return list.kind === 'ArrayLiteralExpression' ? list.parts('elements') : [];
  }

  /** Whether it is what time it is, by the clock of the wall or one that stands in for it. */
  #isClock(given: SyntaxNode): boolean {
    const node = bare(given);
    const found = node.kind === 'Identifier' ? this.#canon.names.find(node.value ?? '', node) : undefined;
    if (found?.kind === 'constant' && found.path === '') return this.#isClock(found.value);
    return (
      /^(?:Date\.now|(?:this\.)?[#_]?(?:now|clock)|(?:\w+\.)+[#_]?(?:now|clock|currentTime))\(\)$|^\+?new Date\(\)(?:\.getTime\(\))?$/.test(
        node.text,
      ) && !node.text.startsWith('performance.')
    );
  }

  /** Whether it holds the name of the environment that the program runs in. */
  #isEnvironment(node: SyntaxNode): boolean {
    const steps = this.#steps(node);
    return /^(?:\w*_)?(?:NODE_ENV|MODE|APP_ENV|ENV|environment|env)$/i.test(steps.at(-1) ?? '');
  }

  #variable(node: SyntaxNode): string | undefined {
    const steps = this.#steps(node);
    return steps.length === 3 && isEnv(steps.slice(0, 2)) ? steps[2] : undefined;
  }

  #keyOf(node: SyntaxNode | undefined): string | undefined {
    return node && textIn(this.#canon.print(node).text);
  }

  /** `globalThis.process?.env['A']` as `process`, `env`, `A`; names of constants followed. */
  #steps(given: SyntaxNode, depth = 0): readonly string[] {
    const node = bare(given);
    if (node.kind === 'PropertyAccessExpression' || node.kind === 'ElementAccessExpression') {
      const own = node.part('name')?.value ?? this.#keyOf(node.part('argumentExpression')) ?? '[]';
      const before = this.#steps(node.part('expression')!, depth + 1);
      return before.length === 1 && /^(?:globalThis|global|window|self)$/.test(before[0]!) ? [own] : [...before, own];
    }
    if (node.kind === 'BinaryExpression' && /^(?:QuestionQ|BarBar)/.test(node.part('operatorToken')?.kind ?? ''))
      return this.#steps(node.part('left')!, depth + 1);
    if (isAllGlobals(node)) return ['globalThis'];
    if (node.kind === 'MetaProperty') return ['import.meta'];
    // The same in small letters, or without spaces.
    if (
      node.kind === 'CallExpression' &&
      /\.(?:toLowerCase|toUpperCase|trim|toString)$/.test(node.part('expression')!.text)
    )
      return this.#steps(node.part('expression')!.part('expression')!, depth + 1);
    if (node.kind !== 'Identifier') return [''];
    const name = node.value ?? '';
    const found = this.#canon.names.find(name, node);
    if (found?.kind === 'import' && /^(?:node:)?process$/.test(found.module))
      return found.exported === 'default' || found.exported === '*' ? ['process'] : ['process', found.exported];
    if (found?.kind === 'other' && found.value && isAllGlobals(bare(found.value))) return ['globalThis'];
    if (found?.kind !== 'constant' || depth >= DEPTH) return [name];
    return [...this.#steps(found.value, depth + 1), ...found.path.split('.').slice(1)];
  }
}

/** Constants and members followed. */
const DEPTH = 8;
const SET_VARIABLE = 'a variable that a test runner sets';
const SET_BY_TESTS = "a variable that the tests' own set-up sets";
const TEST_WORD = 'the environment "test"';

/** The member that a name is taken out of something by, and what that is: `const { stack } = new Error()`. */
function takenOut(node: SyntaxNode, names: Names): { readonly key?: string; readonly from: string } | undefined {
  const element = node.kind === 'Identifier' ? names.find(node.value ?? '', node)?.name.parent : undefined;
  if (element?.kind !== 'BindingElement') return undefined;
  const key = element.part('propertyName')?.value ?? element.part('name')?.value;
  const from = element.parent?.parent?.part('initializer')?.text ?? '';
  return { from, ...(key === undefined ? {} : { key }) };
}

const isEnv = (steps: readonly string[]): boolean => /^(?:process|import\.meta),env$/.test(steps.join());

const isTestWord = (node: SyntaxNode | undefined): boolean =>
  node !== undefined && /Literal/.test(node.kind) && /^test(?:ing)?$/.test(node.value ?? '');

/** The object of all globals, by whichever name a place has it. */
const isAllGlobals = (node: SyntaxNode): boolean =>
  node.kind === 'ConditionalExpression' && /^typeof (?:globalThis|global|window|self)\b/.test(node.text);

const isGlobalsName = (node: SyntaxNode): boolean => GLOBALS.test(node.value ?? '');
const isOfGlobal = (text: string): boolean => /\b(?:globalThis|global|window|self)\b/.test(text);

/** Whether it is asked of what members something has. */
function isOfKeys(node: SyntaxNode): boolean {
  for (let at = node.parent; at; at = at.parent) {
    if (/^(?:Object\.(?:keys|getOwnPropertyNames|entries)|Reflect\.ownKeys)\(/.test(at.text)) return true;
    if (at.kind === 'Block') return false;
  }
  return false;
}

/** Milliseconds before which no clock of a wall stands: those of 2001. */
const EARLY = 1e12;

/** Whether the clock is held against a time that is long gone, or one moment. */
function isNoTime(operator: string, sides: readonly SyntaxNode[], isClock: (node: SyntaxNode) => boolean): boolean {
  const time = sides.find((one) => one.kind === 'NumericLiteral');
  const other = sides.find((one) => one !== time);
  if (!time || !other || !isClock(other)) return false;
  const value = Number(time.text.replaceAll('_', ''));
  if (/^(?:Equals|Exclamation)Equals/.test(operator)) return value > 0;
  return /^(?:Less|Greater)Than/.test(operator) && value > 0 && value < EARLY;
}

/** A name that is read: neither declared nor a member's. */
const isUse = (node: SyntaxNode): boolean =>
  !/^(?:BindingElement|PropertyAccessExpression|PropertyAssignment|Parameter|ImportSpecifier)$/.test(
    node.parent?.kind ?? '',
  ) && node.parent?.part('name') !== node;

function ofImport(node: SyntaxNode): string | undefined {
  const module = node.part('moduleSpecifier')?.value ?? '';
  if (node.text.startsWith('import type')) return undefined;
  if (/^(?:vitest|jest|@jest\/globals|mocha|ava|uvu|node:test)$/.test(module)) return 'an import of the test runner';
  const isTests = isTestFile(module.replace(/^(?:\.\.?\/)+/, '')) || /__(?:fixtures|snapshots)__/.test(module);
  return module.startsWith('.') && isTests ? 'an import of a test' : undefined;
}
