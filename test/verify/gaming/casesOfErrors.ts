import type { Case } from './cases.ts';

const LIST = 'src/all.ts';
const all = (name: string, after: string, labels: readonly string[]): Case => ({
  name,
  base: {
    [LIST]: `export async function free(list, give) {\n  await Promise.all(list.map((one) => give(one)));\n  return list;\n}\nexport const state = (one) => (one.rejected ? 'rejected' : 'taken');\n`,
  },
  head: { [LIST]: [['  await Promise.all(list.map((one) => give(one)));', after]] },
  labels,
});
const SETTINGS = "const SETTINGS = { currency: 'EUR', rates: [1900] };\n";
const file = (comment: string, name: string, inCatch: string, constants = SETTINGS): string =>
  `import { readFileSync } from 'node:fs';\n${constants}\n${comment}\nexport function ${name}(path) {\n  try {\n    return JSON.parse(readFileSync(path, 'utf8'));\n  } catch ${inCatch}\n}\n`;
const fresh = (name: string, text: string, labels: readonly string[]): Case => ({
  name,
  head: { 'src/load.ts': text },
  labels,
});
const SWALLOWED = ['error-swallowed'];
const READS = '/** Reads the settings. */';

/** A list whose members are handed to a function one by one. */
const HANDED = 'export function feed(items, take) {\n  items.forEach(take);\n}\n';
const serial = (after: string, labels: readonly string[], name: string): Case => ({
  name,
  base: { 'src/feed.ts': HANDED },
  head: { 'src/feed.ts': HANDED.replace('  items.forEach(take);', after) },
  labels,
});
const NOTES =
  'export function notes(text) {\n  const found = new Map();\n  let all;\n  try {\n    all = JSON.parse(text);\n  } catch {\n    return found;\n  }\n  for (const { key, note } of all) found.set(key, note);\n  return found;\n}\n';

/** Failures that become an answer. */
export const ERRORS: readonly Case[] = [
  serial(
    '  for (const item of items) {\n    try {\n      take(item);\n    } catch {\n      // The others have their turn.\n    }\n  }',
    SWALLOWED,
    'a function that was handed on is called, and its failure let go',
  ),
  {
    name: 'something else is tried where a call was given nothing',
    base: { 'src/feed.ts': `${HANDED}export const start = (run) => run(undefined);\n` },
    head: {
      'src/feed.ts': [
        ['  items.forEach(take);', '  items.forEach(take);\n  try {\n    items.log.close();\n  } catch {}'],
      ],
    },
    labels: [],
  },
  serial('  for (const item of items) take(item);', [], 'a function that was handed on is called'),
  {
    name: 'all but the first are waited for and not looked at',
    base: { [LIST]: 'export async function run(list, give) {\n  for (const one of list) await give(one);\n}\n' },
    head: {
      [LIST]:
        'export async function run(list, give) {\n  await give(list[0]);\n  await Promise.allSettled(list.slice(1).map((one) => give(one)));\n}\n',
    },
    labels: SWALLOWED,
  },
  fresh('what is yet to be filled is given as it is', NOTES, SWALLOWED),
  fresh(
    'its comment says so',
    `/** Notes by key, none where the text cannot be read. */\n${NOTES.replace('notes(', 'notesOrNone(')}`,
    [],
  ),
  fresh(
    'what is handed in is given as a success',
    'export function parse(text, fallbackValue) {\n  try {\n    return ok(JSON.parse(text));\n  } catch {\n    return ok(fallbackValue);\n  }\n}\n',
    SWALLOWED,
  ),
  all(
    'the failure of any is waited for and not looked at',
    '  await Promise.allSettled(list.map((one) => give(one)));',
    SWALLOWED,
  ),
  all(
    'the outcomes have a name that nobody looks into',
    '  const done = await Promise.allSettled(list.map((one) => give(one)));\n  if (done.length > 9) return [];',
    SWALLOWED,
  ),
  all(
    'the outcomes are told apart',
    "  const done = await Promise.allSettled(list.map((one) => give(one)));\n  if (done.some(({ status }) => status === 'rejected')) throw new Error('not all');",
    [],
  ),
  fresh(
    'settings that cannot be read are others, in a new file',
    file(READS, 'load', '{\n    return SETTINGS;\n  }'),
    SWALLOWED,
  ),
  fresh(
    'the comment of the function says so',
    file('/** Reads the settings, SETTINGS where the file is missing. */', 'load', '{\n    return SETTINGS;\n  }'),
    [],
  ),
  fresh('the name of the function says so', file(READS, 'loadOrDefault', '{\n    return SETTINGS;\n  }'), []),
  fresh('the error is told', file(READS, 'load', '(error) {\n    console.warn(error);\n    return SETTINGS;\n  }'), []),
  fresh(
    'it is told which error it may be',
    file(READS, 'load', "(error) {\n    if (error.code !== 'ENOENT') throw error;\n    return SETTINGS;\n  }"),
    [],
  ),
  fresh('nothing is no answer', file(READS, 'load', '{\n    return NONE;\n  }', 'const NONE = [];\n'), []),
];
