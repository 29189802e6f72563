import { join, relative } from 'node:path';
import { repoPath } from '../../base/index.ts';
import { readWritten } from '../../sandbox/index.ts';
import { envFrom, namedBy, wordsAfter } from './script.ts';
import type { Related, Runner, TestCase, TestReport } from './types.ts';
import { firstLines } from './vitest.ts';

/**
 * A reporter for `node --test`, one JSON line an event, as a data URL so that nothing has to be written into the tree.
 */
const REPORTER = `data:text/javascript,${encodeURIComponent(`
import { resolve } from 'node:path';
// What was thrown may be anything, and have no text.
const told = (error) => { try { return String(error.message ?? error); } catch { return 'failed'; } };
export default async function* (source) {
  for await (const { type, data } of source) {
    const isFile = type === 'test:dequeue' && data.nesting === 0 && resolve(data.name) === data.file;
    if (isFile || (type === 'test:summary' && data.file)) yield JSON.stringify({ type, file: data.file }) + '\\n';
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    const error = data.details?.error?.cause ?? data.details?.error;
    yield JSON.stringify({ type, name: data.name, file: data.file, nesting: data.nesting, kind: data.details?.type,
      skip: data.skip !== undefined || data.todo !== undefined, message: error && told(error) }) + '\\n';
  }
}`)}`;

/**
 * Loaded before each test file. The runner gives its processes a pipe as standard input that it never writes to nor ends, so that
 * a test that reads it would wait until the time is up.
 */
const NO_INPUT = `--import=data:text/javascript,${encodeURIComponent(`
import { closeSync, openSync } from 'node:fs';
import { devNull } from 'node:os';
import { isMainThread } from 'node:worker_threads';
if (process.env.NODE_TEST_CONTEXT && isMainThread) {
  closeSync(0);
  // The lowest number that is free.
  openSync(devNull, 'r');
}`)}`;

/** The name of a test file as a case of its own. */
const FILE = '(test file)';

/** Largest test file that is looked into, bytes. */
const SOURCE_BYTES = 4 * 1024 * 1024;

interface Line {
  /** `test:dequeue` where a file is begun, `test:summary` where its tests came to their end. */
  readonly type: 'test:pass' | 'test:fail' | 'test:dequeue' | 'test:summary';
  readonly name: string;
  readonly file?: string;
  readonly kind?: string;
  readonly skip: boolean;
  readonly message?: string;
}

/** Flags of a `node … --test …` script that decide how test files are loaded; patterns and reporters are ours. */
export function loaderFlags(script: string): string[] {
  const words = script.split(/\s+/);
  const start = words.findIndex((word) => /(?:^|\/)node$/.test(word));
  const flags: string[] = [];
  for (let i = start + 1; start >= 0 && i < words.length; i++) {
    const word = words[i]!.replace(/^["']|["']$/g, '');
    if (/^(?:&&|\|\||;)$/.test(word)) break;
    if (
      /^(?:--import|--loader|--experimental-loader|--require|-r|--conditions|-C|--env-file(?:-if-exists)?)$/.test(word)
    )
      flags.push(word, words[++i] ?? '');
    else if (/^--(?:import|loader|experimental-|require|conditions|no-experimental|env-file)/.test(word))
      flags.push(word);
  }
  return flags;
}

/** Flags whose value is the next word, so that it is not taken for a pattern of test files. */
export const VALUED = [
  '--import',
  '--loader',
  '--experimental-loader',
  '--require',
  '-r',
  '--conditions',
  '-C',
  '--env-file',
  '--env-file-if-exists',
];

export function nodeTest(
  folder: string,
  script: string,
  related: Related,
  /** What starts it in the script. */
  program: 'node' | 'borp' = 'node',
): Runner {
  const words = wordsAfter(script, program, VALUED);
  return {
    name: 'node:test',
    folder,
    env: envFrom(script, program),
    command: (bench, report, changed) => {
      const files = changed ? related(changed, bench) : undefined;
      if (files?.length === 0) return undefined;
      return [
        process.execPath,
        NO_INPUT,
        ...loaderFlags(script),
        '--test',
        `--test-reporter=${REPORTER}`,
        `--test-reporter-destination=${report}`,
        ...(files ? namedBy(words, folder, files).map((path) => `${bench}/${asPattern(path)}`) : words),
      ];
    },
    read: readEvents,
  };
}

/** The runner takes a path for a pattern, and knows no way to write a sign of patterns as itself. */
const asPattern = (path: string): string => path.replace(/[[\]{}*?]/g, '?');

function readEvents(text: string, bench: string): TestReport | undefined {
  const cases: TestCase[] = [];
  const open = new Set<string>();
  for (const line of text.split('\n')) {
    if (line === '') continue;
    let event: Line;
    try {
      event = JSON.parse(line) as Line;
    } catch {
      return undefined;
    }
    if (event.type === 'test:dequeue') open.add(event.file ?? '');
    if (event.type === 'test:summary') open.delete(event.file ?? '');
    if (event.type === 'test:dequeue' || event.type === 'test:summary') continue;
    // A suite passes and fails with its tests.
    if (event.kind === 'suite') continue;
    const status = event.skip ? 'skipped' : event.type === 'test:pass' ? 'passed' : 'failed';
    cases.push({
      name: event.name === event.file ? FILE : event.name,
      path: event.file ? relative(bench, event.file) : '',
      status,
      ...(status === 'failed' && event.message ? { message: firstLines(event.message) } : {}),
    });
  }
  // A process that ends with status 0 before its tests do takes them with it, and the runner says that the file passed.
  for (const file of open) {
    const path = relative(bench, file);
    const own = cases.filter((one) => one.path === path);
    if (own.some(({ status }) => status === 'failed')) continue;
    // A script without tests is a test itself.
    const whole = own.find(({ name }) => name === FILE);
    if (whole && !usesRunner(bench, path)) continue;
    if (whole) cases.splice(cases.indexOf(whole), 1);
    cases.push({ name: FILE, path, status: 'failed', message: 'it ended before its tests did, with status 0' });
  }
  return { cases };
}

/** Whether a test file has tests of Node's runner, or is gone; what runs can name any file as one, outside of the copy as well. */
function usesRunner(bench: string, path: string): boolean {
  const text = repoPath(path) === undefined ? undefined : readWritten(join(bench, path), SOURCE_BYTES);
  return text === undefined || (/\bnode:test\b/.test(text) && /\b(?:test|it|describe|suite)\b[\w.]*\(/.test(text));
}
