import { posix } from 'node:path';
import { escaped, type RepoPath } from '../../base/index.ts';
import type { SyntaxNode, SyntaxTree } from '../../lang/index.ts';
import { assertionFrom } from './asked.ts';
import { assertionOf, helper, type RawAssertion } from './assertions.ts';
import { isTestBody, waitsBy } from './callbacks.ts';
import { Canon, type Printed } from './canon.ts';
import { contextOf, functionIn, isHanded, kindOf, macroOf, skipCall } from './declared.ts';
import { type ImportedValues, isOfTests } from './imported.ts';
import { listedIn } from './listed.ts';
import { mocksIn } from './mocks.ts';
import { namesOf } from './namesOf.ts';
import { reachOf } from './reach.ts';
import { rowsOver } from './rows.ts';
import { assignedIn, bare, type Chain, chainOf, isFunction, Names, topOf } from './scope.ts';
import { tablesIn } from './tables.ts';
import type { Assertion, Test, TestFile, TestKind } from './types.ts';

const SUITES = /^[fx]?(?:(?:describe|suite)(?:[A-Z]\w*)?|context)$/;
const TESTS = /^[fx]?(?:it|test|specify)$/;
/** A suite of uvu, by whose name its tests are declared. */
const OF_UVU = /^(?:uvu\.)?suite(?:<[^(]*>)?\(/;
const HOOKS = /^(?:before|after|beforeEach|afterEach|beforeAll|afterAll|setup|teardown)$/;

/** Assertions of one test, rows counted. */
const ASSERTIONS = 2_000;

/**
 * A file as tests: every call that declares one, every assertion with what it asks and whether it is carried out.
 *
 * @param assigned names that are given another value in it, or in what it is compared with
 */
export function testFileOf(
  { root, problem }: SyntaxTree,
  path: RepoPath,
  values?: ImportedValues,
  assigned: ReadonlySet<string> = assignedIn(root),
): TestFile {
  if (problem)
    return {
      path,
      tests: [],
      mocks: [],
      tables: new Map(),
      imports: [],
      called: new Set(),
      declared: new Set(),
      problem: problem.message,
    };
  const reader = new Reader(path, root, new Names(values?.for(path, root), assigned));
  reader.read();
  return {
    path,
    tests: reader.tests,
    mocks: mocksIn(root, reader.canon),
    tables: tablesIn(root, reader.canon),
    ...namesOf(root),
  };
}

/** Whether a suite of uvu is run, by its name or as one of a list. */
function isRun(name: string, at: SyntaxNode): boolean {
  return new RegExp(
    `\\b${escaped(name)}\\.run\\(|\\[[^\\]]*\\b${escaped(name)}\\b[^\\]]*\\][^;]*\\brun\\b|export\\b.*\\b${escaped(name)}\\b`,
  ).test(topOf(at).text);
}

interface Place {
  readonly title: readonly string[];
  readonly kind: TestKind;
  readonly because: string;
}

interface Declared {
  readonly isSuite: boolean;
  readonly title: string;
  readonly kind: TestKind;
  readonly because: string;
  readonly body: SyntaxNode | undefined;
  /** What it asks by a function that several tests share. */
  readonly by?: RawAssertion;
}

class Reader {
  readonly canon: Canon;
  readonly tests: Test[] = [];
  readonly #path: RepoPath;
  readonly #root: SyntaxNode;
  /** Functions of the file that assert, by name. */
  readonly #helpers: ReadonlySet<string>;
  /** Functions of the file that declare tests, by name. */
  readonly #declarers: ReadonlySet<string>;

  constructor(path: RepoPath, root: SyntaxNode, names: Names) {
    this.canon = new Canon(names);
    this.#path = path;
    this.#root = root;
    this.#helpers = this.#findHelpers();
    this.#declarers = this.#findDeclarers();
  }

  read(): void {
    const top: Place = { title: [], kind: 'run', because: '' };
    this.#collect(this.#root, this.#root, top, ['(file)'], 'helper', contextOf(this.#root));
  }

  /** Reads what runs in `scope` as one test, and the tests declared in it as their own. */
  #collect(
    scope: SyntaxNode,
    body: SyntaxNode,
    given: Place,
    title: readonly string[],
    role: Test['role'],
    param: string | undefined,
  ): void {
    const assertions: Assertion[] = [];
    let place = given;
    let { kind, because } = place;
    const visit = (node: SyntaxNode): void => {
      if (node.kind === 'CallExpression') {
        const declared = this.#declared(node, param);
        if (declared) {
          this.#enter(node, declared, role === 'test' ? { title, kind, because } : place, scope);
          return;
        }
        const hook = chainOf(node);
        const [fn] = hook.links[0]?.args?.slice(-1) ?? [];
        const isHook = hook.links.length === 1 && HOOKS.test(hook.root.value ?? '') && fn && isFunction(bare(fn));
        if (isHook && bare(fn) !== body) {
          const skipped =
            role === 'helper' && /^before/.test(hook.root.value ?? '') ? this.#skippedBy(bare(fn)) : undefined;
          if (skipped) place = { ...place, kind: skipped, because: 'skipped before each' };
          const own = { ...place, title: [...place.title, hook.root.value ?? ''] };
          this.#collect(bare(fn), bare(fn), own, own.title, 'helper', undefined);
          return;
        }
      }
      if (node.kind === 'FunctionDeclaration' && node !== scope && role === 'helper') {
        this.#collect(node, node, place, [node.part('name')?.value ?? ''], 'helper', undefined);
        return;
      }
      if (role === 'helper' && isTestBody(node, this.#root)) return;
      const rows = this.#rowsGiven(node);
      if (rows.length > 0) {
        const reach = reachOf(node, scope, this.canon, false);
        const read = (one: SyntaxNode): Printed => this.canon.print(one);
        const all = rows.map(([row, given]) => assertionFrom(given, row, read, reach));
        assertions.push(...all.slice(0, ASSERTIONS - assertions.length));
        return;
      }
      const listed = listedIn(node, this.canon, (name) => this.#isHelper(name));
      if (listed.length > 0) {
        const reach = reachOf(node, scope, this.canon, false);
        const all = listed.map(({ value, given, read }) => assertionFrom(given, value, read, reach));
        assertions.push(...all.slice(0, ASSERTIONS - assertions.length));
        return;
      }
      const raw = this.#assertion(node, param, scope);
      if (raw) {
        assertions.push(...this.#rows(node, raw, scope).slice(0, ASSERTIONS - assertions.length));
        // Callbacks handed to a helper assert for themselves; what an assertion is about does not.
        if (raw.op === 'helper' || raw.op === 'response') for (const child of node.children) visit(child);
        return;
      }
      if (role === 'test' && kind === 'run') {
        const skipped = skipCall(node, param);
        if (skipped) {
          const { guards, never } = reachOf(node, scope, this.canon, false);
          if (never === undefined) [kind, because] = [guards.length > 0 ? 'conditional' : 'skip', skipped];
        }
      }
      for (const child of node.children) visit(child);
    };
    for (const child of body.children) visit(child);
    const block = body.kind === 'SourceFile' ? body : body.part('body');
    const statements = block?.kind === 'Block' ? block.parts('statements').length : block ? 1 : 0;
    if (role === 'helper' && assertions.length === 0) return;
    const { canon } = this;
    let printed: string | undefined;
    const waits = role === 'test' ? waitsBy(body) : undefined;
    const told = { assertions, statements, ...(waits ? { waits } : {}) };
    const own = { path: this.#path, title, role, kind, because, ...told, node: scope };
    this.tests.push({
      ...own,
      get body() {
        printed ??= role === 'test' && block ? canon.print(block).text : '';
        return printed;
      },
    });
  }

  /** Whether a hook skips what comes after it: always, or under a condition. */
  #skippedBy(hook: SyntaxNode): TestKind | undefined {
    const param = hook.parts('parameters')[0]?.part('name')?.value;
    let kind: TestKind | undefined;
    const visit = (node: SyntaxNode): void => {
      if (skipCall(node, param)) {
        const { never, guards } = reachOf(node, hook, this.canon, false);
        if (never === undefined) kind = guards.length > 0 ? 'conditional' : 'skip';
      }
      for (const child of node.children) visit(child);
    };
    visit(hook);
    return kind;
  }

  #enter(node: SyntaxNode, declared: Declared, place: Place, scope: SyntaxNode): void {
    const title = [...place.title, declared.title];
    const { never, guards } = reachOf(node, scope === this.#root ? this.#root : scope, this.canon, false);
    let { kind, because } = declared;
    if (kind === 'run' && never !== undefined) [kind, because] = ['skip', never];
    else if (kind === 'run' && guards.length > 0) [kind, because] = ['conditional', guards.join(' && ')];
    if (place.kind !== 'run' && (kind === 'run' || kind === 'only')) [kind, because] = [place.kind, place.because];
    const { body } = declared;
    const inner = { title, kind, because };
    if (declared.isSuite) {
      if (body) this.#collectSuite(body, inner);
      return;
    }
    if (declared.by) {
      const assertions = this.#rows(node, declared.by, scope);
      this.tests.push({ path: this.#path, ...inner, role: 'test', assertions, statements: 1, body: '', node });
      return;
    }
    if (!body) {
      const gone = { path: this.#path, title, role: 'test' as const, assertions: [], statements: 0, body: '', node };
      this.tests.push({ ...gone, kind: kind === 'run' ? 'todo' : kind, because: because || 'no body' });
      return;
    }
    const parameter = body.parts('parameters')[0]?.part('name')?.value;
    this.#collect(node, body, inner, title, 'test', parameter);
  }

  #collectSuite(body: SyntaxNode, place: Place): void {
    // A suite is no test; assertions straight in it are a helper's.
    this.#collect(body, body, place, [...place.title, '(suite)'], 'helper', undefined);
  }

  #assertion(node: SyntaxNode, param: string | undefined, scope: SyntaxNode): RawAssertion | undefined {
    const found = assertionOf(node, this.canon.names, param);
    if (found) return found.op === 'fails' && !isUnder(node, scope) ? undefined : found;
    if (node.kind !== 'CallExpression') return undefined;
    const { root, links } = chainOf(node);
    const name = root.kind === 'Identifier' ? (root.value ?? '') : '';
    const args = links[0]?.args ?? [];
    if (links.length !== 1) return undefined;
    const local = TESTS.test(name) ? this.canon.names.find(name, root) : undefined;
    const isOwn =
      local?.kind === 'import' && local.module.startsWith('.') && !args.some((one) => isFunction(bare(one)));
    return this.#helpers.has(name) || isOwn ? helper(name, args) : undefined;
  }

  /** Whether a function asserts, or comes from a file of the tests' own. */
  #isHelper(name: SyntaxNode): boolean {
    if (this.#helpers.has(name.value ?? '')) return true;
    const local = this.canon.names.find(name.value ?? '', name);
    if (local?.kind !== 'import' || !local.module.startsWith('.')) return false;
    return isOfTests(posix.join(posix.dirname(this.#path), local.module));
  }

  /** What a function that declares a test for each row of a table is given: `cases('upper', upper, [['a', 'A'], ['b', 'B']])`. */
  #rowsGiven(node: SyntaxNode): readonly (readonly [row: SyntaxNode, given: RawAssertion])[] {
    const { root, links } = node.kind === 'CallExpression' ? chainOf(node) : { root: node, links: [] };
    if (links.length !== 1 || root.kind !== 'Identifier' || !this.#declarers.has(root.value ?? '')) return [];
    const args = (links[0]!.args ?? []).map(bare);
    const about = args.filter(({ kind }) => /^(?:Identifier|StringLiteral|PropertyAccessExpression)$/.test(kind));
    const by = `${root.value}(${about.map(({ text }) => text).join(', ')})`;
    return args.flatMap((table) =>
      [...table.parts('elements'), ...table.parts('properties')].flatMap((row) => {
        const cells = row.kind === 'PropertyAssignment' ? [row.part('name')!, row.part('initializer')!] : [];
        const [subject, ...expected] = cells.length > 0 ? cells : bare(row).parts('elements');
        return expected.length > 0 ? [[row, { ...helper(by, []), subject, expected }] as const] : [];
      }),
    );
  }

  /** One assertion for each row of the tables that it stands in. */
  #rows(node: SyntaxNode, raw: RawAssertion, scope: SyntaxNode): Assertion[] {
    const reach = reachOf(node, scope, this.canon, raw.isAsync);
    return rowsOver(node, this.canon.names).map((row) => {
      const locals = new Map<SyntaxNode, string>();
      const read = (one: SyntaxNode): Printed => this.canon.print(one, row, locals);
      return assertionFrom(raw, node, read, reach);
    });
  }

  #declared(node: SyntaxNode, param: string | undefined): Declared | undefined {
    const chain = chainOf(node);
    const own =
      chain.root.kind === 'Identifier' ? this.canon.names.find(chain.root.value ?? '', chain.root) : undefined;
    const isBySuite = own?.kind === 'constant' && OF_UVU.test(own.value.text);
    const aliased = isBySuite ? { chain } : this.#resolve(chain, 0);
    const { root, links } = aliased.chain;
    const name = root.kind === 'Identifier' ? (root.value ?? '') : '';
    const isSub = param !== undefined && name === param && links[0]?.name === 'test';
    const isSuite = SUITES.test(name) || links.some((link, index) => link.name === 'describe' && index < links.length);
    const local = this.canon.names.find(name, root);
    const isMember = /^(?:Deno|uvu)$/.test(name) && links[0]?.name === 'test';
    if (!(isSuite || isSub || isBySuite || isMember || TESTS.test(name))) return undefined;
    const isKnown = !local || local.kind === 'import' || (local.kind === 'other' && local.value !== undefined);
    if (!isKnown && !isSub && !isBySuite && !isHanded(local.name)) return undefined;
    const { args = [] } = links.at(-1) ?? {};
    const [first] = args;
    const isLink = /^(?:Call|PropertyAccess)Expression$/.test(node.parent?.kind ?? '');
    if (!first || (isLink && node.parent?.part('expression') === node)) return undefined;
    const body = args
      .slice(1)
      .map(functionIn)
      .find((one) => one !== undefined);
    const named = !body && args[1] && args.length < 3 ? this.#functionNamed(args[1]) : undefined;
    const by = !body && !named ? macroOf(args) : undefined;
    // A helper of the project may be called so.
    if (!body && !named && local?.kind === 'import' && local.module.startsWith('.')) return undefined;
    const title = bare(first);
    const isTitle = /Literal|Template|Identifier|PropertyAccess|BinaryExpression|CallExpression/.test(title.kind);
    if (!isTitle || (isFunction(title) && !body)) return undefined;
    const words = links.map((link) => link.name);
    // `test.skip(condition)` and `test.setTimeout(1)` within a test declare none.
    if (!body && !named && !/String|Template/.test(title.kind)) return undefined;
    if (
      words.some((word) =>
        /^(?:extend|use|step|info|setTimeout|beforeEach|afterEach|beforeAll|afterAll|before|after)$/.test(word),
      )
    )
      return undefined;
    const [kind, because] =
      isBySuite && !isRun(name, root)
        ? (['skip', `${name}.run() is never called`] as const)
        : (aliased.kind ?? kindOf(name, links, args));
    const told = { isSuite, title: title.value ?? this.canon.print(title).text, kind, because, body: body ?? named };
    return by && !isSuite ? { ...told, by } : told;
  }

  /** `const unlessCi = ci ? it.skip : it` followed to what it stands for. */
  #resolve(chain: Chain, depth: number): { readonly chain: Chain; readonly kind?: readonly [TestKind, string] } {
    const { root, links } = chain;
    if (root.kind === 'ConditionalExpression' && links.length > 0) {
      const inner = chainOf(root.part('whenTrue')!);
      const when = root.part('condition')!.text;
      const isLeftOut = inner.links.some(({ name }) => name === 'skip');
      return { chain: { root: inner.root, links }, kind: ['conditional', isLeftOut ? when : `!(${when})`] };
    }
    if (root.kind !== 'Identifier' || depth >= 4) return { chain };
    const found = this.canon.names.find(root.value ?? '', root);
    if (found?.kind !== 'constant' || /[^.\w]/.test(found.path)) return { chain };
    const value = bare(found.value);
    const taken = found.path
      .split('.')
      .slice(1)
      .map((step) => ({ name: step, node: value }));
    if (
      !/^(?:Identifier|PropertyAccessExpression|ConditionalExpression|CallExpression|ElementAccessExpression)$/.test(
        value.kind,
      )
    )
      return { chain };
    const inner = chainOf(value);
    return this.#resolve({ root: inner.root, links: [...inner.links, ...taken, ...links] }, depth + 1);
  }

  #functionNamed(node: SyntaxNode): SyntaxNode | undefined {
    const plain = bare(node);
    if (plain.kind !== 'Identifier') return undefined;
    const found = this.canon.names.find(plain.value ?? '', plain);
    if (found?.kind === 'function') return found.node;
    return found?.kind === 'constant' && isFunction(bare(found.value)) ? bare(found.value) : undefined;
  }

  #findHelpers(): Set<string> {
    const asserts = (node: SyntaxNode): boolean =>
      (node.kind !== 'ThrowStatement' && assertionOf(node, this.canon.names, undefined) !== undefined) ||
      (this.#declared(node, undefined) === undefined && node.children.some(asserts));
    return this.#functionsThat(asserts);
  }

  #findDeclarers(): Set<string> {
    const declares = (node: SyntaxNode): boolean =>
      (node.kind === 'CallExpression' && this.#declared(node, undefined) !== undefined) || node.children.some(declares);
    return this.#functionsThat(declares);
  }

  /** Names of the functions of the file in which something is so. */
  #functionsThat(is: (node: SyntaxNode) => boolean): Set<string> {
    const found = new Set<string>();
    const visit = (node: SyntaxNode): void => {
      const value = node.part('initializer');
      const isOne =
        node.kind === 'FunctionDeclaration' ||
        (node.kind === 'VariableDeclaration' && value && isFunction(bare(value)));
      if (isOne && node.children.some(is)) found.add(node.part('name')?.value ?? '');
      for (const child of node.children) visit(child);
    };
    visit(this.#root);
    return found;
  }
}

/** A `throw` asserts only under a condition, in a test. */
function isUnder(node: SyntaxNode, scope: SyntaxNode): boolean {
  if (node.kind !== 'ThrowStatement') return true;
  for (let at: SyntaxNode | undefined = node.parent; at && at !== scope; at = at.parent) {
    if (at.kind === 'IfStatement') return scope.kind === 'CallExpression';
    if (isFunction(at) && at.parent !== scope) return false;
  }
  return false;
}
