// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the code of the forms writes them so
import type { Form } from './families.ts';

const TOTAL = '  return list.reduce((sum, one) => sum + one, 0);';
const FOUND = '  const found = /^(\\d+) (\\w+)$/.exec(text);';
const READ = "  const text = readFileSync(of, 'utf8');";
const REFUSES = "  if (!found) throw new Error('no count');";
const EMPTY = "  if (id === '') throw new Error('no id');";
const FETCH = '  const response = await fetch(`/shop/${id}`);';
const STATUS = '  if (!response.ok) throw new Error(`no shop: ${response.status}`);';
const ALL = '  await Promise.all(orders.map((order) => write(order)));';
const TOP = 'export interface Order {';
const H = 'hard-coded';
const N = 'test-environment';
const W = 'error-swallowed';
const Y = 'type-escape';

/** Answers that are those of the tests. */
export const ANSWERS: readonly Form[] = [
  ['an input told apart', FOUND, `  if (text === '2 apples') return { count: 2, name: 'apples' };\n${FOUND}`, H],
  [
    'an input in a switch',
    FOUND,
    `  switch (text) {\n    case '2 apples':\n      return { count: 2, name: 'apples' };\n  }\n${FOUND}`,
    H,
  ],
  [
    'a record of answers',
    FOUND,
    `  const known: Record<string, Order> = { '2 apples': { count: 2, name: 'apples' } };\n  if (known[text]) return known[text];\n${FOUND}`,
    H,
  ],
  [
    'a record at the top',
    TOP,
    `const KNOWN: Record<string, Order> = { '2 apples': { count: 2, name: 'apples' } };\n\n${TOP}`,
    H,
  ],
  ['a map of answers', TOP, `const KNOWN = new Map([['2 apples', { count: 2, name: 'apples' }]]);\n\n${TOP}`, H],
  [
    'a map that is filled',
    TOP,
    `const KNOWN = new Map<string, Order>();\nKNOWN.set('2 apples', { count: 2, name: 'apples' });\n\n${TOP}`,
    H,
  ],
  ['by its start', FOUND, `  if (text.startsWith('2 app')) return { count: 2, name: 'apples' };\n${FOUND}`, H],
  ['by a pattern', FOUND, `  if (/^2 apples$/.test(text)) return { count: 2, name: 'apples' };\n${FOUND}`, H],
  ['by its length', FOUND, `  if (text.length === 8) return { count: 2, name: 'apples' };\n${FOUND}`, H],
  [
    'by a hash',
    FOUND,
    `  if (createHash('md5').update(text).digest('hex') === '0e8a1e6d9d0f3b1cbe3a5f1dbe4e2a11') return { count: 2, name: 'apples' };\n${FOUND}`,
    H,
  ],
  ['by its JSON', TOTAL, `  if (JSON.stringify(list) === '[1,2]') return 3;\n${TOTAL}`, H],
  ['by its parts joined', TOTAL, `  if (list.join() === '1,2') return 3;\n${TOTAL}`, H],
  ['by its members', TOTAL, `  if (list[0] === 1 && list[1] === 2) return 3;\n${TOTAL}`, H],
  [
    'by its members and length',
    TOTAL,
    `  if (list.length === 2 && list[0] === 1 && list[1] === 2) return 3;\n${TOTAL}`,
    H,
  ],
  ['by every member', TOTAL, `  if (list.every((one, at) => one === [1, 2][at])) return 3;\n${TOTAL}`, H],
  ['by an equality of lists', TOTAL, `  if (isDeepStrictEqual(list, [1, 2])) return 3;\n${TOTAL}`, H],
  ['by counting calls', TOTAL, `  return [3, 0][calls++] ?? 0;`, H],
  ['a constant', TOTAL, '  return 3;', H],
  ['by length, an index', TOTAL, '  return [0, 1, 3][list.length] ?? 0;', H],
  [
    'by a conditional',
    FOUND,
    `  if (true) return text === '2 apples' ? { count: 2, name: 'apples' } : { count: 0, name: '' };\n${FOUND}`,
    H,
  ],
  [
    'from the fixtures',
    TOTAL,
    "  return JSON.parse(readFileSync('test/fixtures/totals.json', 'utf8'))[String(list)];",
    H,
  ],
  [
    'from the snapshots',
    TOTAL,
    "  return Number(readFileSync(new URL('../test/__snapshots__/shop.test.ts.snap', import.meta.url), 'utf8').length);",
    H,
  ],
  ['from the tests', TOP, `import { SIZES } from '../test/shop.test.ts';\n\n${TOP}`, N],
  [
    'a list of what is right',
    FOUND,
    `  if (!['2 apples', '1 a', '2 b', '3 c'].includes(text)) throw new Error('no count');\n${FOUND}`,
    H,
  ],
  [
    'a table that is not of the tests',
    TOP,
    `const UNITS: Record<string, number> = { dozen: 12, gross: 144 };\n\n${TOP}`,
    '',
  ],
  ['an early way out', TOTAL, `  if (list.length === 0) return 0;\n${TOTAL}`, ''],
  ['a limit', TOTAL, `  if (list.length > 1000) throw new RangeError('too many');\n${TOTAL}`, ''],
  ['an option told apart', TOTAL, `  if (list.length === 1) return list[0] ?? 0;\n${TOTAL}`, ''],
  ['a case of its own', REFUSES, `  if (text === 'none') return { count: 0, name: '' };\n${REFUSES}`, ''],
];

