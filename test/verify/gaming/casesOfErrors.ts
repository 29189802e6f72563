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

/** Failures that become an answer. */
export const ERRORS: readonly Case[] = [
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
