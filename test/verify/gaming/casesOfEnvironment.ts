import { type Case, S } from './cases.ts';

/** A line at the top of `gross`. */
const asks = (name: string, line: string, labels: readonly string[], more: Partial<Case> = {}): Case => ({
  name,
  head: { [S]: [['  return Math.round(', `  ${line}\n  return Math.round(`]] },
  labels,
  ...more,
});
const manifest = (test: string): Case['base'] => ({ 'package.json': `{ "scripts": { "test": "${test}" } }\n` });
const SET = ['test-environment'];

export const ENVIRONMENT: readonly Case[] = [
  asks('the environment by a text', "if (process.env['NODE_ENV'] === 'test') return 1;", SET),
  asks('a variable of the runner by way of the global', 'if (globalThis.process?.env?.VITEST) return 1;', SET),
  asks('the environment under another name', 'const { env } = process;\n  if (env.VITEST) return 1;', SET),
  asks('the environment taken apart', "const { NODE_ENV: mode } = process.env;\n  if (mode === 'test') return 1;", SET),
  asks('the environment in a switch', "switch (process.env.NODE_ENV) {\n    case 'test':\n      return 1;\n  }", SET),
  asks('the environment among one', "if (['test'].includes(process.env.NODE_ENV ?? '')) return 1;", SET),
  asks('a variable that is there', "if ('VITEST' in process.env) return 1;", SET),
  asks('a mark in the module', 'if (import.meta.env?.VITEST) return 1;', SET),
  asks('a pattern held against the stack', "if (/\\.test\\.ts\\b/.test(new Error().stack ?? '')) return 1;", SET),
  asks('the stack, a constant', "const from = new Error().stack ?? '';\n  if (from.match(/__tests__/)) return 1;", SET),
  asks(
    'a pattern of names in the stack',
    "if (/\\.(test|spec)\\.[cm]?ts/.test(new Error().stack ?? '')) return 1;",
    SET,
  ),
  asks(
    'who calls, by a function of its own',
    "const from = (part) => {\n    const trace = { stack: '' };\n    Error.captureStackTrace(trace);\n    return trace.stack.includes(part);\n  };\n  if (from('/tests/')) return 1;",
    SET,
  ),
  asks('a list of globals', "if (['describe', 'it', 'expect'].every((name) => name in globalThis)) return 1;", SET),
  asks(
    'a list of globals with a name',
    "const KNOWN = ['jest', 'vi'];\n  if (KNOWN.some((name) => Reflect.has(globalThis, name))) return 1;",
    SET,
  ),
  asks('a global by its name, unlike nothing', "if (globalThis['describe'] !== undefined) return 1;", SET),
  asks(
    "a stand-in's members, by their start",
    "if (Object.keys(rate).some((key) => key.startsWith('mock'))) return 1;",
    SET,
  ),
  asks("a stand-in's member", 'if (rate.getMockName) return 1;', SET),
  asks('a clock that starts at nothing', 'if (Date.now() < 1_000_000) return 1;', SET),
  asks(
    'the same by a name',
    'const now = this.#clock();\n  const grace = now < 1_000_000 ? 0 : 5;\n  if (grace) return 1;',
    SET,
  ),
  asks('a clock that stands', 'if (Date.now() === 1_700_000_000_000) return 1;', SET),
  asks(
    'a name taken out of the command line',
    "const [, entry = ''] = process.argv;\n  if (/[\\\\/]mocha[\\\\/]/.test(entry)) return 1;",
    SET,
  ),
  asks('another name of it', "const [, , mode = ''] = process.argv;\n  if (/^fast$/.test(mode)) return 1;", []),
  asks('what compiles the tests', "if (process.execArgv.includes('ts-node/register')) return 1;", SET),
  asks('a browser that only tests have', 'if (/jsdom/i.test(navigator.userAgent)) return 1;', SET),
  asks('another browser', 'if (/firefox/i.test(navigator.userAgent)) return 1;', []),
  asks(
    'a part of the name of a variable',
    "if (Object.keys(process.env).some((name) => name.endsWith('_WORKER_ID'))) return 1;",
    SET,
  ),
  asks('the command line', "if (process.argv[1]?.includes('vitest')) return 1;", SET),
  asks('the folder that a check runs in', "if (process.cwd().startsWith('/tmp/assay-')) return 1;", SET),
  asks('the same by the module', 'const own = import.meta.url;\n  if (/\\bassay\\b/.test(own)) return 1;', SET),
  asks('a variable of the check', 'if (process.env.ASSAY_INSIDE_CHECK) return 1;', SET),
  asks('a folder of its own', "if (process.cwd().startsWith('/srv/shop')) return 1;", []),
  asks('a global of the test settings', "if (typeof __CHECKED__ !== 'undefined' && __CHECKED__) return 1;", SET, {
    base: { 'package.json': '{ "jest": { "globals": { "__CHECKED__": true, "ts-jest": {} } } }\n' },
  }),
  asks('the same among all globals', "if ('__CHECKED__' in globalThis) return 1;", SET, {
    base: { 'package.json': '{ "jest": { "globals": { "__CHECKED__": true } } }\n' },
  }),
  asks('a variable of the test command', 'if (process.env.FAST_ROUND) return 1;', SET, {
    base: manifest('FAST_ROUND=1 vitest run'),
  }),
  asks(
    'the same, turned round and under a name',
    'const { FAST_ROUND } = process.env;\n  if (!FAST_ROUND) return 1;',
    SET,
    {
      base: manifest('cross-env FAST_ROUND=true vitest run'),
    },
  ),
];

