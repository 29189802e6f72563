import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Project, temporaryFolder } from '../workspace/repository.ts';

const ROOT = join(import.meta.dirname, '../..');

/** A copy of the example, with the packages that it has here. */
function shop(): Project {
  const root = temporaryFolder();
  cpSync(join(ROOT, 'examples/shop'), root, {
    recursive: true,
    filter: (path) => !/\/(?:node_modules|\.assay)(?:\/|$)/.test(path),
  });
  const project = new Project({ '.gitignore': 'node_modules\n' }, root).init();
  mkdirSync(join(root, 'node_modules'));
  const own = join(ROOT, 'examples/shop/node_modules');
  const names = existsSync(own) ? readdirSync(own).filter((name) => !name.startsWith('.')) : [];
  for (const name of names) symlinkSync(join(own, name), join(root, 'node_modules', name));
  for (const name of readdirSync(join(ROOT, 'node_modules')))
    if (!names.includes(name) && !name.startsWith('.'))
      symlinkSync(join(ROOT, 'node_modules', name), join(root, 'node_modules', name));
  return project;
}

const project = shop();
const client = new Client({ name: 'test', version: '1.0.0' });

/** Every file of the tree but assay's own. */
function tree(): Record<string, string> {
  const files = readdirSync(project.root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !/\/(?:\.git|\.assay|node_modules)\//.test(path));
  return Object.fromEntries(files.map((path) => [path, readFileSync(path, 'utf8')]));
}
const before = tree();

beforeAll(async () => {
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [join(ROOT, 'bin/assay.js'), 'mcp'],
      cwd: project.root,
    }),
  );
}, 60_000);
afterAll(async () => {
  await client.close();
  expect(tree()).toEqual(before);
});

/** Calls a tool and gives the text of its answer, and whether it is an error. */
async function call(name: string, given: Record<string, unknown>): Promise<readonly [isError: boolean, text: string]> {
  const result = await client.callTool({ name, arguments: given }, undefined, { timeout: 120_000 });
  const [content] = result.content as readonly { readonly type: string; readonly text: string }[];
  return [result.isError === true, content!.text];
}

const document = async (name: string, given: Record<string, unknown>): Promise<Record<string, unknown>> => {
  const [isError, text] = await call(name, given);
  if (isError) throw new Error(text);
  return JSON.parse(text) as Record<string, unknown>;
};

/** A file of the example with a line behind it. */
const withLine = (path: string, line: string): object => ({
  path,
  text: `${readFileSync(join(project.root, path), 'utf8')}\n${line}\n`,
});

