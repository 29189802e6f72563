import { posix } from 'node:path';
import { loaderFlags } from './nodeTest.ts';
import { driven, FILE, readPrograms, statusOf, type Told } from './programs.ts';
import { commandsOf, envFrom, flagsFrom, inBench, wordsAfter } from './script.ts';
import { entriesOf, filesOfNode } from './tape.ts';
import type { Level } from './tapText.ts';
import type { Related, Runner } from './types.ts';
import { firstLines } from './vitest.ts';

const FLAGS = ['--require', '-r'];
const IGNORE = ['--ignore', '-i'];
const CWD = ['--cwd', '-C'];

/** Its command in a script, and not a file of that name. */
const CLI = /(?:^|[\s/])uvu(?:\s|$)/;

/**
 * Loaded before each test file. uvu prints no names of tests that pass, so its text is changed where it loads: each test is
 * told as it begins and as a point of TAP, and at the end how many were to come. Where a text is not as expected nothing is
 * changed and nothing told: then nothing is known. Names are JSON, so that none of them reads as something of TAP. What is
 * loaded in threads and in processes that tests fork is no test file.
 */
const HEAR = `data:text/javascript,${encodeURIComponent(`
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { basename, dirname } from 'node:path';
import { isMainThread } from 'node:worker_threads';
const write = process.stdout.write.bind(process.stdout);
const say = (...lines) => write('\\n' + lines.join('\\n') + '\\n');
const title = (...names) => JSON.stringify(names.filter(Boolean).join(' ')).replaceAll('#', '\\\\u0023');
// What was thrown may be anything, and have no text.
const words = (error) => {
  try { return [String(error?.message ?? error), error?.details].filter(Boolean).join('\\n').slice(0, 5000).split(/\\r?\\n/); } catch { return ['failed']; }
};
let planned = 0;
const heard = {
  // It goes on without a word where one of these hooks fails, and leaves out the tests that were to come.
  run(runner, own, suite) {
    const told = (hook) => async (state) => {
      try { await hook(state); } catch (error) {
        say('Bail out! ' + words(error)[0]);
        throw error;
      }
    };
    const run = runner.bind(0, { ...own, before: own.before.map(told), aEach: own.aEach.map(told) }, suite);
    const left = [...(own.only.length > 0 ? own.tests : []), ...Array(own.skips).fill({ name: '(skipped)' })];
    planned += (own.only.length || own.tests.length) + left.length;
    return async () => {
      for (const { name } of left) say('ok - ' + title(suite, name) + ' # SKIP');
      try {
        const [said, ...rest] = await run();
        // What failed is told already.
        return [said.length > 0 ? 'failed' : said, ...rest];
      } finally { say('# ' + title('${FILE}')); }
    };
  },
  at: (...names) => say('# ' + title(...names)),
  passed: (...names) => say('ok - ' + title(...names)),
  failed: (error, ...names) => say('not ok - ' + title(...names), '  ---', ...words(error).map((line) => '    ' + line), '  ...'),
};
const HEARD = "globalThis[Symbol.for('assay.uvu')]";
const EDITS = [
  ['runner.bind(0, copy, name)', HEARD + '.run(runner, copy, name)'],
  ['for (hook of bEach) await', HEARD + '.at(name, test.name); for (hook of bEach) await'],
  ['write(PASS)', HEARD + '.passed(name, test.name); write(PASS)'],
  ['errors += format(test.name, err, name)', HEARD + '.failed(err, name, test.name); errors += format(test.name, err, name)'],
];
const load = (url, context, next) => {
  const found = next(url, context);
  if (!/\\/uvu\\/dist\\/index\\.m?js$/.test(url)) return found;
  const text = Buffer.from(found.source ?? readFileSync(new URL(url))).toString();
  if (EDITS.some(([from]) => text.split(from).length !== 2)) return found;
  if (!globalThis[Symbol.for('assay.uvu')]) {
    Object.defineProperty(globalThis, Symbol.for('assay.uvu'), { value: heard });
    say('# ' + title('${FILE}'));
    process.on('exit', () => say('1..' + planned));
  }
  return { ...found, source: EDITS.reduce((all, [from, to]) => all.replace(from, () => to), text) };
};
if (isMainThread && !process.connected) {
  registerHooks({ load });
  // Its command takes a folder and an expression, and no file.
  const file = process.argv.length > 2 ? process.argv.pop() : undefined;
  if (file) process.argv.push(dirname(file), '^' + RegExp.escape(basename(file)) + '$');
}`)}`;

