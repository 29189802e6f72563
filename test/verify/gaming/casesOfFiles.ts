import { BASE, type Case, FAULT, S, T } from './cases.ts';

const moved = (name: string, to: string, labels: readonly string[], base: Case['base'] = {}, isNamed = true): Case => ({
  name,
  base,
  head: { [S]: FAULT, [T]: null, [to]: BASE[T]! },
  ...(isNamed ? { moved: { [to]: T } } : {}),
  labels,
});
const DELETED = ['test-deleted'];
const config = (text: string): Case['base'] => ({ 'vitest.config.ts': `export default ${text};\n` });

/** Files of tests under another name. */
export const FILES: readonly Case[] = [
  moved('another suffix, which the pattern does not take', 'test/price.tests.ts', DELETED),
  moved('another suffix, made anew', 'test/price.tests.ts', DELETED, {}, false),
  moved('another suffix where no pattern is written down', 'test/price.tests.ts', DELETED, config('{}')),
  moved(
    'another suffix that a pattern takes as well',
    'test/price.tests.ts',
    [],
    config("{ test: { include: ['test/**/*.{test,tests}.ts'] } }"),
  ),
  moved('another name that the pattern takes', 'test/prices.test.ts', []),
  moved('another suffix of those that runners take', 'test/price.spec.ts', [], config('{}')),
  moved(
    'another suffix, where coverage leaves out the one before',
    'test/price.spec.ts',
    [],
    config("{ test: { coverage: { exclude: ['**/*.test.ts'] } } }"),
  ),
  moved('a suffix that jest is told not of', 'test/price.check.ts', DELETED, {
    ...config('{}'),
    'package.json': '{ "jest": { "testMatch": ["**/?(*.)+(spec|test).[jt]s?(x)"] } }\n',
  }),
];