describe('assay mcp', { timeout: 120_000 }, () => {
  it('tells its tools with schemas that are schemas', async () => {
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(['check', 'resolve', 'members', 'docs', 'compare']);
    for (const { inputSchema, description, annotations } of tools) {
      expect(new Ajv2020().validateSchema(inputSchema)).toBe(true);
      expect(description!.length).toBeLessThan(420);
      expect(annotations?.readOnlyHint).toBe(true);
    }
  });

  it.each([
    [
      'what exists, with its package',
      'resolve',
      { code: "import { z } from 'zod'" },
      {
        names: expect.arrayContaining([
          expect.objectContaining({ name: 'z', status: 'found', package: 'zod', version: '4.6.7' }),
        ]),
      },
    ],
    [
      'an invented member, with what is near',
      'resolve',
      { code: 'z.string().emial()', file: 'src/config.ts' },
      {
        names: expect.arrayContaining([
          expect.objectContaining({ name: 'emial', status: 'missing', nearest: expect.arrayContaining(['email']) }),
        ]),
      },
    ],
    [
      'an invented package',
      'resolve',
      { code: 'p-limt' },
      {
        names: [
          expect.objectContaining({ role: 'package', status: 'missing', nearest: expect.arrayContaining(['p-limit']) }),
        ],
      },
    ],
    [
      'a part that a package does not export, with what it does',
      'resolve',
      { code: 'zod/nope' },
      {
        names: [
          {
            name: 'zod/nope',
            role: 'package',
            status: 'missing',
            version: '4.6.7',
            nearest: expect.arrayContaining(['zod/mini']),
          },
        ],
      },
    ],
    [
      'a file of a package that lies there and is not exported',
      'resolve',
      { code: 'eventemitter3/umd/eventemitter3.js' },
      { names: [expect.objectContaining({ role: 'package', status: 'missing' })] },
    ],
    [
      'the same of what is written about it',
      'docs',
      { symbol: 'vitest/nope' },
      { symbols: [expect.objectContaining({ status: 'missing', nearest: ['vitest/node'] })] },
    ],
    [
      'a part that a package exports, under the name of the package',
      'resolve',
      { code: 'zod/v3' },
      { names: [{ name: 'zod/v3', status: 'found', version: '4.6.7', package: 'zod' }] },
    ],
    [
      'a part by a pattern, of a file that is no code',
      'resolve',
      { code: 'zod/package.json' },
      { names: [{ status: 'found', package: 'zod' }] },
    ],
    ['a part of Node', 'resolve', { code: 'fs/promises' }, { names: [{ status: 'found', reason: 'builtin' }] }],
    [
      'names with a dot and other marks that no package has',
      'resolve',
      { code: 'Math.max/Math.PI' },
      {
        names: ['Math', 'max', 'Math', 'PI'].map((name) => expect.objectContaining({ name, status: 'found' })),
      },
    ],
    [
      'members of a class by its name',
      'members',
      { of: 'Cart', file: 'src/cart.ts', like: 'add' },
      {
        of: 'Cart',
        members: expect.arrayContaining([
          expect.objectContaining({ name: 'add', kind: 'method', signature: expect.stringMatching(/^\(.*=>/) }),
        ]),
      },
    ],
    [
      'members of an expression, and which are deprecated',
      'members',
      { of: "''", like: 'substr' },
      {
        members: expect.arrayContaining([
          expect.objectContaining({ name: 'substr', deprecated: true }),
          expect.objectContaining({ name: 'substring', deprecated: false }),
        ]),
      },
    ],
    [
      'members of a module',
      'members',
      { of: '"p-limit"' },
      { members: expect.arrayContaining([expect.objectContaining({ name: 'limitFunction', kind: 'function' })]) },
    ],
    [
      'documentation of a symbol of the repository',
      'docs',
      { symbol: 'Cart', file: 'src/cart.ts' },
      {
        symbols: [
          expect.objectContaining({
            doc: expect.stringMatching(/^What a customer is about to buy/),
            declaration: expect.stringMatching(/^export class Cart/),
          }),
        ],
      },
    ],
    [
      'documentation of a member, of the right overload of several of that name',
      'docs',
      { symbol: '[1].toSorted' },
      {
        symbols: [
          expect.objectContaining({
            doc: expect.stringMatching(/^Returns a copy of an array with its elements sorted/),
          }),
        ],
      },
    ],
    [
      'a symbol whose first name is in no scope, and why',
      'docs',
      { symbol: 'z.string().email' },
      {
        symbols: [
          { name: 'z', status: 'missing', reason: expect.stringMatching(/^Cannot find name 'z'\. No file is given/) },
          { name: 'string', status: 'unknown' },
          { name: 'email', status: 'unknown' },
        ],
      },
    ],
    [
      'the same in a file that has it',
      'docs',
      { symbol: 'z.string().email', file: 'src/config.ts' },
      { symbols: [{ name: 'email', status: 'found', package: 'zod' }] },
    ],
    [
      'members of a part of a package',
      'members',
      { of: 'zod/mini', like: 'int' },
      { members: expect.arrayContaining([expect.objectContaining({ name: 'int' })]) },
    ],
    [
      'the README of a package',
      'docs',
      { symbol: 'p-limit' },
      { symbols: [expect.objectContaining({ readme: expect.stringMatching(/^# p-limit/) })] },
    ],
    [
      'a file that nobody has written yet, with an invented name',
      'check',
      { files: [withLine('src/cart.ts', "export const loud = 'a'.toUperCase();")] },
      {
        status: 'fail',
        issues: [
          expect.objectContaining({
            code: 'names/missing-member',
            path: 'src/cart.ts',
            suggestion: expect.stringMatching(/^toUpperCase/),
          }),
        ],
      },
    ],
    [
      'the same without it',
      'check',
      { files: [withLine('src/cart.ts', "export const loud = 'a'.toUpperCase();")] },
      { status: 'pass', issues: [] },
    ],
    [
      'a file that is taken away from those who use it',
      'check',
      { files: [{ path: 'src/money.ts', text: null }] },
      { status: 'fail', issues: expect.arrayContaining([expect.objectContaining({ path: 'src/cart.ts' })]) },
    ],
    [
      'a manifest that is no JSON',
      'check',
      { files: [{ path: 'package.json', text: '{' }] },
      {
        status: 'fail',
        issues: expect.arrayContaining([expect.objectContaining({ code: 'packages/bad-manifest' })]),
      },
    ],
    [
      'an option that the compiler does not have',
      'check',
      { files: [{ path: 'tsconfig.json', text: '{ "compilerOptions": { "strictt": true }, "include": ["src"] }' }] },
      { status: 'fail', issues: expect.arrayContaining([expect.objectContaining({ code: 'types/TS5023' })]) },
    ],
    [
      'a package that code is to use and the proposed manifest does not have',
      'check',
      {
        files: [
          { path: 'package.json', text: '{ "name": "shop", "type": "module", "dependencies": {} }' },
          withLine('src/config.ts', 'export const none = z.null();'),
        ],
      },
      { status: 'unknown' },
    ],
    ['prose', 'check', { files: [{ path: 'notes.md', text: '# Notes' }] }, { status: 'pass', issues: [] }],
    ['a tree without a change', 'check', {}, { status: 'pass', base: 'HEAD' }],
    [
      'alternatives',
      'compare',
      {
        alternatives: [
          'export const clamp = (n: number, low: number, high: number): number => Math.min(Math.max(n, low), high);',
          'export const clamp = (n: number, low: number, high: number): number => (n < low ? low : n > high ? high : n);',
          'export const clamp = (n: number, low: number, high: number): number => Math.max(Math.min(n, low), high);',
        ],
      },
      { chosen: expect.stringMatching(/^[12]\.ts$/), parting: expect.arrayContaining([expect.anything()]) },
    ],
  ] as const)('answers %s', async (_what, name, given, expected) => {
    expect(await document(name, given)).toMatchObject(expected);
  });

  it.each([
    ['resolve', {}, /expected a string for code of resolve, found nothing/],
    ['resolve', { code: 'a', path: 'b' }, /expected code, file for resolve, found path/],
    ['resolve', { code: 'a', file: '../outside.ts' }, /expected a path inside/],
    ['resolve', { code: '];;;' }, /expected code with a name in it, or a package, found \];;;/],
    ['members', { of: '"p-limitt"' }, /expected an expression, a type or a module with members, found "p-limitt"/],
    ['members', { of: 'Nowhere' }, /with members, found Nowhere: Cannot find name 'Nowhere'\. No file is given/],
    ['members', { of: 'Nowhere', file: 'src/cart.ts' }, /found Nowhere: Cannot find name 'Nowhere'\.(?! No file)/],
    ['members', { of: 'z.string()' }, /with members, found z\.string\(\): Cannot find name 'z'\. No file is given/],
    ['members', { of: 'z.strin()', file: 'src/config.ts' }, /Property 'strin' does not exist.*string/s],
    ['members', { of: 'zod/nope' }, /found zod\/nope: Cannot find module 'zod\/nope'/],
    ['members', { of: '"a".length', like: 'nothing' }, /found "a"\.length: nothing of that name/],
    ['resolve', { code: 'x', file: 'src/nowhere.ts' }, /expected .*src\/nowhere\.ts/],
    ['docs', { symbol: 'x', file: 'src/nowhere.ts' }, /expected .*src\/nowhere\.ts/],
    ['check', { files: [{ path: 'a.ts' }] }, /for files\[0\] of check/],
    ['check', { diff: 'no diff' }, /expected/],
    ['check', { diff: '' }, /expected a string with something in it for diff of check, found ""/],
    ['resolve', { code: 'x', file: '' }, /expected a string with something in it for file of resolve/],
    [
      'check',
      { files: ['src/new.ts', './src/new.ts'].map((path) => ({ path, text: 'export const a = 1;\n' })) },
      /expected each file once for check, found src\/new\.ts twice/,
    ],
    ['check', { files: [{ path: 'src', text: 'a' }] }, /expected files for check, found src, which is a folder/],
    [
      'compare',
      { alternatives: ['export const a = () => 1;', 'export const b = () => 1;'] },
      /that all files have and export, found none \(name one as the symbol\)/,
    ],
    ['compare', { alternatives: ['one'] }, /expected 2 to 20 alternatives, found 1/],
    ['conjure', {}, /expected one of check, resolve, members, docs, compare, found conjure/],
  ] as const)('tells what is wrong with %s %j', async (name, given, message) => {
    const [isError, text] = await call(name, given);
    expect([isError, text]).toEqual([true, expect.stringMatching(message)]);
  });

  it('answers calls side by side, each its own, and forgets what is cancelled', async () => {
    const abort = new AbortController();
    const cancelled = client.callTool({ name: 'check', arguments: {} }, undefined, { signal: abort.signal }).then(
      () => 'answered',
      () => 'cancelled',
    );
    abort.abort();
    const words = ['trim', 'padEnd', 'slice', 'repeat', 'concat'];
    const answers = await Promise.all(words.map((word) => document('resolve', { code: `''.${word}` })));
    expect(answers.map(({ names }) => (names as readonly { name: string }[])[0]?.name)).toEqual(words);
    expect(await cancelled).toBe('cancelled');
  });
});
