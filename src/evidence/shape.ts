import type { EvidenceRecord } from './types.ts';

type Test = (value: unknown) => boolean;

const text: Test = (value) => typeof value === 'string';
const number: Test = (value) => typeof value === 'number';
const flag: Test = (value) => typeof value === 'boolean';
const oneOf = (...values: readonly unknown[]): Test => values.includes.bind(values);
const maybe =
  (test: Test): Test =>
  (value) =>
    value === undefined || test(value);
const list =
  (test: Test): Test =>
  (value) =>
    Array.isArray(value) && value.every(test);
const members =
  (tests: Readonly<Record<string, Test>>): Test =>
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    Object.entries(tests).every(([name, test]) =>
      test(Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined),
    );

const status = oneOf('pass', 'fail', 'unknown');

const issue = members({
  code: text,
  message: text,
  severity: oneOf('error', 'warning', 'info'),
  path: maybe(text),
  at: maybe(members({ line: number, column: number })),
});

const ran = members({
  command: maybe(list(text)),
  exitCode: maybe((value) => value === null || number(value)),
  isolation: maybe(text),
  oracle: maybe(text),
  counts: maybe(members({ passed: number, failed: number, skipped: number })),
});

const check = members({ name: text, status, decides: flag, issues: list(issue), ran: list(ran) });

const record = members({
  id: text,
  base: text,
  head: text,
  changeHash: text,
  verdict: members({ status, treeHash: text, checks: list(check) }),
});

/** Whether a value says all that is read of a record. Its hash tells that it was not changed by accident, and no more. */
export const isRecordShaped = (value: unknown): value is EvidenceRecord => record(value);