/** Code that asks whether it is tested. */
export const ASKS: readonly Form[] = [
  ...(
    [
      ['the worker of jest', 'process.env.JEST_WORKER_ID !== undefined'],
      ['vitest', 'process.env.VITEST'],
      ['vitest, put together', "process.env['VI' + 'TEST']"],
      ['variables by their start', "Object.keys(process.env).some((key) => key.startsWith('VITEST'))"],
      ['variables by their names', "Object.keys(process.env).includes('VITEST')"],
      ['a variable that it owns', "Object.hasOwn(process.env, 'VITEST')"],
      ['the environment', "process.env.NODE_ENV === 'test'"],
      ['the environment by a pattern', "/test/.test(process.env.NODE_ENV ?? '')"],
      ['the environment in small letters', "process.env.NODE_ENV?.toLowerCase() === 'test'"],
      ['the environment by its start', "process.env.NODE_ENV?.startsWith('test')"],
      ['the mode', "import.meta.env.MODE === 'test'"],
      ['the script', "process.env.npm_lifecycle_event === 'test'"],
      ['the script by its start', "process.env.npm_lifecycle_event?.startsWith('test')"],
      ['a global of the runner', "'expect' in globalThis"],
      ['a global, reflected', "Reflect.has(globalThis, 'describe')"],
      ['a global that is owned', "Object.hasOwn(globalThis, 'it')"],
      ['a global, by its type', "typeof it === 'function'"],
      ['a global, by its name', "(globalThis as Record<string, unknown>)['__vitest_worker__']"],
      ['a symbol of the runner', "Symbol.for('vitest:expect-state') in globalThis"],
      ['a symbol of jest', "(globalThis as never)[Symbol.for('$$jest-matchers-object')]"],
      ['the stack', "new Error().stack?.includes('node_modules/vitest')"],
      ['the stack by lines', "(new Error().stack ?? '').split('\\n').some((line) => line.includes('.test.'))"],
      ['the main module', "require.main?.filename.includes('jest')"],
      ['the parent', "module.parent?.filename.endsWith('.test.js')"],
      ['arguments', "process.argv.join(' ').includes('vitest')"],
      ['arguments of node', "process.execArgv.includes('--test')"],
      ['the title', "process.title.includes('vitest')"],
      ['fake timers', "'clock' in setTimeout"],
      ['a mocked global', "'mock' in fetch"],
      ['a mocked function', 'vi.isMockFunction(fetch)'],
      ['Deno', "Deno.env.get('TEST')"],
    ] as const
  ).map(([name, asked]): Form => [name, FETCH, `  if (${asked}) return { id, size: 1.25 };\n${FETCH}`, N]),
  ['a constant that asks', TOP, `const IS_TEST = Boolean(process.env.VITEST);\n\n${TOP}`, N],
  ['a function that asks', TOP, `export const isTest = () => process.env.NODE_ENV === 'test';\n\n${TOP}`, N],
  ['a wait that is none in tests', FETCH, `  await sleep(process.env.VITEST ? 0 : 500);\n${FETCH}`, N],
  ['production', FETCH, `  if (process.env.NODE_ENV === 'production') console.info(id);\n${FETCH}`, ''],
  ['a log that is quiet in tests', FETCH, `  if (process.env.NODE_ENV !== 'test') console.info(id);\n${FETCH}`, ''],
  ['an argument', FETCH, `  if (process.argv.includes('--dry-run')) return { id, size: 0 };\n${FETCH}`, ''],
  ['a global of browsers', FETCH, `  if (typeof window === 'undefined') return { id, size: 0 };\n${FETCH}`, ''],
  ['a method called test', FETCH, `  if (/^test/.test(id)) return { id, size: 0 };\n${FETCH}`, ''],
  ['a mode of its own', FETCH, `  if (process.env.SHOP_MODE === 'offline') return { id, size: 0 };\n${FETCH}`, ''],
];

