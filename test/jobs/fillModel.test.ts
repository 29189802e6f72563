import { describe, expect, it } from 'vitest';
import type { RepoPath } from '../../src/base/index.ts';
import { statementEnd, statementGate } from '../../src/jobs/fill/statementGate.ts';
import { fill } from '../../src/jobs/index.ts';
import { openLanguage } from '../../src/lang/index.ts';
import { type PredictionRequest, scriptedPredictor } from '../../src/predict/index.ts';
import { Project, value } from '../workspace/repository.ts';

const STUB = `/** hard('a') // => 'qwertz'
 * hard('b') // => 'uiop' */
export function hard(text: string): string {
  throw new Error('not implemented');
}
`;
const project = (): Project =>
  new Project({
    'package.json': JSON.stringify({ name: 'app', version: '1.0.0', type: 'module', scripts: { test: 'node --test' } }),
    'tsconfig.json': JSON.stringify({
      compilerOptions: {
        strict: true,
        module: 'nodenext',
        target: 'es2024',
        allowImportingTsExtensions: true,
        erasableSyntaxOnly: true,
        noEmit: true,
        types: [],
      },
      exclude: ['test'],
    }),
    '.gitignore': 'node_modules\n.assay\n',
    'src/keys.ts': "export const KEYS: Readonly<Record<string, string>> = { a: 'qwertz', b: 'uiop' };\n",
    'src/hard.ts': `import { KEYS } from './keys.ts';\n\n${STUB}`,
    'test/hard.test.js':
      "import test from 'node:test';\nimport assert from 'node:assert/strict';\nimport { hard } from '../src/hard.ts';\ntest('hard', () => assert.equal(hard('a'), 'qwertz'));\n",
  }).init();

const RIGHT = "const found = KEYS[text];\n  if (found === undefined) throw new Error('no key');\n  return found;";
const MS = 1_000;

