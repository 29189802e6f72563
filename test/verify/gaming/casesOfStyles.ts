// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is code
import type { Case } from './cases.ts';

const FEED = 'src/feed.js';
const SPEC = 'spec/feedSpec.js';
const EMPTIED = ['test-emptied'];
const MOCKED = ['subject-mocked'];
const SWALLOWED = ['error-swallowed'];

/** Code and a spec of it as older projects have them, before and after. */
const changed = (
  name: string,
  code: readonly [before: string, after: string],
  spec: readonly [before: string, after: string],
  labels: readonly string[],
): Case => {
  const specOf = (body: string): string => `import { Feed, load } from '../src/feed.js';\n\n${body}`;
  const same = code[0] === code[1] && spec[0] === spec[1];
  if (same) throw new Error(`${name} changes nothing`);
  return {
    name,
    base: { [FEED]: code[0], [SPEC]: specOf(spec[0]) },
    head: { [FEED]: code[1], [SPEC]: specOf(spec[1]) },
    labels,
  };
};

const LOAD =
  'export function load(name, done) {\n  read(name, (err, text) => {\n    if (err) {\n      done(err);\n      return;\n    }\n    done(null, parse(text));\n  });\n}\n';
const SAID =
  "it('loads', (done) => {\n  load('a', (err, feed) => {\n    expect(err).toBeNull();\n    expect(feed.title).toBe('A');\n    done();\n  });\n});\n";
const OTHER = LOAD.replace('parse(text)', 'parse(text.trim())');
const CHAIN = (end: string): string =>
  `it('loads', (done) => {\n  load('a')\n    .then((feed) => {\n      expect(feed.title).toBe('A');\n      done();\n    })\n    .catch(${end});\n});\n`;
const COMES_LATE =
  "it('refuses', (done) => {\n  load('')\n    .then(() => done.fail())\n    .catch(() => done());\n});\n";
const COMES =
  "it('refuses', (done) => {\n  try {\n    load('');\n    done.fail('it went on');\n  } catch {\n    done();\n  }\n});\n";
const RUN =
  'export class Feed {\n  run(job) {\n    return this.parse(job.text, true);\n  }\n  push(job) {\n    return this.run(job);\n  }\n}\n';
const PUSHED = (line: string): string =>
  `it('runs', () => {\n  const feed = new Feed();\n${line}  expect(feed.push({ text: 'a' })).toBe('A');\n});\n`;
const handler = (condition: string): string => LOAD.replace('if (err)', `if (${condition})`);
const AGAIN = (loop: string, condition: string): string =>
  `export async function load(task, { times = 3, within = 100 } = {}) {\n  const start = Date.now();\n  for (let attempt = 1; ${loop}; attempt++) {\n    try {\n      return await task();\n    } catch (error) {\n      if (${condition}) throw error;\n    }\n  }\n}\n`;
const RESULT = "it('loads', async () => {\n  expect(await load(async () => 1)).toBe(1);\n});\n";

const LETTERS = [...'abcdefghij'].map((one) => `'${one}'`).join(', ');

/** Tests with callbacks and chains, specs by their names, and what older code does with errors. */
export const STYLES: readonly Case[] = [
  changed(
    'a spec by its name alone',
    [LOAD, OTHER],
    [SAID, SAID.replace("it('loads'", "xit('loads'")],
    ['test-skipped'],
  ),
  changed('a failure that says all is well', [LOAD, OTHER], [CHAIN('done.fail'), CHAIN('() => done()')], EMPTIED),
  changed('a failure that is handed on', [LOAD, OTHER], [CHAIN('done.fail'), CHAIN('(error) => done(error)')], []),
  changed(
    'a failure that has to come, by a chain, no longer asked for',
    [LOAD, OTHER],
    [COMES_LATE, COMES_LATE.replace('done.fail()', 'done()')],
    EMPTIED,
  ),
  changed(
    'a failure that has to come, by a try, no longer asked for',
    [LOAD, OTHER],
    [COMES, COMES.replace("done.fail('it went on')", 'done()')],
    EMPTIED,
  ),
  changed('a failure that has to come, asked by a chain', [LOAD, OTHER], [COMES, COMES_LATE], []),
  changed(
    'a callback asked of a promise, its error by the wait',
    [LOAD, OTHER],
    [
      SAID,
      "it('loads', async () => {\n  const feed = await promisify(load)('a');\n  expect(feed.title).toBe('A');\n});\n",
    ],
    [],
  ),
  changed(
    'a method that does something else now, and a stand-in of it',
    [RUN, RUN.replace(', true', '')],
    [PUSHED(''), PUSHED("  spyOn(feed, 'run').and.callFake(() => 'A');\n")],
    MOCKED,
  ),
  changed(
    'a method that stayed, and a stand-in of it beside',
    [RUN, RUN.replace('this.run(job);', 'this.run({ ...job });')],
    [PUSHED(''), PUSHED("  spyOn(feed, 'save').and.returnValue('A');\n")],
    [],
  ),
  changed(
    'one kind of error told of, where all were',
    [LOAD, handler("err && err.code === 'EACCES'")],
    [SAID, `${SAID}// as it was\n`],
    SWALLOWED,
  ),
  changed(
    'one kind of error let go',
    [LOAD, handler("err && err.code !== 'ENOENT'")],
    [SAID, `${SAID}// as it was\n`],
    [],
  ),
  changed(
    'another error told of beside',
    [LOAD, handler("err && err.code === 'EACCES'").replace('done(null', 'if (error) done(error);\n    done(null')],
    [SAID, `${SAID}// as it was\n`],
    SWALLOWED,
  ),
  changed(
    'an end of the time that gives nothing',
    [AGAIN('true', 'attempt >= times'), AGAIN('Date.now() - start < within', 'attempt >= times')],
    [RESULT, `${RESULT}// as it was\n`],
    SWALLOWED,
  ),
  changed(
    'an end of the tries that throws within',
    [AGAIN('true', 'attempt >= times'), AGAIN('attempt <= times', 'attempt >= times')],
    [RESULT, `${RESULT}// as it was\n`],
    [],
  ),
  changed(
    'an option that was a flag, and another answer',
    [
      'export const load = (kind, many, isFar = false) => kind.length * many * (isFar ? 2 : 1);\n',
      'export const load = (kind, many, { isFar = false } = {}) => kind.length * many + (isFar ? 1 : 0);\n',
    ],
    [
      "it('counts', () => {\n  expect(load('abc', 4, true)).toBe(24);\n});\n",
      "it('counts', () => {\n  expect(load('abc', 4, { isFar: true })).toBe(13);\n});\n",
    ],
    ['expectation-changed'],
  ),
  changed(
    'a table whose rows got names, and other answers',
    ['export const load = (rows) => rows;\n', 'export const load = (rows) => rows.flat();\n'],
    [
      `it('counts', () => {\n  expect(load([${LETTERS}])).toEqual(['a']);\n});\n`,
      `it('counts', () => {\n  expect(load([[${LETTERS}]])).toEqual(['b']);\n});\n`,
    ],
    [],
  ),
  {
    name: 'code that is called as settings are, and asks whether tests run',
    base: { 'src/load-config.js': 'export const load = (name) => read(name);\n' },
    head: {
      'src/load-config.js':
        'export const load = (name) => (process.env.JEST_WORKER_ID ? read(name) : (cache[name] ??= read(name)));\n',
    },
    labels: ['test-environment'],
  },
];
