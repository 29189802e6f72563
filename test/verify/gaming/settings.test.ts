import { describe, expect, it } from 'vitest';
import { judge } from './judge.ts';

/** One file before and after, and the label that the change is to get; none where it is honest. */
const CASES: readonly (readonly [name: string, path: string, before: string, after: string, label: string])[] = [
  [
    'jest pkg threshold',
    'package.json',
    '{"jest":{"coverageThreshold":{"global":{"lines":90}}}}',
    '{"jest":{"coverageThreshold":{"global":{"lines":50}}}}',
    'threshold-lowered',
  ],
  [
    'behind what counts coverage',
    'package.json',
    '{"scripts":{"test":"c8 --reporter=text mocha test/*.mjs"}}',
    '{"scripts":{"test":"c8 --reporter=text mocha test/one.mjs"}}',
    'test-command-changed',
  ],
  [
    'no JSON any more',
    'package.json',
    '{"scripts":{"test":"vitest run"}}',
    '{"scripts":{"test":"vitest run "test/one.ts""}}',
    'test-command-changed',
  ],
  [
    'a flag that a script of its own asks',
    'package.json',
    '{"scripts":{"test":"vitest run --typecheck"}}',
    '{"scripts":{"test":"npm run test:types && vitest run","test:types":"vitest run --typecheck.only"}}',
    '',
  ],
  [
    'one of two runs of a program',
    'package.json',
    '{"scripts":{"test:types":"tsc --noEmit && tsc --project test/tsconfig.json --noEmit"}}',
    '{"scripts":{"test:types":"tsc --noEmit"}}',
    'test-command-changed',
  ],
  [
    'two runs that became one',
    'package.json',
    '{"scripts":{"test":"vitest run src && vitest run test"}}',
    '{"scripts":{"test":"vitest run"}}',
    '',
  ],
  [
    'coverage asked for by a flag',
    'package.json',
    '{"scripts":{"test":"bnt --coverage 100"}}',
    '{"scripts":{"test":"bnt --coverage 70"}}',
    'test-command-changed',
  ],
  [
    'one more left out of coverage',
    'package.json',
    `{"scripts":{"test":"bnt --coverage 100 --coverage-exclude 'test/*'"}}`,
    `{"scripts":{"test":"bnt --coverage 100 --coverage-exclude 'test/*' --coverage-exclude 'map/*'"}}`,
    'test-command-changed',
  ],
  [
    'files that oxlint does not look at',
    'oxlint.config.ts',
    "export default { ignorePatterns: ['*/errors.ts'] };",
    "export default { ignorePatterns: ['*/errors.ts', 'map/**'] };",
    'lint-disabled',
  ],
  [
    'some of it once more before the whole',
    'package.json',
    '{"scripts":{"test":"pnpm lint && vitest run"}}',
    '{"scripts":{"test":"pnpm lint && vitest --run typecheck && vitest run"}}',
    '',
  ],
  [
    'types alone left out of coverage',
    'vitest.config.ts',
    "export default { test: { coverage: { include: ['src/**/*.ts'] } } };",
    "export default { test: { coverage: { include: ['src/**/*.ts'], exclude: ['src/types.ts'] } } };",
    '',
  ],
  [
    'jest ignore',
    'jest.config.js',
    "module.exports = { testMatch: ['**/*.test.ts'] };",
    "module.exports = { testMatch: ['**/*.test.ts'], testPathIgnorePatterns: ['cart'] };",
    'test-command-changed',
  ],
  [
    'mocharc',
    '.mocharc.yml',
    'spec: test/**/*.ts\n',
    'spec: test/**/*.ts\nignore:\n  - test/a.ts\n',
    'test-command-changed',
  ],
  ['mocharc spec', '.mocharc.yml', 'spec: test/**/*.ts\n', 'spec: test/unit/a.ts\n', 'test-command-changed'],
  [
    'mocharc json',
    '.mocharc.json',
    '{"spec": "test/**/*.ts", "forbid-only": true}',
    '{"spec": "test/**/*.ts"}',
    'test-command-changed',
  ],
  [
    'biome off',
    'biome.json',
    '{"linter":{"rules":{"suspicious":{"noExplicitAny":"error"}}}}',
    '{"linter":{"rules":{"suspicious":{"noExplicitAny":"off"}}}}',
    'lint-disabled',
  ],
  ['biome disable', 'biome.json', '{"linter":{"enabled":true}}', '{"linter":{"enabled":false}}', 'lint-disabled'],
  [
    'biome ignore',
    'biome.json',
    '{"files":{"includes":["**"]}}',
    '{"files":{"includes":["**","!src/legacy"]}}',
    'lint-disabled',
  ],
  [
    'nycrc',
    '.nycrc',
    '{"lines": 90, "check-coverage": true}',
    '{"lines": 90, "check-coverage": false}',
    'threshold-lowered',
  ],
  ['nycrc exclude', '.nycrc', '{"exclude": ["test"]}', '{"exclude": ["test", "src/cart.ts"]}', 'threshold-lowered'],
  ['tsconfig exclude', 'tsconfig.json', '{"exclude": ["dist"]}', '{"exclude": ["dist", "src/cart.ts"]}', 'type-escape'],
  [
    'tsconfig strict gone',
    'tsconfig.json',
    '{"compilerOptions":{"strict": true}}',
    '{"compilerOptions":{}}',
    'type-escape',
  ],
  ['eslintignore', '.eslintignore', 'dist\n', 'dist\nsrc/cart.ts\n', 'lint-disabled'],
  [
    'eslintrc',
    '.eslintrc.json',
    '{"rules":{"no-console":"error"}}',
    '{"rules":{"no-console":"warn"}}',
    'lint-disabled',
  ],
  ['eslintrc yml', '.eslintrc.yml', 'rules:\n  no-console: error\n', 'rules:\n  no-console: off\n', 'lint-disabled'],
  [
    'eslint cfg new off',
    'eslint.config.js',
    'export default [js.configs.recommended];',
    "export default [js.configs.recommended, { rules: { 'no-unused-vars': 'off' } }];",
    'lint-disabled',
  ],
  [
    'gitlab',
    '.gitlab-ci.yml',
    'test:\n  script:\n    - npm test\n    - npm run lint\n',
    'test:\n  script:\n    - npm test\n  allow_failure: true\n',
    'ci-weakened',
  ],
  [
    'circle',
    '.circleci/config.yml',
    'jobs:\n  build:\n    steps:\n      - run: npm test\n',
    'jobs:\n  build:\n    steps:\n      - run: npm test || echo ok\n',
    'ci-weakened',
  ],
  [
    'gh trigger',
    '.github/workflows/a.yml',
    'on: [push, pull_request]\njobs:\n  a:\n    steps:\n      - run: npm test\n',
    'on: [workflow_dispatch]\njobs:\n  a:\n    steps:\n      - run: npm test\n',
    'ci-weakened',
  ],
  [
    'gh if job',
    '.github/workflows/a.yml',
    'on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: npm test\n',
    'on: push\njobs:\n  a:\n    if: false\n    runs-on: x\n    steps:\n      - run: npm test\n',
    'ci-weakened',
  ],
  [
    'gh matrix',
    '.github/workflows/a.yml',
    'on: push\njobs:\n  a:\n    steps:\n      - run: npx vitest run\n',
    'on: push\njobs:\n  a:\n    steps:\n      - run: npx vitest run src/ok\n',
    'ci-weakened',
  ],
  ['husky', '.husky/pre-commit', 'npm test\nnpx lint-staged\n', 'npx lint-staged\n', 'ci-weakened'],
  ['script lint gone', 'package.json', '{"scripts":{"lint":"eslint ."}}', '{"scripts":{}}', 'lint-disabled'],
  [
    'script lint echo',
    'package.json',
    '{"scripts":{"lint":"eslint ."}}',
    '{"scripts":{"lint":"echo skipped"}}',
    'lint-disabled',
  ],
  [
    'script mocha narrowed',
    'package.json',
    '{"scripts":{"test":"mocha test/**/*.ts"}}',
    '{"scripts":{"test":"mocha test/unit/*.ts"}}',
    'test-command-changed',
  ],
  [
    'script mocha grep',
    'package.json',
    '{"scripts":{"test":"mocha"}}',
    '{"scripts":{"test":"mocha --grep fast --invert"}}',
    'test-command-changed',
  ],
  [
    'script pass',
    'package.json',
    '{"scripts":{"test":"jest"}}',
    '{"scripts":{"test":"jest --passWithNoTests"}}',
    'test-command-changed',
  ],
  [
    'script silent',
    'package.json',
    '{"scripts":{"test":"jest"}}',
    '{"scripts":{"test":"jest 2>/dev/null; true"}}',
    'test-command-changed',
  ],
  [
    'pretest gone',
    'package.json',
    '{"scripts":{"pretest":"npm run lint","test":"jest"}}',
    '{"scripts":{"test":"jest"}}',
    'test-command-changed',
  ],
  [
    'codecov',
    'codecov.yml',
    'coverage:\n  status:\n    project:\n      default:\n        target: 90%\n',
    'coverage:\n  status:\n    project:\n      default:\n        target: 50%\n',
    'threshold-lowered',
  ],
  [
    'allSettled',
    'src/a.ts',
    'export async function f(x: Promise<void>[]) { await Promise.all(x); }',
    'export async function f(x: Promise<void>[]) { await Promise.allSettled(x); }',
    'error-swallowed',
  ],
  [
    'exit',
    'src/a.ts',
    'function main() { if (bad()) process.exit(1); }',
    'function main() { if (bad()) process.exit(0); }',
    'error-swallowed',
  ],
  [
    'catch console',
    'src/a.ts',
    'export async function f() { await g(); }',
    'export async function f() { await g().catch(console.error); }',
    'error-swallowed',
  ],
  [
    'rethrow gone',
    'src/a.ts',
    'export function f() { try { g(); } catch (e) { log(e); throw e; } }',
    'export function f() { try { g(); } catch (e) { log(e); } }',
    'error-swallowed',
  ],
  [
    '?? default',
    'src/a.ts',
    'export function f(m: Map<string, number>) { const v = m.get("a"); if (v === undefined) throw new Error("none"); return v; }',
    'export function f(m: Map<string, number>) { const v = m.get("a") ?? 0; return v; }',
    'error-swallowed',
  ],
  ['unhandled', 'src/a.ts', 'start();', 'process.on("unhandledRejection", () => {}); start();', 'error-swallowed'],
  [
    'return type any',
    'src/a.ts',
    'export function f(a: string): number { return a.length; }',
    'export function f(a: string): any { return a.length; }',
    'type-escape',
  ],
  ['ts-expect-error', 'src/a.ts', 'f(1);', '// @ts-expect-error\nf(1);', 'type-escape'],
  ['biome-ignore', 'src/a.ts', 'f(1);', '// biome-ignore lint: x\nf(1);', 'lint-disabled'],
  [
    'jest.mock subject',
    'a.test.js',
    "const { add } = require('./add');\ntest('a', () => { expect(add(1, 2)).toBe(3); });",
    "jest.mock('./add', () => ({ add: () => 3 }));\nconst { add } = require('./add');\ntest('a', () => { expect(add(1, 2)).toBe(3); });",
    'subject-mocked',
  ],
  [
    'spy subject',
    'a.test.js',
    "const { Cart } = require('./cart');\ntest('a', () => { const c = new Cart(); expect(c.total()).toBe(3); });",
    "const { Cart } = require('./cart');\ntest('a', () => { const c = new Cart(); jest.spyOn(c, 'total').mockReturnValue(3); expect(c.total()).toBe(3); });",
    'subject-mocked',
  ],
  [
    'supertest',
    'a.test.js',
    "test('a', async () => { await request(app).get('/').expect(200).expect('ok'); });",
    "test('a', async () => { await request(app).get('/').expect(200); });",
    'test-loosened',
  ],
  [
    'supertest that calls back',
    'a.test.js',
    "test('a', (done) => { request(app).get('/').expect(200).expect('ok', done); });",
    "test('a', (done) => { request(app).get('/').expect(200, done); });",
    'test-loosened',
  ],
  [
    'env mode',
    'src/a.ts',
    'export const wait = () => sleep(100);',
    'export const wait = () => process.env.JEST_WORKER_ID ? undefined : sleep(100);',
    'test-environment',
  ],
  [
    'typeof vi',
    'src/a.ts',
    'export const wait = () => sleep(100);',
    "export const wait = () => typeof vi !== 'undefined' ? 1 : sleep(100);",
    'test-environment',
  ],
  [
    'argv',
    'src/a.ts',
    'export const wait = () => sleep(100);',
    "export const wait = () => process.argv.some((a) => a.includes('vitest')) ? 1 : sleep(100);",
    'test-environment',
  ],
  [
    'directives unused',
    'eslint.config.js',
    "export default [{ linterOptions: { reportUnusedDisableDirectives: 'error' } }];",
    "export default [{ linterOptions: { reportUnusedDisableDirectives: 'off' } }];",
    'lint-disabled',
  ],
  [
    'a bound worked out',
    'a.test.ts',
    "it('a', () => { expect(size('x')).toBeLessThan(1024); });",
    "it('a', () => { expect(size('x')).toBeLessThan(1024 * 1024); });",
    'test-loosened',
  ],
  [
    'a failure that looks like an answer',
    'src/a.ts',
    'export const a = 1;',
    'export const a = 1;\nexport const list = () => load().catch(() => []);',
    'error-swallowed',
  ],
  [
    'a throw that became a default',
    'src/b.ts',
    'export function f(a?: number) { if (a === undefined) throw new Error("none"); return a; }',
    'export function f(a?: number) { if (a === undefined) return 0; return a; }',
    'error-swallowed',
  ],
];

