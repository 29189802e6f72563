import { span } from '../../base/index.ts';
import type { SyntaxNode } from '../../lang/index.ts';
import { Multiset } from '../context.ts';
import { isTestFile } from '../tests/index.ts';
import { type CodeFile, each } from './code.ts';
import { isLogged } from './reach.ts';
import { bare, isFunction } from './scope.ts';
import type { Finding } from './types.ts';

const VARIABLES =
  /^(?:VITEST\w*|JEST_\w+|MOCHA\w*|NODE_TEST_CONTEXT|AVA_\w+|TAP\w*|TEST|TESTING|IS_TEST|UNDER_TEST|npm_lifecycle_(?:event|script))$/;
const GLOBALS =
  /^(?:jest|vi|vitest|describe|it|test|expect|mocha|beforeEach|afterEach|beforeAll|suite|__vitest_\w+|__coverage__)$/;
const RUNNERS = /vitest|jest|mocha|\bava\b|node:test|\.test\b|\.spec\b|__tests__|[/\\]tests?\b/;

/** Code that asks whether a test is running, where it did not ask before. */
export function environmentFindings(files: readonly CodeFile[]): Finding[] {
  const code = files.filter(
    ({ isTest, path }) => !isTest && !/(?:^|\/)[\w.-]*config\.[cm]?[jt]s$|(?:^|\/)(?:scripts|bench|e2e)\//.test(path),
  );
  const before = new Multiset();
  for (const { base } of code) if (base) for (const { key } of asksIn(base.root, '')) before.add(key);
  return code.flatMap(({ path, head }) =>
    (head ? asksIn(head.root, path) : [])
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

function asksIn(root: SyntaxNode, path: string): Ask[] {
  const found: Ask[] = [];
  const add = (node: SyntaxNode, what: string): void => {
    if (isHarmless(node)) return;
    found.push({ key: `${what} ${node.text.replace(/\s+/g, '')}`, node, what });
  };
  each(root, (node) => {
    const { kind } = node;
    if (kind === 'PropertyAccessExpression' || kind === 'ElementAccessExpression') {
      const owner = node.part('expression')!.text;
      const member = node.part('name')?.value ?? node.part('argumentExpression')?.value ?? '';
      if (/^(?:process|import\.meta)\.env$/.test(owner) && VARIABLES.test(member))
        add(node, 'a variable that a test runner sets');
      else if (owner === 'import.meta' && member === 'vitest') add(node, 'a mark of the test runner');
      else if (/^(?:globalThis|global|window|self)$/.test(owner) && GLOBALS.test(member))
        add(node, 'a global of the test runner');
      else if (/^(?:_isMockFunction|isMockFunction)$/.test(member)) add(node, 'a question whether it is mocked');
    } else if (kind === 'BinaryExpression') {
      const sides = [node.part('left')!, node.part('right')!].map(bare);
      const value = sides.find((one) => one.value === 'test' && /Literal/.test(one.kind));
      const other = sides.find((one) => one !== value);
      if (value && other && /\b(?:NODE_ENV|MODE|APP_ENV|ENV|environment|env)$/i.test(other.text))
        add(node, 'the environment "test"');
      if (node.part('operatorToken')?.kind === 'InKeyword' && GLOBALS.test(sides[0]!.value ?? ''))
        add(node, 'a global of the test runner');
    } else if (kind === 'TypeOfExpression') {
      const name = node.part('expression')?.text.replace(/^(?:globalThis|global|window)\./, '') ?? '';
      if (GLOBALS.test(name)) add(node, 'a global of the test runner');
    } else if (kind === 'BindingElement') {
      const key = node.part('propertyName')?.value ?? node.part('name')?.value ?? '';
      const from = node.parent?.parent?.part('initializer')?.text ?? '';
      if (/^(?:process|import\.meta)\.env$/.test(from) && VARIABLES.test(key))
        add(node, 'a variable that a test runner sets');
    } else if (kind === 'CallExpression') {
      const { text } = node;
      if (
        text.length < 300 &&
        /\.stack\b|\bprocess\.argv\b|captureStackTrace|\bargv1?\b/.test(text) &&
        RUNNERS.test(argumentText(node))
      )
        add(node, 'a look at who calls');
    } else if (kind === 'ImportDeclaration' && path !== '') {
      const module = node.part('moduleSpecifier')?.value ?? '';
      if (node.text.startsWith('import type')) return;
      if (/^(?:vitest|jest|@jest\/globals|mocha|ava|node:test)$/.test(module))
        add(node, 'an import of the test runner');
      else if (
        module.startsWith('.') &&
        (isTestFile(module.replace(/^(?:\.\.?\/)+/, '')) || /__(?:fixtures|snapshots)__/.test(module))
      )
        add(node, 'an import of a test');
    }
  });
  return found;
}

const argumentText = (node: SyntaxNode): string =>
  node
    .parts('arguments')
    .map((one) => one.text)
    .join(' ');

/** What tests are told apart for rightly: to print less, not to listen, not to start. */
const QUIET =
  /\b(?:log(?:ger|ging|Level)?|silent|verbose|debug|quiet|level|listen|console|banner|telemetry|colors?|spinner|progress|bench)\b/i;

function isHarmless(node: SyntaxNode): boolean {
  if (isLogged(node)) return true;
  for (let at: SyntaxNode | undefined = node.parent, child = node; at && !isFunction(at); child = at, at = at.parent) {
    if (at.kind === 'IfStatement' && at.part('expression') === child) {
      const body = at.part('thenStatement')!;
      const statements = body.kind === 'Block' ? body.parts('statements') : [body];
      return (
        statements.length > 0 && statements.every((one) => one.kind === 'ExpressionStatement' && QUIET.test(one.text))
      );
    }
    const name = at.part('name')?.value;
    if (/^(?:PropertyAssignment|VariableDeclaration|PropertyDeclaration)$/.test(at.kind) && name !== undefined)
      return QUIET.test(name) || /^(?:port|interval)$/i.test(name);
  }
  return false;
}