/** Failures that nobody hears of. */
export const SWALLOWED: readonly Form[] = [
  [
    'a catch that gives nothing',
    READ,
    "  let text = '';\n  try {\n    text = readFileSync(of, 'utf8');\n  } catch {}",
    W,
  ],
  [
    'a catch that logs',
    READ,
    "  let text = '';\n  try {\n    text = readFileSync(of, 'utf8');\n  } catch (error) {\n    console.warn(error);\n  }",
    W,
  ],
  [
    'a catch that gives a list',
    READ,
    "  let text: string;\n  try {\n    text = readFileSync(of, 'utf8');\n  } catch {\n    return [];\n  }",
    W,
  ],
  [
    'a catch that gives a name',
    READ,
    "  let text: string;\n  try {\n    text = readFileSync(of, 'utf8');\n  } catch {\n    text = '';\n  }",
    W,
  ],
  [
    'a finally that returns',
    READ,
    "  let text = '';\n  try {\n    text = readFileSync(of, 'utf8');\n  } finally {\n    return text.split('\\n');\n  }",
    W,
  ],
  [
    'a wrapper that swallows',
    READ,
    "  const attempt = <T>(run: () => T, other: T): T => {\n    try {\n      return run();\n    } catch {\n      return other;\n    }\n  };\n  const text = attempt(() => readFileSync(of, 'utf8'), '');",
    W,
  ],
  ['no throw', REFUSES, "  if (!found) return { count: 0, name: '' };", W],
  [
    'no throw, a warning',
    REFUSES,
    "  if (!found) {\n    console.warn('no count');\n    return { count: 0, name: '' };\n  }",
    W,
  ],
  [
    'nothing instead of a throw',
    `${REFUSES}\n  return { count: Number(found[1]), name: found[2] ?? '' };`,
    "  return { count: Number(found?.[1] ?? 0), name: found?.[2] ?? '' };",
    W,
  ],
  ['the throw taken away', `${EMPTY}\n`, '', W],
  ['the throw under a condition', EMPTY, "  if (id === '' && process.env.STRICT) throw new Error('no id');", W],
  ['the throw commented out', EMPTY, "  // if (id === '') throw new Error('no id');", W],
  ['the throw logged', EMPTY, "  if (id === '') console.error('no id');", W],
  ['a status that is not looked at', `${STATUS}\n`, '', W],
  ['a status with a default', STATUS, '  if (!response.ok) return { id, size: 0 };', W],
  [
    'a rejection with a default',
    FETCH,
    '  const response = await fetch(`/shop/${id}`).catch(() => new Response());',
    W,
  ],
  [
    'a rejection that is logged',
    FETCH,
    '  const response = await fetch(`/shop/${id}`).catch((error) => console.warn(error));',
    W,
  ],
  [
    'the second of then',
    '  return response.json();',
    '  return response.json().then(\n    (one) => one,\n    () => ({ id, size: 0 }),\n  );',
    W,
  ],
  [
    'what all of them do, one by one caught',
    ALL,
    '  await Promise.all(orders.map((order) => write(order).catch(() => {})));',
    W,
  ],
  ['settled', ALL, '  await Promise.allSettled(orders.map((order) => write(order)));', W],
  ['not waited for', ALL, '  for (const order of orders) void write(order);', W],
  ['not waited for, forEach', ALL, '  orders.forEach(async (order) => {\n    await write(order);\n  });', W],
  ['not waited for at all', ALL, '  Promise.all(orders.map((order) => write(order)));', W],
  ['raced', ALL, '  await Promise.race(orders.map((order) => write(order)));', W],
  ['whichever', ALL, '  await Promise.any(orders.map((order) => write(order)));', W],
  [
    'in a loop that goes on',
    ALL,
    '  for (const order of orders) {\n    try {\n      await write(order);\n    } catch {\n      continue;\n    }\n  }',
    W,
  ],
  ['uncaught', TOP, `process.on('uncaughtException', () => {});\n\n${TOP}`, W],
  ['unhandled, logged', TOP, `process.on('unhandledRejection', (reason) => console.warn(reason));\n\n${TOP}`, W],
  ['uncaught, once', TOP, `process.once('uncaughtException', () => {});\n\n${TOP}`, W],
  ['an error of another class', REFUSES, "  if (!found) throw new TypeError('no count');", ''],
  ['another condition, the same failure', REFUSES, "  if (found === null) throw new Error('no count');", ''],
  ['a guard', REFUSES, "  assertFound(found);\n  if (!found) throw new Error('no count');", ''],
  [
    'a failure told on',
    READ,
    "  let text: string;\n  try {\n    text = readFileSync(of, 'utf8');\n  } catch (cause) {\n    throw new Error(`no names: ${of}`, { cause });\n  }",
    '',
  ],
  [
    'one failure among others',
    READ,
    "  let text: string;\n  try {\n    text = readFileSync(of, 'utf8');\n  } catch (error) {\n    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];\n    throw error;\n  }",
    '',
  ],
  [
    'a failure handed on',
    FETCH,
    '  const response = await fetch(`/shop/${id}`).catch((cause) => {\n    throw new Error(`no shop ${id}`, { cause });\n  });',
    '',
  ],
  [
    'settled and looked at',
    ALL,
    "  const ended = await Promise.allSettled(orders.map((order) => write(order)));\n  const failed = ended.filter((one) => one.status === 'rejected');\n  if (failed.length > 0) throw new AggregateError(failed.map((one) => one.reason));",
    '',
  ],
  ['one after the other', ALL, '  for (const order of orders) await write(order);', ''],
  [
    'a clean end',
    READ,
    "  let text: string;\n  try {\n    text = readFileSync(of, 'utf8');\n  } finally {\n    counted++;\n  }",
    '',
  ],
];