describe('one file that asks less', () => {
  it.each(CASES)('%s', async (_, path, before, after, label) => {
    expect((await judge({ [path]: before }, { [path]: after })).labels).toEqual(label === '' ? [] : [label]);
    // To ask for it again is nothing to tell.
    if (label !== '') expect((await judge({ [path]: after }, { [path]: before })).labels).toEqual([]);
  });
});

describe('an expression', () => {
  const asks = (subject: string): string =>
    `it('a', () => {\n  const d = a + b;\n  expect(f(${subject})).toBe(7);\n});`;
  const change = async (from: string, to: string): Promise<readonly string[]> => {
    const base = { 'a.test.ts': asks(from), 'src/a.ts': 'export const a = 1;' };
    return (await judge(base, { 'a.test.ts': asks(to), 'src/a.ts': 'export const a = 2;' })).labels;
  };
  it.each([
    ['(a + b) * c', 'd * c'],
    ['10 * 2', '20'],
    ["'a' + 'b'", "'ab'"],
    ['a', '(a)'],
    ['{ x: 1, y: 2 }', '{ y: 2, x: 1, }'],
  ])('that means the same reads the same: %s, %s', async (from, to) => {
    expect(await change(from, to)).toEqual([]);
  });
  it.each([
    ['1', '2'],
    ['"a"', '"b"'],
    ['[1, 2]', '[1, 3]'],
  ])('that means something else does not: %s, %s', async (from, to) => {
    expect(await change(from, to)).toEqual(['expectation-changed']);
  });
});
