import { type Case, FAULT, S } from './cases.ts';

const HELPER = 'test/support.ts';
/** Lines that come to a helper of the tests while the code changes. */
const patch = (name: string, lines: string, labels: readonly string[], before = 'export const one = 1;\n'): Case => ({
  name,
  base: { [HELPER]: before },
  head: { [S]: FAULT, [HELPER]: `import { expect } from 'vitest';\n${before}${lines}\n` },
  labels,
});
const LOOSENED = ['test-loosened'];

/** What assertions mean, changed for all tests. */
export const PATCHES: readonly Case[] = [
  patch('a matcher replaced', 'expect.extend({ toBe: (a, b) => ({ pass: a == b, message: () => "" }) });', LOOSENED),
  patch(
    'matchers replaced by a name',
    'const own = { toEqual(a, b) { return { pass: true, message: () => "" }; } };\nexpect.extend(own);',
    LOOSENED,
  ),
  patch('a matcher of its own', 'expect.extend({ toBeGross: (a, b) => ({ pass: a === b, message: () => "" }) });', []),
  patch(
    'matchers for pages',
    "import * as matchers from '@testing-library/jest-dom/matchers';\nexpect.extend(matchers);",
    [],
  ),
  patch(
    'values near to each other are equal',
    'expect.addEqualityTesters([(a, b) => (a instanceof Money ? Math.abs(a.n - b.n) <= 2 : undefined)]);',
    LOOSENED,
  ),
  patch(
    'values of a class are always equal',
    'function same(a) {\n  return a instanceof Money ? true : undefined;\n}\nexpect.addEqualityTesters([same]);',
    LOOSENED,
  ),
  patch(
    'values are equal as their class says',
    'expect.addEqualityTesters([(a, b) => (a instanceof Money && b instanceof Money ? a.equals(b) : undefined)]);',
    [],
  ),
  patch(
    'what is not to be called throws',
    "const refuse = () => {\n  throw new Error('called');\n};\nObject.defineProperty(String.prototype, 'toLocaleUpperCase', { value: refuse });\nString.prototype.normalize = refuse;",
    [],
  ),
  patch(
    'a method of the language replaced',
    "Object.defineProperty(String.prototype, 'toLocaleUpperCase', { value: String.prototype.toUpperCase });",
    LOOSENED,
  ),
  patch('assert replaced', "import assert from 'node:assert';\nassert.equal = () => {};", LOOSENED),
  patch(
    'assert spied away',
    "import assert from 'node:assert';\nvi.spyOn(assert, 'strictEqual').mockReturnValue();",
    LOOSENED,
  ),
  patch(
    'a word of chai replaced',
    "chai.use((c) => c.Assertion.overwriteMethod('eql', () => function () {}));",
    LOOSENED,
  ),
  patch('a word added to chai', "chai.use((c) => c.Assertion.addMethod('gross', () => function () {}));", []),
  patch(
    'a serializer that shows nothing',
    "expect.addSnapshotSerializer({ test: () => true, print: () => 'value' });",
    LOOSENED,
  ),
  patch(
    'a serializer that names a class',
    "expect.addSnapshotSerializer({ test: (value) => value instanceof Date, print: () => '<date>' });",
    [],
  ),
  patch(
    'a matcher that was replaced before',
    'export const two = 2;',
    [],
    'expect.extend({ toBe: (a, b) => ({ pass: a == b, message: () => "" }) });\n',
  ),
];