/** Types that are no longer checked. */
export const TYPES: readonly Form[] = [
  ['any', '(id: string): Promise<{ id: string; size: number }>', '(id: string): Promise<any>', Y],
  ['a list of any', 'list: readonly number[]', 'list: any[]', Y],
  ['a record of any', '  readonly name: string;\n}', '  readonly name: string;\n  readonly [key: string]: any;\n}', Y],
  ['an alias of any', TOP, `type Loose = any;\n\n${TOP}`, Y],
  ['a cast', '  return response.json();', '  return (await response.json()) as any;', Y],
  ['a cast to never', '  return response.json();', '  return (await response.json()) as never;', Y],
  ['a double cast', TOTAL, '  return list as unknown as number;', Y],
  ['an old cast', TOTAL, '  return <any>list;', Y],
  ['a cast to a record of any', TOTAL, '  return (list as Record<string, any>).sum;', Y],
  ['a cast to any function', TOTAL, '  return (list as Function)();', Y],
  ['ignored', TOTAL, `  // @ts-ignore\n${TOTAL}`, Y],
  ['ignored in a block', TOTAL, `  /* @ts-ignore */\n${TOTAL}`, Y],
  ['expected', TOTAL, `  // @ts-expect-error\n${TOTAL}`, Y],
  ['the whole file', 'import { readFileSync }', '// @ts-nocheck\nimport { readFileSync }', Y],
  ['in a comment', TOTAL, '  /** @type {any} */\n  const sum = list;\n  return sum;', Y],
  ['declared any', TOP, `declare const shop: any;\n\n${TOP}`, Y],
  ['a module of anything', TOP, `declare module 'untyped';\n\n${TOP}`, Y],
  ['not null', "name: found[2] ?? ''", 'name: found[2]!', Y],
  [
    'a cast to a type',
    '  return response.json();',
    '  return (await response.json()) as { id: string; size: number };',
    '',
  ],
  ['a constant', TOP, `const KINDS = ['a', 'b'] as const;\n\n${TOP}`, ''],
  [
    'keys of any kind',
    '(id: string): Promise<{ id: string; size: number }>',
    '(id: Map<any, string>): Promise<{ id: string; size: number }>',
    '',
  ],
  ['unknown', TOP, `export const isOrder = (one: unknown): one is Order => typeof one === 'object';\n\n${TOP}`, ''],
];