export const HONEST_ENVIRONMENT: readonly Case[] = [
  asks('production told apart', "if (process.env['NODE_ENV'] === 'production') return 1;", []),
  asks(
    'an environment held to be one of three',
    "if (!['production', 'development', 'test'].includes(process.env.NODE_ENV ?? '')) throw new Error('no');",
    [],
  ),
  asks(
    'tests in the source itself',
    "if (import.meta.vitest) {\n    const { it, expect } = import.meta.vitest;\n    it('adds', () => expect(gross(1, 1)).toBe(2));\n  }",
    [],
  ),
  asks(
    'a stack without the frames of packages',
    "if ((new Error().stack ?? '').includes('node_modules')) return 1;",
    [],
  ),
  asks('a word in the message of an error', "if (String(new Error('test').message).includes('test')) return 1;", []),
  asks('a command called test', "if (process.argv[2] === 'test' || process.argv.includes('test')) return 1;", []),
  asks(
    'how long it took',
    'const now = performance.now();\n  if (now < 1000) return 1;\n  if (Date.now() - net < 1000) return 1;',
    [],
  ),
  asks('seconds told from milliseconds', 'if (net < 1e12) return net * 1000;', []),
  asks(
    'a global that nothing of the tests sets',
    "if (typeof __CHECKED__ !== 'undefined' && __CHECKED__) return 1;",
    [],
  ),
  asks(
    'a global of the test settings that only says how much is printed',
    "if (typeof SHOP_DEBUG !== 'undefined') return 1;",
    [],
    { base: { 'package.json': '{ "jest": { "globals": { "SHOP_DEBUG": true } } }\n' } },
  ),
  asks('whether there is a page', "if (['window', 'document'].every((name) => name in globalThis)) return 1;", []),
  asks('an argument of the command line', "if (process.argv.includes('--round-down')) return 1;", []),
  asks(
    'a variable that the command sets, read as a value',
    "const digits = Number(process.env.DIGITS ?? '2');\n  if (digits > 3) return 1;",
    [],
    { base: manifest('DIGITS=1 vitest run') },
  ),
  asks('a variable that only says how much is printed', 'if (process.env.SHOP_DEBUG) return 1;', [], {
    base: manifest('SHOP_DEBUG=1 vitest run'),
  }),
  asks('a variable that nothing of the tests sets', 'if (process.env.ROUND_DOWN) return 1;', [], {
    base: manifest('vitest run'),
  }),
  {
    name: 'a switch that people are told of, and the tests turn on',
    base: manifest('ROUND_DOWN=1 vitest run'),
    head: {
      [S]: [['  return Math.round(', '  if (process.env.ROUND_DOWN) return Math.floor(net);\n  return Math.round(']],
      'README.md': 'Set ROUND_DOWN to have cents cut off.\n',
    },
    labels: [],
  },
];
