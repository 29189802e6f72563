import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { LanguageService } from '../../src/lang/index.ts';
import { parseJsonc } from '../../src/lang/jsonc.ts';
import { type Bundled, choose, removedOption } from '../../src/lang/projects/choice.ts';
import { PROJECT_CASES } from './cases/projects.ts';
import { known, lay, open, path } from './tree.ts';

const require = createRequire(import.meta.url);
const SIX = dirname(require.resolve('typescript6/package.json'));
const BUNDLED: Bundled = { native: '7.0.2', service: '6.0.3' };

describe.each(PROJECT_CASES.map((one) => [one.title, one] as const))('%s', (_title, one) => {
  // Right code is right for the other compiler too.
  it.each([undefined, 'service'] as const)('engine %s', (engine) => {
    const service = open(lay(one.tree), engine);
    for (const [file, [config, chosen]] of Object.entries(one.files)) {
      const [project] = known(service.projectsOf(path(file)));
      expect([file, project?.config ?? null, project?.compiler.engine]).toEqual([file, config, engine ?? chosen]);
      expect(known(service.diagnostics(path(file)))).toEqual([]);
      const missing = known(service.names(path(file))).filter(({ resolution }) => resolution.status === 'missing');
      expect(missing).toEqual([]);
    }
    expect(known(service.configDiagnostics()).filter(({ severity }) => severity === 'error')).toEqual([]);
    service.setOverlay(new Map([[path(one.wrong.path), one.wrong.text]]));
    const codes = known(service.diagnostics(path(one.wrong.path))).map(({ code }) => code);
    expect(codes).toContain(one.wrong.code);
  });
});

describe('which compiler', () => {
  const cases: readonly (readonly [
    what: string,
    manifest: Record<string, unknown>,
    installed: string | undefined,
    expected: string,
  ])[] = [
    ['nothing asked for', {}, undefined, 'native 7.0.2'],
    ['nothing asked for, an old one is there for something else', {}, '5.4.5', 'native 7.0.2'],
    ['an older one asked for and installed', { devDependencies: { typescript: '^5.4.0' } }, '5.4.5', 'service 5.4.5'],
    ['an older one asked for only', { devDependencies: { typescript: '^5.4.0' } }, undefined, 'service 6.0.3 as 5'],
    ['six asked for only', { devDependencies: { typescript: '~6.0.0' } }, undefined, 'service 6.0.3'],
    ['seven asked for and installed', { dependencies: { typescript: '^7.0.0' } }, '7.1.0', 'native 7.0.2'],
    ['any asked for', { devDependencies: { typescript: '*' } }, undefined, 'native 7.0.2'],
    ['an open range', { peerDependencies: { typescript: '>=5.0.0' } }, undefined, 'native 7.0.2'],
    ['alternatives', { peerDependencies: { typescript: '^4.9 || ^5.0' } }, undefined, 'service 6.0.3 as 5'],
    ['too old to be asked anything', { devDependencies: { typescript: '3.9.7' } }, '3.9.7', 'service 6.0.3 as 3'],
  ];
  it.each(cases)('%s', (_what, manifest, installed, expected) => {
    const root = lay({
      'package.json': JSON.stringify(manifest),
      'tsconfig.json': '{}',
      ...(installed
        ? {
            'node_modules/typescript/package.json': JSON.stringify({ version: installed }),
            'node_modules/typescript/lib/typescript.js': '',
          }
        : {}),
    });
    const { engine, version, defaultsOf } = choose(`${root}/tsconfig.json`, {}, BUNDLED);
    expect(`${engine} ${version}${defaultsOf === undefined ? '' : ` as ${defaultsOf}`}`).toBe(expected);
  });

  it('the other one where there is no native one', () => {
    const choice = choose('/nowhere/tsconfig.json', {}, { native: undefined, service: '6.0.3' });
    expect(choice).toMatchObject({ engine: 'service', reason: 'TypeScript 7 has no build for this platform' });
  });

  it('loads the one that the project has installed', () => {
    const root = lay({
      'package.json': JSON.stringify({ devDependencies: { typescript: '^6.0.0' } }),
      'tsconfig.json': JSON.stringify({ compilerOptions: { lib: ['es2022'], types: [] } }),
      'node_modules/typescript': `-> ${SIX}`,
      'main.ts': 'export const one: number = 1;\n',
    });
    const service = open(root);
    const [project] = known(service.projectsOf(path('main.ts')));
    expect(project?.compiler).toEqual({
      engine: 'service',
      version: '6.0.3',
      reason: `${root}/package.json asks for typescript ^6.0.0, 6.0.3 is installed`,
    });
    expect(known(service.diagnostics(path('main.ts')))).toEqual([]);
  });
});