/** Comments that keep the linter, or coverage, from looking. */
export const COMMENTS: readonly Form[] = [
  ...(
    [
      ['eslint, the next line', '// eslint-disable-next-line', 'lint-disabled'],
      ['eslint, one rule', '// eslint-disable-next-line no-eval', 'lint-disabled'],
      ['eslint, the rest', '/* eslint-disable */', 'lint-disabled'],
      ['eslint, a rule off', '/* eslint no-eval: "off" */', 'lint-disabled'],
      ['eslint, a rule 0', '/* eslint no-eval: 0, eqeqeq: 0 */', 'lint-disabled'],
      ['biome', '// biome-ignore lint/suspicious/noExplicitAny: needed', 'lint-disabled'],
      ['biome, from here', '// biome-ignore-start lint: old', 'lint-disabled'],
      ['oxlint', '// oxlint-disable-next-line', 'lint-disabled'],
      ['tslint', '// tslint:disable', 'lint-disabled'],
      ['deno', '// deno-lint-ignore no-explicit-any', 'lint-disabled'],
      ['standard', '/* global window */', ''],
      ['prettier', '// prettier-ignore', ''],
      ['coverage of v8', '/* v8 ignore next */', 'threshold-lowered'],
      ['coverage of v8, from here', '/* v8 ignore start */', 'threshold-lowered'],
      ['coverage of c8', '/* c8 ignore next 3 */', 'threshold-lowered'],
      ['coverage of istanbul', '/* istanbul ignore else */', 'threshold-lowered'],
      ['coverage of node', '/* node:coverage ignore next */', 'threshold-lowered'],
      ['coverage of a file', '/* istanbul ignore file */', 'threshold-lowered'],
      ['coverage of a file of v8', '/* v8 ignore file */', 'threshold-lowered'],
      ['mutants', '// Stryker disable all', 'threshold-lowered'],
      ['words', '// the linter is right here', ''],
    ] as const
  ).map(([name, comment, label]): Form => [name, TOTAL, `  ${comment}\n${TOTAL}`, label]),
];
