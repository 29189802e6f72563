import type { Case } from './cases.ts';

const SWALLOWED = ['error-swallowed'];
const FILE = 'src/queue.ts';
const ways = (name: string, before: string, after: string, labels: readonly string[]): Case => ({
  name,
  base: { [FILE]: before },
  head: { [FILE]: [[before, after]] },
  labels,
});
const part =
  (around: string) =>
  (name: string, before: string, after: string, labels: readonly string[]): Case =>
    ways(
      name,
      around.replace('§', () => before),
      around.replace('§', () => after),
      labels,
    );

const inSetter = part(
  'export class Queue {\n  set size(size) {\n    if (!(size >= 1)) {\n      §\n    }\n    this.many = size;\n  }\n}\n',
);
const inSwitch = part(
  "export function read(key, text) {\n  switch (key) {\n    case 'COUNT':\n      return Number(text);\n    default:\n      §\n  }\n}\n",
);
const inHandler = part(
  "export const all = (input) =>\n  new Promise((resolve, reject) => {\n    input.on('end', resolve);\n    input.on('error', (error) => {\n      §\n    });\n  });\n",
);
const inCatch = part(
  "export function parse(tool, text, old) {\n  try {\n    return tool.parse(text);\n  } catch (error) {\n    if (error.code === 'argument') tool.error(error.message);\n    §\n  }\n}\n",
);
const inList = part(
  'export function check(doc, nodes) {\n  for (const node of nodes) {\n    if (node.isLoose) {\n      §\n      break;\n    }\n  }\n}\n',
);
const inChoice = part(
  'export const join = (all, one) => (one.isErr() ? § : all.map((list) => [...list, one.value]));\n',
);
const inEnd = part(
  'export async function main(run) {\n  try {\n    await run();\n  } catch (error) {\n    process.stderr.write(String(error));\n    return process.exit(§);\n  }\n}\n',
);

const inParse = part(
  'export function parse(data, revive) {\n  try {\n    data.value = JSON.parse(data.value, revive);\n  } catch (error) {\n    §\n  }\n  return data;\n}\n',
);
const TOLD_OR_THROWN =
  'if (error instanceof Error) {\n      note(data, error.message);\n    } else {\n      throw error;\n    }';

/** Ways that refused and go on, each with one that refuses otherwise. */
export const REFUSALS: readonly Case[] = [
  inSetter('a throw made a default in a setter', "throw new TypeError('no size');", 'size = 1;', SWALLOWED),
  inSetter('a throw made a deletion', "throw new TypeError('no size');", 'delete this.many;', SWALLOWED),
  inSetter('a throw made a line of the log', "throw new TypeError('no size');", "console.warn('no size');", SWALLOWED),
  inSetter('a throw of other words', "throw new TypeError('no size');", "throw new RangeError('no such size');", []),
  inSetter('a throw made a call that may throw', "throw new TypeError('no size');", "refuse('no size');", []),
  inSwitch('what is unknown is passed over', "throw new Error('unknown key');", 'break;', SWALLOWED),
  inSwitch('what is unknown is nothing', "throw new Error('unknown key');", 'return null;', SWALLOWED),
  inSwitch(
    'what is unknown is read in some way, or put in its place',
    "throw new Error('unknown key');",
    'const date = new Date(text);\n      return Number.isNaN(+date) ? new Date() : date;',
    SWALLOWED,
  ),
  inSwitch(
    'what is unknown is read by what refuses it',
    "throw new Error('unknown key');",
    'const date = parseDate(text);\n      return date;',
    [],
  ),
  inSwitch('what is unknown has its own error', "throw new Error('unknown key');", 'throw new UnknownKey(key);', []),
  ways(
    'one more that is known is passed over',
    "export function read(key) {\n  switch (key) {\n    default:\n      throw new Error('unknown key');\n  }\n}\n",
    "export function read(key) {\n  switch (key) {\n    case 'X-NAME':\n      break;\n    default:\n      throw new Error('unknown key');\n  }\n}\n",
    [],
  ),
  inHandler('a listener that rejects no more', 'reject(error);', '', SWALLOWED),
  inHandler('a listener that rejects with more', 'reject(error);', 'reject(new Error("input", { cause: error }));', []),
  inCatch('what is no error of its own is given a value', 'throw error;', 'return old;', SWALLOWED),
  inCatch('what is no error of its own ends there', 'throw error;', '', SWALLOWED),
  inCatch(
    'what is no error of its own is thrown with its value',
    'throw error;',
    'error.text = text;\n    throw error;',
    [],
  ),
  inList('an error is noted no more', "doc.errors.push(new Error('loose'));", '', SWALLOWED),
  inList(
    'an error is a warning',
    "doc.errors.push(new Error('loose'));",
    "doc.warnings.push(new Error('loose'));",
    SWALLOWED,
  ),
  inList(
    'an error has a name before it is noted',
    "doc.errors.push(new Error('loose'));",
    "const loose = new Error('loose');\n      doc.errors.push(loose);",
    [],
  ),
  inChoice('a failure among results is left out', 'err(one.error)', 'all', SWALLOWED),
  inChoice('a failure among results is put with the others', 'err(one.error)', 'err([one.error])', []),
  inEnd('a failure ends with 0', '1', '0', SWALLOWED),
  inEnd('a failure ends with 0 where it has no number', '1', 'error.code > 1 ? 0 : 1', SWALLOWED),
  inEnd('a failure ends with its own number', '1', 'error.exitCode || 1', []),
  ways(
    'a stub is written',
    "export const half = (n) => {\n  throw new Error('TODO');\n};\n",
    'export const half = (n) => {\n  return Math.max(0, n / 2);\n};\n',
    [],
  ),
  inParse(
    'what a catch was not meant for is passed over',
    TOLD_OR_THROWN,
    'if (error instanceof SyntaxError) {\n      note(data, error.message);\n    }',
    SWALLOWED,
  ),
  inParse(
    'an early end for what a catch was not meant for',
    TOLD_OR_THROWN,
    'if (!(error instanceof SyntaxError)) return data;\n    note(data, error.message);',
    SWALLOWED,
  ),
  inParse(
    'more is noted, and nothing passed over',
    TOLD_OR_THROWN,
    'note(data, error instanceof Error ? error.message : String(error));',
    [],
  ),
  inParse(
    'what a catch was not meant for is thrown still, the other way round',
    TOLD_OR_THROWN,
    'if (!(error instanceof SyntaxError)) throw error;\n    note(data, error.message);',
    [],
  ),
  inParse('what was noted is asked for more', 'note(data, error);', 'if (error.code !== 3) note(data, error);', []),
];