describe('options that TypeScript 7 took out', () => {
  const removed: readonly Record<string, unknown>[] = [
    { baseUrl: '.' },
    { outFile: 'all.js', module: 'amd' },
    { downlevelIteration: true },
    { downlevelIteration: false },
    { target: 'es5' },
    { target: 'ES3' },
    { moduleResolution: 'node', module: 'commonjs' },
    { moduleResolution: 'node10', module: 'commonjs' },
    { moduleResolution: 'classic', module: 'esnext' },
    { module: 'amd' },
    { module: 'umd' },
    { module: 'system' },
    { module: 'none' },
    { alwaysStrict: false },
    { esModuleInterop: false },
    { allowSyntheticDefaultImports: false },
  ];
  const kept: readonly Record<string, unknown>[] = [
    { target: 'es2015' },
    { module: 'commonjs' },
    { module: 'preserve' },
    { moduleResolution: 'node16', module: 'node16' },
    { esModuleInterop: true },
    { alwaysStrict: true },
    { paths: { a: ['./a.ts'] } },
    { rootDirs: ['a', 'b'] },
    { importHelpers: true },
    { experimentalDecorators: true },
    { ignoreDeprecations: '6.0' },
  ];
  const all = [
    ...removed.map((options) => [options, true] as const),
    ...kept.map((options) => [options, false] as const),
  ];
  let judge: LanguageService;
  let service: LanguageService;
  beforeAll(() => {
    const files = all.flatMap(([options], index) => {
      const compilerOptions = { lib: ['es2015'], types: [], rootDir: '.', ...options };
      return [
        [`p${index}/tsconfig.json`, JSON.stringify({ compilerOptions })],
        [`p${index}/main.ts`, 'export {};\n'],
      ];
    });
    const root = lay(Object.fromEntries(files));
    judge = open(root, 'native');
    service = open(root);
  });

  // The compiler itself is the oracle: 5102 and 5108 say that an option has been removed, 6046 that it knows no such value.
  it.each(all.map(([options, isRemoved], index) => [options, isRemoved, index] as const))(
    '%o: %s',
    (_options, isRemoved, index) => {
      known(judge.diagnostics(path(`p${index}/main.ts`)));
      const told = known(judge.configDiagnostics()).filter((one) => one.path === `p${index}/tsconfig.json`);
      expect(told.some(({ code }) => code === 5102 || code === 5108 || code === 6046)).toBe(isRemoved);
      const [project] = known(service.projectsOf(path(`p${index}/main.ts`)));
      expect(project?.compiler.engine).toBe(isRemoved ? 'service' : 'native');
    },
  );

  it('names the option', () => {
    expect(removedOption({ target: 1 })).toBe('target: ES5');
    expect(removedOption({ module: 4 })).toBe('module: system');
    expect(removedOption({ esModuleInterop: false })).toBe('esModuleInterop: false');
    expect(removedOption({ strict: false, target: 2 })).toBeUndefined();
  });
});

describe('configuration that is wrong', () => {
  const cases: readonly (readonly [what: string, tree: Record<string, string>, expected: readonly string[]])[] = [
    ['there is none', { 'main.ts': 'export {};\n' }, ['warning 0 tsconfig.json: No tsconfig.json was found']],
    [
      'broken JSON',
      { 'tsconfig.json': '{ "compilerOptions": { "strict": true,, "lib": ["es5"] } }' },
      ['error 1136 tsconfig.json'],
    ],
    ['an unknown option', { 'tsconfig.json': '{ "compilerOptions": { "strictt": true } }' }, ['error 502']],
    [
      'a base that is missing',
      { 'tsconfig.json': '{ "extends": "./base.json", "compilerOptions": { "lib": ["es5"] } }' },
      ['error 5083 tsconfig.json'],
    ],
    [
      'a reference that is missing',
      { 'tsconfig.json': '{ "files": [], "references": [{ "path": "./no" }] }' },
      ['error 6053 tsconfig.json'],
    ],
    ['right', { 'tsconfig.json': '{ /* yes */ "compilerOptions": { "rootDir": ".", "lib": ["es5"], }, }' }, []],
  ];
  for (const engine of ['native', 'service'] as const) {
    it.each(cases)(`${engine}: %s`, (_what, tree, expected) => {
      const service = open(lay({ 'main.ts': 'export const one = 1;\n', ...tree }), engine);
      const told = known(service.configDiagnostics()).map(
        ({ severity, code, path: where, message }) => `${severity} ${code} ${where}: ${message}`,
      );
      expect(told.length).toBe(expected.length);
      for (const [index, start] of expected.entries()) expect(told[index]).toContain(start);
      // Broken configuration does not keep a file from being looked at.
      service.setOverlay(new Map([[path('main.ts'), 'export const one: string = 1;\n']]));
      expect(known(service.diagnostics(path('main.ts'))).map(({ code }) => code)).toEqual([2322]);
    });
  }
});

describe('JSON with comments', () => {
  it('takes no longer for comments that hold marks of comments', () => {
    const lines = Array.from(
      { length: 40 },
      (_, at) => `  // "option${at}": "./*", /* what ///// it is for, // and more */`,
    );
    const text = `{ "a": { "b": 1, /* first */\n${lines.join('\n')}\n"c": 2 } }`;
    expect(parseJsonc(text)).toEqual({ a: { b: 1, c: 2 } });
  });

  it.each([
    ['{ "a": 1, // one\n "b": [1, 2,], /* two */ }', { a: 1, b: [1, 2] }],
    ['{ "url": "http://x/*y*/", "esc": "\\"//", }', { url: 'http://x/*y*/', esc: '"//' }],
    ['{ "comma": ",}" , }', { comma: ',}' }],
    ['\uFEFF{}', {}],
    ['{ "a": 1, , }', undefined],
    ['// nothing', undefined],
    ['{ "a": [1, /* , */ // ,\n ] /* } */ , // ]\n }', { a: [1] }],
    ['{ "a": 1, "b,": [",", ], }', { a: 1, 'b,': [','] }],
  ])('%s', (text, value) => {
    expect(parseJsonc(text)).toEqual(value);
  });
});
