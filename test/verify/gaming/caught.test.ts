import { rmSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { check } from '../../../src/jobs/index.ts';
import { Project, value } from '../../workspace/repository.ts';

const HEAD = `import { readFileSync } from 'node:fs';

`;
const CODE = `${HEAD}export const host = (address: string): string => address.replace(/^https?:\\/\\//, '').replace(/\\/.*$/, '');

export function settings(path: string): string {
  return readFileSync(path, 'utf8');
}
`;
const TEST = `import assert from 'node:assert/strict';
import { it } from 'node:test';
import { host, settings } from '../src/host.ts';
it('takes the scheme away', () => {
  assert.equal(host('http://a.example/b'), 'a.example');
});
it('takes a name', () => {
  assert.equal(host('b.example'), 'b.example');
});
it('reads itself', () => {
  assert.match(settings(import.meta.filename), /reads itself/);
});
`;
const BASE = { 'src/host.ts': CODE, 'test/host.test.ts': TEST };
const WAS = CODE.slice(HEAD.length, CODE.indexOf('\n\nexport function settings'));

interface Case {
  readonly name: string;
  readonly host: string;
  /** What is told of it; undefined where nothing is. */
  readonly found?: RegExp;
  readonly test?: string;
  /** How many runs it takes. */
  readonly runs: number;
}

const NEVER =
  /^expected what is tried to succeed in one test at least, found it failing in each that comes to it \("takes .*"( and 1 more)?\), all of which pass with nothing tried and the answer of /;
const fault = (told: string): RegExp =>
  new RegExp(
    `^expected tests that were there to come to no failure of the code, as at the base, found ${told} in "takes .*"( and 1 more)?, which nobody hears: `,
  );
const inTry = (tried: string, answer: string): string =>
  `export function host(address: string): string {\n  try {\n    ${tried}\n  } catch {\n    ${answer}\n  }\n}`;
const ANSWER = "return address.replace(/^https?:\\/\\//, '').replace(/\\/.*$/, '');";

const CASES: readonly Case[] = [
  {
    name: 'what fails whatever comes',
    host: inTry('return new URL("//" + address).host;', ANSWER),
    found: NEVER,
    runs: 4,
  },
  {
    name: 'a step that fails before the answer',
    host: `${WAS.replace('host =', 'strip =')}\n\nexport function host(address: string): string {\n  try {\n    process.env.HOSTS!.split(',');\n  } catch {\n    // It must not get in the way.\n  }\n  return strip(address);\n}`,
    found: fault('TypeError: Cannot read properties of undefined .*'),
    runs: 2,
  },
  {
    name: 'what is read of nothing, where no failure is to be thrown',
    host: `${WAS.replace('host =', 'strip =')}\n\nexport function host(address: string, isStrict = false): string {\n  try {\n    if (new Map([['a', address]]).get('b')!.length > 80) return '';\n  } catch (error) {\n    if (isStrict) throw error;\n  }\n  return strip(address);\n}`,
    found: fault('TypeError: Cannot read properties of undefined .*'),
    runs: 3,
  },
  {
    name: 'a promise whose failure is let go',
    host: `${WAS.replace('host =', 'strip =')}\n\nconst note = async (one: string): Promise<void> => {\n  if (one !== '') throw new Error(one);\n};\n\nexport async function host(address: string): Promise<string> {\n  await note(address).catch(() => {});\n  return strip(address);\n}`,
    test: TEST.replaceAll('() => {', 'async () => {').replaceAll('equal(host', 'equal(await host'),
    found: fault('Error: .*'),
    runs: 7,
  },
  {
    name: 'a check that is asked for an answer',
    host: `const bare = (address: string): string => {\n  if (address.includes('/')) throw new Error('not a name');\n  return address;\n};\n\n${inTry('return bare(address);', ANSWER)}`,
    runs: 5,
  },
  { name: 'what fails for some', host: inTry('return new URL(address).host;', ANSWER), runs: 4 },
  {
    name: 'what no test makes fail',
    host: `${WAS}\n\nexport function hosts(addresses: readonly string[]): string | undefined {\n  try {\n    return addresses.map(host).join();\n  } catch {\n    return undefined;\n  }\n}`,
    runs: 1,
  },
  {
    name: 'what only a new test makes fail',
    host: `${WAS}\n\nexport function first(path: string): string | undefined {\n  try {\n    return settings(path);\n  } catch {\n    return undefined;\n  }\n}`,
    test: `${TEST.replace('{ host,', '{ first, host,')}it('does without', () => {\n  assert.equal(first('/not/there'), undefined);\n});\n`,
    runs: 2,
  },
];

describe('what a new catch keeps to itself', () => {
  it.each(CASES)('$name', { timeout: 120_000 }, async ({ host, found, test = TEST, runs }) => {
    const project = new Project({
      'package.json': '{ "name": "a", "version": "1.0.0", "type": "module", "scripts": { "test": "node --test" } }',
      'tsconfig.json':
        '{ "compilerOptions": { "strict": true, "module": "nodenext", "noEmit": true, "allowImportingTsExtensions": true, "types": [] } }',
      '.gitignore': 'node_modules\n',
      ...BASE,
    }).init();
    try {
      project.write({ 'src/host.ts': CODE.replace(WAS, () => host), 'test/host.test.ts': test });
      const { verdict } = value(
        await check({ cwd: project.root, change: { kind: 'working-tree' }, only: ['gaming'], allowRestricted: true }),
      );
      const [judged] = verdict.checks;
      const told = judged!.issues.map(({ code, message }) => [code, message]);
      expect(told).toEqual(found ? [['gaming/error-swallowed', expect.stringMatching(found)]] : []);
      expect(judged!.ran.filter(({ command }) => command !== undefined)).toHaveLength(runs);
    } finally {
      rmSync(project.root, { recursive: true, force: true });
    }
  });
});