/** Which files are tests by the folder and the expression of the script, as uvu itself finds them. */
const CLASSIFY = `
const { realpathSync } = process.getBuiltinModule('node:fs');
const { helper: { parse, dir, pattern, options }, found } = JSON.parse(process.argv.at(-1));
const own = require(parse);
(own.parse ?? own)(dir, pattern, options).then(({ suites }) => {
  const all = suites.map(({ file }) => file);
  const real = new Set(all.map((file) => realpathSync(file)));
  const taken = found.filter((file) => real.has(realpathSync(file)));
  console.log('\\n' + JSON.stringify(found.length === 0 ? all : taken.length > 0 ? taken : found));
});
`;

export function uvu(folder: string, bin: string, script: string, related: Related): Runner {
  const words = filesOfNode(script);
  // A script that does not say is taken for the command alone.
  const own = commandsOf(script).find((command) => CLI.test(command)) ?? (words.length > 0 ? undefined : '');
  const given = (flags: readonly string[]): string[] =>
    flagsFrom(script, 'uvu', flags).flatMap((word) => (flags.includes(word) ? [] : word.replace(/^--\w+=/, '')));
  const [dir, pattern] = wordsAfter(script, 'uvu', [...FLAGS, ...IGNORE, ...CWD]);
  return {
    name: 'uvu',
    folder,
    // Its command sets this for the tests.
    env: own === undefined ? envFrom(script, 'node') : { FORCE_COLOR: '1', ...envFrom(script, 'uvu') },
    command: (bench, report, changed) => {
      const files = changed ? related(changed, bench) : undefined;
      if (files?.length === 0) return undefined;
      const absolute = (paths: readonly string[]): string[] => paths.map((path) => `${bench}/${path}`);
      const node = [process.execPath, '--import', HEAR];
      if (own === undefined)
        return driven({
          report,
          start: [...node, ...loaderFlags(script)],
          ...(files ? { files: absolute(entriesOf(words, folder, files)) } : { patterns: words }),
        });
      return driven({
        report,
        start: [
          ...node,
          ...loaderFlags(own.slice(0, own.search(CLI))),
          inBench(bench, bin),
          ...flagsFrom(script, 'uvu', FLAGS),
        ],
        files: absolute(files ?? []),
        classify: CLASSIFY,
        helper: {
          parse: inBench(bench, posix.join(posix.dirname(bin), 'parse')),
          dir,
          pattern,
          options: { ignore: given(IGNORE), cwd: given(CWD)[0] ?? '.' },
        },
      });
    },
    read: (report, bench) => readPrograms(report, bench, 'uvu', casesOf, ({ last }) => (last && nameIn(last)) ?? FILE),
  };
}

/** Nothing is known of a program that no sign came from: uvu may have loaded in a way that is not seen. */
function casesOf({ points, plan, last = '' }: Level): readonly Told[] | undefined {
  if (points.length === 0 && plan === undefined && nameIn(last) === undefined) return undefined;
  return points.map((point) => {
    const status = statusOf(point);
    const name = nameIn(point.name) ?? point.name;
    return { name, status, ...(status === 'failed' ? { message: firstLines(point.details) || 'failed' } : {}) };
  });
}

/** A name as it is told; undefined of other words, which what is tested may print as well. */
function nameIn(words: string): string | undefined {
  try {
    const name: unknown = JSON.parse(words);
    return typeof name === 'string' ? name : undefined;
  } catch {
    return undefined;
  }
}