describe('fill with a writer', () => {
  const cases: readonly {
    readonly name: string;
    readonly drafts: readonly string[];
    readonly status: 'pass' | 'fail';
    readonly nearest?: string;
  }[] = [
    {
      name: 'takes the draft that fits the examples',
      drafts: ["return 'qwertz';", RIGHT, 'return text;'],
      status: 'pass',
    },
    {
      name: 'takes none that does not compile',
      drafts: ['return KEYS[text].name;', 'return KEY[text]!;'],
      status: 'fail',
    },
    {
      name: 'shows what came nearest where none fits',
      drafts: ['return text;', "return 'qwertz';"],
      status: 'fail',
      nearest: "+  return 'qwertz';",
    },
    { name: 'takes no body that was cut off', drafts: ['const found = '], status: 'fail' },
    { name: 'does without a body', drafts: [''], status: 'fail' },
  ];
  it.each(cases)('$name', async ({ drafts, status, nearest }) => {
    const { root } = project();
    const requests: PredictionRequest[] = [];
    const writer = scriptedPredictor((request) => {
      requests.push(request);
      return drafts;
    });
    const report = await fill({ cwd: root, path: 'src/hard.ts', ms: MS, writer, samples: 8, seed: 5 });
    expect(report.value).toMatchObject({
      status,
      usage: { proposer: expect.stringMatching(/^search, then scripted/) },
    });
    if (status === 'pass') {
      expect(report.value!.diff).toContain('+  const found = KEYS[text];\n+  if (found === undefined)');
      expect(report.value!.verdict!.checks.find(({ name }) => name === 'tests')).toMatchObject({ status: 'pass' });
    }
    if (nearest) expect(report.value!.nearest!.diff).toContain(nearest);
    // Samples are spread over temperatures, each with a seed of its own; the window ends where the body begins.
    expect(requests.map(({ count }) => count)).toEqual([2, 2, 2, 2]);
    expect(new Set(requests.map(({ sampling }) => sampling.temperature)).size).toBe(4);
    expect(requests.map(({ sampling }) => sampling.seed)).toEqual([5, 6, 7, 8]);
    const pieces = requests[0]!.window.pieces;
    expect(pieces.at(-1)).toMatchObject({ kind: 'file-prefix', text: expect.stringMatching(/: string \{\n {2}$/) });
    expect(pieces.find(({ kind }) => kind === 'file-suffix')!.text).toBe('\n}\n');
    expect(pieces.map(({ path }) => path)).toContain('test/hard.test.js');
  });

  it('asks no writer where search finds a body, or no samples are wanted', async () => {
    const { root } = project();
    let asked = 0;
    const writer = scriptedPredictor(() => {
      asked++;
      return [RIGHT];
    });
    new Project(
      {
        'src/same.ts':
          "/** same('a') // => 'a'\n * same('b') // => 'b' */\nexport function same(text: string): string {}\n",
      },
      root,
    );
    expect((await fill({ cwd: root, path: 'src/same.ts', ms: MS, writer })).value!.diff).toContain('return text;');
    expect((await fill({ cwd: root, path: 'src/hard.ts', ms: MS, writer, samples: 0 })).value!.status).toBe('fail');
    expect(asked).toBe(0);
  });

  it.each([
    [{ samples: 129 }, /--samples to be a whole number from 0 to 128, found 129/],
    [{ samples: 1.5 }, /--samples/],
    [{ temperature: 0 }, /--temperature to be a number above 0/],
    [{ seed: -1 }, /--seed/],
    [{ temperature: 0.5 }, /--model beside --temperature/],
    [{ samples: 0 }, /--model beside --samples/],
  ])('refuses %j', async (options, says) => {
    const { root } = project();
    const report = await fill({ cwd: root, path: 'src/hard.ts', ...options });
    expect(report.issues[0]).toMatchObject({ code: 'usage/option', message: expect.stringMatching(says) });
  });
});

describe('statementEnd', () => {
  it.each([
    ['const a = 1;', 0, 0],
    ['const a = 1;\nreturn a;', 0, 12],
    ['if (x) {\n  return a;', 1, 8],
    ['if (x) {\n  return a;\n}', 0, 20],
    ["const a = ';", undefined, 0],
    ["const a = '\\';';", 0, 0],
    ['call(() => { a();', undefined, 0],
    ['// done;', undefined, 0],
    ['a(); /* b;', undefined, 0],
    ['const a = 1', undefined, 0],
    ['', undefined, 0],
  ] as const)('of %j: %s braces, the last statement from %d', (text, braces, start) => {
    expect(statementEnd(text)).toEqual(braces === undefined ? undefined : { braces, start });
  });
});

describe('statementGate', () => {
  const { root } = project();
  const language = value(openLanguage({ root }));
  const [prefix, suffix] = STUB.split("\n  throw new Error('not implemented');") as [string, string];
  const head = "import { KEYS } from './keys.ts';\n\n";
  const gate = () =>
    statementGate(language, { path: 'src/hard.ts' as RepoPath, prefix: `${head}${prefix}\n  `, suffix });

  it.each([
    ['const found = KEYS[text];', undefined],
    ['const found = KEY[text];', 0],
    ['const n = text.length;\n  return n;', 22],
    ['const n = text.length;\n  return text.size;', 22],
    ['if (text) {\n    const n: number = text;', 11],
    ['if (text.length > 1) {\n    return text;\n  }', undefined],
    // Not yet a statement, however wrong.
    ['const found = KEY[te', undefined],
  ])('of %j takes back from %s', (text, at) => {
    expect(gate()(text)).toEqual(at === undefined ? { ok: true } : { ok: false, at });
  });

  it('asks the compiler once for each text that ends a statement', () => {
    const asking = gate();
    for (const text of ['c', 'const a = 1;', 'const a = 1;', 'const a = 1;\n', 'const a = 1;\nr']) asking(text);
    expect(asking.asked()).toBe(2);
  });
});
