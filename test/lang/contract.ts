import { beforeAll, describe, expect, it } from 'vitest';
import type { Candidate, LanguageService } from '../../src/lang/index.ts';
import { CANDIDATE_CASES, type CandidateCase } from './cases/candidates.ts';
import { NAME_CASES, SHOP } from './cases/names.ts';
import { PROGRAM_CASES } from './cases/programs.ts';
import { OUTLINE, REFERENCES, STRUCTURE, TYPES } from './cases/structure.ts';
import { caseFile, marked, usesOf } from './names.ts';
import { known, lay, open, path } from './tree.ts';

/** What both engines promise. */
export function languageContract(engine: 'native' | 'service'): void {
  describe(`${engine}: names`, () => {
    let service: LanguageService;
    beforeAll(() => {
      service = open(lay(SHOP), engine);
      const overlay = NAME_CASES.map((one, index) => [path(caseFile(index, one)), marked(one.source).text] as const);
      service.setOverlay(new Map(overlay));
    });
    it.each(NAME_CASES.map((one, index) => [one.title, one, index] as const))('%s', (_title, one, index) => {
      expect(usesOf(service, index, one)).toEqual(one.uses);
    });
  });

  describe(`${engine}: candidates`, () => {
    let service: LanguageService;
    beforeAll(() => {
      service = open(lay(SHOP), engine);
    });
    it.each(CANDIDATE_CASES.map((one) => [one.title, one] as const))('%s', (_title, one) => {
      checkCandidates(service, one);
    });
  });

  describe(`${engine}: structure`, () => {
    let service: LanguageService;
    beforeAll(() => {
      service = open(lay({ ...SHOP, ...STRUCTURE }), engine);
    });

    it('outline', () => {
      const entries = known(service.outline(path('src/outline.ts')));
      const shown = entries.map(({ name, kind, exported, container }) =>
        [name, kind, ...(exported ? ['exported'] : []), ...(container ? ['in', container] : [])].join(' '),
      );
      expect(shown).toEqual(OUTLINE);
      const text = STRUCTURE['src/outline.ts']!;
      const of = (name: string): string => {
        const { span } = entries.find((entry) => entry.name === name)!;
        return text.slice(span.start, span.end);
      };
      expect([of('Id'), of('y'), of('listed'), of('Fast')]).toEqual([
        'export type Id = string | number;',
        'y?: number;',
        'listed = 2',
        'Fast',
      ]);
    });

    it('references', () => {
      const text = STRUCTURE['src/refs.ts']!;
      const references = known(service.references(path('src/refs.ts')));
      const where = (target: (typeof references)[number]['target']): string =>
        target ? Object.entries(target).join(' ').replace(',', ' ') : 'nowhere';
      expect(
        references.map(({ specifier, typeOnly, target }) =>
          [specifier, ...(typeOnly ? ['type'] : []), where(target)].join(' '),
        ),
      ).toEqual(REFERENCES);
      for (const { specifier, span } of references) {
        expect(text.slice(span.start + 1, span.end - 1)).toBe(specifier);
      }
    });

    it.each(TYPES)('type at: %s', (source, type, declared) => {
      const file = path('src/here.ts');
      service.setOverlay(new Map([[file, source.replace('¦', '')]]));
      const { text, declarations } = known(service.typeAt(file, source.indexOf('¦')));
      if (type !== '') expect(text).toBe(type);
      const [first] = declarations;
      expect(first?.package?.name ?? first?.path ?? '').toBe(declared);
    });

    it('importers, nearest first', () => {
      service.setOverlay(new Map());
      const of = (...files: string[]): readonly string[] => known(service.importers(files.map(path), 100)).paths;
      expect(of('src/later.ts')).toEqual(['src/index.ts', 'src/refs.ts', 'src/user.ts']);
      expect(of('src/user.ts')).toEqual([]);
      expect(of('src/refs.ts', 'src/index.ts')).toEqual(['src/later.ts', 'src/user.ts']);
      expect(known(service.importers([path('src/later.ts')], 2))).toEqual({
        paths: ['src/index.ts', 'src/refs.ts'],
        limitHit: true,
      });
      service.setOverlay(
        new Map([
          [path('src/bystander.ts'), "import './user.ts';\n"],
          [path('src/new.ts'), "import type {} from './bystander';\n"],
        ]),
      );
      expect(of('src/user.ts')).toEqual(['src/bystander.ts', 'src/new.ts']);
      service.setOverlay(new Map([[path('src/index.ts'), null]]));
      expect(of('src/later.ts')).toEqual(['src/refs.ts']);
    });
  });

  it(`${engine}: a file in two projects is diagnosed in both, without repeats`, () => {
    const options = { composite: true, module: 'preserve', types: [], outDir: 'out' };
    const service = open(
      lay({
        'tsconfig.json': JSON.stringify({
          files: [],
          references: [{ path: './tsconfig.loose.json' }, { path: './tsconfig.tight.json' }],
        }),
        'tsconfig.loose.json': JSON.stringify({
          compilerOptions: { ...options, strict: false, lib: ['es2022'] },
          include: ['src'],
        }),
        'tsconfig.tight.json': JSON.stringify({
          compilerOptions: { ...options, strict: true, lib: ['es2022'] },
          include: ['src'],
        }),
        'src/main.ts': "export const first: number = 'x';\nexport const second = (a) => a;\n",
      }),
      engine,
    );
    const projects = known(service.projectsOf(path('src/main.ts')));
    expect(projects.map(({ config, strict }) => [config, strict])).toEqual([
      ['tsconfig.loose.json', false],
      ['tsconfig.tight.json', true],
    ]);
    expect(known(service.diagnostics(path('src/main.ts'))).map(({ code }) => code)).toEqual([2322, 7006]);
  });

  it.each(PROGRAM_CASES.map((one) => [one.title, one] as const))(`${engine}: a file %s`, (_title, one) => {
    const opened = new Set<string>();
    const service = open(lay(one.tree), engine, (event) => {
      if (event.type === 'compiler-start') opened.add(event.project);
    });
    const told = known(service.diagnostics(path(one.file), one.others?.map(path)));
    expect([told.map(({ code }) => code), [...opened].sort()]).toEqual([one.codes, one.opened]);
  });

  it(`${engine}: workspace packages and aliases among importers`, () => {
    const base = { strict: true, module: 'preserve', lib: ['es2022'], types: [], noEmit: true };
    const service = open(
      lay({
        'package.json': JSON.stringify({ workspaces: ['a', 'b'] }),
        'a/package.json': JSON.stringify({
          name: '@x/a',
          exports: { '.': './src/main.ts', './sub': './src/deep/sub.ts' },
        }),
        'a/tsconfig.json': JSON.stringify({ compilerOptions: base, include: ['src'] }),
        'a/src/main.ts': 'export const main = 1;\n',
        'a/src/deep/sub.ts': 'export const sub = 1;\n',
        'b/package.json': JSON.stringify({
          name: '@x/b',
          imports: { '#own': './src/own.ts' },
          dependencies: { '@x/a': '*' },
        }),
        'b/tsconfig.json': JSON.stringify({
          compilerOptions: {
            ...base,
            paths: { '~/*': ['./src/*'], shop: ['./src/own.ts'], everything: ['./src/all'] },
          },
          include: ['src'],
        }),
        'b/src/own.ts': 'export const own = 1;\n',
        'b/src/one.ts': "import { main } from '@x/a';\nexport const one = main;\n",
        'b/src/two.ts':
          "import { sub } from '@x/a/sub';\nimport { own } from '#own';\nexport const two = [sub, own];\n",
        'b/src/all/index.ts': 'export const all = 1;\n',
        'b/src/four.ts': "import { own } from 'shop';\nexport const four = own;\n",
        'b/src/five.ts': "import { all } from 'everything';\nexport const five = all;\n",
        'b/src/three.ts': "import { one } from '~/one';\nvoid one;\n",
        'node_modules/@x/a': '-> ../../a',
      }),
      engine,
    );
    const of = (file: string): readonly string[] => known(service.importers([path(file)], 100)).paths;
    expect(of('a/src/main.ts')).toEqual(['b/src/one.ts', 'b/src/three.ts']);
    expect(of('a/src/deep/sub.ts')).toEqual(['b/src/two.ts']);
    expect(of('b/src/own.ts')).toEqual(['b/src/four.ts', 'b/src/two.ts']);
    expect(of('b/src/all/index.ts')).toEqual(['b/src/five.ts']);
    expect(of('b/src/one.ts')).toEqual(['b/src/three.ts']);
  });

  it(`${engine}: who imports a package by the path of its folder`, () => {
    const service = open(
      lay({
        'package.json': '{ "name": "shop", "main": "lib/main.js" }',
        'lib/main.js': "exports.part = require('./part');\n",
        'lib/part.js': 'exports.part = 1;\n',
        'lib/other.js': 'exports.other = 1;\n',
        'test/above.js': "require('..');\n",
        'test/slash.js': "require('../');\n",
        'test/deep/two.js': "require('../..');\n",
        'test/deep/none.js': "require('..');\n",
      }),
      engine,
    );
    const of = (file: string): readonly string[] => known(service.importers([path(file)], 100)).paths.toSorted();
    expect(of('lib/part.js')).toEqual(['lib/main.js', 'test/above.js', 'test/deep/two.js', 'test/slash.js']);
    expect(of('lib/other.js')).toEqual([]);
  });

  it(`${engine}: who imports what is known without opening a project whose imports lead elsewhere`, () => {
    const config = (options: object): string =>
      JSON.stringify({
        compilerOptions: { module: 'preserve', types: [], noEmit: true, ...options },
        include: ['src'],
      });
    const opened: string[] = [];
    const service = open(
      lay({
        'a/package.json': '{ "name": "shop", "exports": "./src/shop.ts" }',
        'a/tsconfig.json': config({}),
        'a/src/shop.ts': 'export const shop = 1;\n',
        'a/src/goods.d.ts': "declare module 'goods' {\n  export const goods: 1;\n}\n",
        'a/src/cart.ts': 'export const cart = 1;\n',
        'a/src/self.ts': "import { shop } from 'shop';\nvoid shop;\n",
        'a/src/two.ts': "import { goods } from 'goods';\nvoid goods;\n",
        'b/tsconfig.json': config({}),
        'b/src/one.ts': `import { cart } from 'kit/cart';\nimport 'cart';\nvoid import(\`\${cart}/cart\`);\n`,
        // A link of the workspace, named only in a text.
        'b/src/three.ts': 'export const told = "import { shop } from \'shop\';";\n',
        'node_modules/shop': '-> ../a',
        'node_modules/kit/package.json': '{ "name": "kit" }',
        'node_modules/kit/cart.d.ts': 'export const cart: 1;\n',
      }),
      engine,
      (event) => {
        if (event.type === 'compiler-start') opened.push(event.project);
      },
    );
    const of = (file: string): readonly string[] => known(service.importers([path(file)], 100)).paths;
    expect([of('a/src/cart.ts'), of('a/src/shop.ts')]).toEqual([[], ['a/src/self.ts']]);
    expect(opened).toEqual(['a/tsconfig.json']);
    expect(of('a/src/goods.d.ts')).toEqual(['a/src/two.ts']);
  });
}

function checkCandidates(service: LanguageService, one: CandidateCase): void {
  const offset = one.source.indexOf('¦');
  const text = one.source.replace('¦', '');
  const file = path('src/here.ts');
  service.setOverlay(new Map([[file, text]]));
  const answer = service.candidates(file, offset);
  if (one.unknown !== undefined) {
    expect(answer).toEqual({ status: 'unknown', reason: one.unknown });
    return;
  }
  const value = known(answer);
  const shown = ({ name, kind, deprecated }: Candidate): string[] => [
    name,
    `${name} ${kind}`,
    ...(deprecated ? [`${name} ${kind} deprecated`] : []),
  ];
  const all = new Set(value.candidates.flatMap(shown));
  expect({
    receiver: value.receiver,
    isMember: value.isMember,
    replaces: text.slice(value.replace.start, value.replace.end),
    lacking: (one.has ?? []).filter((name) => !all.has(name)),
    tooMuch: (one.lacks ?? []).filter((name) => all.has(name)),
  }).toEqual({
    receiver: one.receiver,
    isMember: one.receiver !== undefined,
    replaces: one.replaces ?? text.slice(value.replace.start, value.replace.end),
    lacking: [],
    tooMuch: [],
  });
  expect(value.candidates.map(({ sortText }) => sortText)).not.toContain('');
}
