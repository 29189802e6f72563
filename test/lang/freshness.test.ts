import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { random, span } from '../../src/base/index.ts';
import { type LanguageService, openLanguage } from '../../src/lang/index.ts';
import { Session } from '../../src/lang/session.ts';
import { Watchdog } from '../../src/lang/watchdog.ts';
import { known, lay, open, path, put } from './tree.ts';

const TREE = {
  'tsconfig.json': JSON.stringify({
    compilerOptions: { strict: true, lib: ['es2022'], types: [], module: 'preserve', noEmit: true, skipLibCheck: true },
    include: ['src'],
  }),
  'src/one.ts': 'export const one = 1;\n',
  'src/two.ts': "import { one } from './one';\nexport const two: number = one;\n",
  'src/three.ts': "import { two } from './two';\nexport const three = two;\n",
};

const codes = (service: LanguageService, file: string): number[] =>
  known(service.diagnostics(path(file))).map(({ code }) => code);

const put_ = (service: LanguageService, files: Record<string, string | null>): number =>
  service.setOverlay(new Map(Object.entries(files).map(([name, text]) => [path(name), text])));

for (const engine of ['native', 'service'] as const) {
  describe(`${engine}: overlay`, () => {
    it('replaces everything that was set before', () => {
      const service = open(lay(TREE), engine);
      expect(codes(service, 'src/two.ts')).toEqual([]);
      put_(service, { 'src/one.ts': "export const one = 'x';\n" });
      expect(codes(service, 'src/two.ts')).toEqual([2322]);
      put_(service, { 'src/three.ts': 'export const three: string = 3;\n' });
      expect([codes(service, 'src/two.ts'), codes(service, 'src/three.ts')]).toEqual([[], [2322]]);
      put_(service, {});
      expect(codes(service, 'src/three.ts')).toEqual([]);
    });

    it('adds files and folders that are not on disk, and takes them away', () => {
      const service = open(lay(TREE), engine);
      const two = "import { deep } from './new/deep';\nexport const two: number = deep;\n";
      put_(service, { 'src/two.ts': two });
      expect(codes(service, 'src/two.ts')).toEqual([2307]);
      put_(service, { 'src/two.ts': two, 'src/new/deep.ts': 'export const deep = 1;\n' });
      expect(codes(service, 'src/two.ts')).toEqual([]);
      expect(known(service.projectsOf(path('src/new/deep.ts')))[0]?.config).toBe('tsconfig.json');
      put_(service, { 'src/two.ts': two, 'src/new/deep.ts': "export const deep = '';\n" });
      expect(codes(service, 'src/two.ts')).toEqual([2322]);
      put_(service, { 'src/two.ts': two });
      expect(codes(service, 'src/two.ts')).toEqual([2307]);
      expect(service.diagnostics(path('src/new/deep.ts')).status).toBe('unknown');
    });

    it('hides files that are on disk', () => {
      const service = open(lay(TREE), engine);
      expect(codes(service, 'src/two.ts')).toEqual([]);
      put_(service, { 'src/one.ts': null });
      expect(codes(service, 'src/two.ts')).toEqual([2307]);
      expect(service.diagnostics(path('src/one.ts'))).toEqual({
        status: 'unknown',
        reason: 'src/one.ts does not exist',
      });
      put_(service, {});
      expect(codes(service, 'src/two.ts')).toEqual([]);
    });

    it('a hidden configuration and an unsaved one count', () => {
      const service = open(lay(TREE), engine);
      put_(service, { 'src/one.ts': 'export const one = (a) => a;\n' });
      expect(codes(service, 'src/one.ts')).toEqual([7006]);
      const loose = JSON.stringify({
        compilerOptions: { strict: false, lib: ['es2022'], types: [], module: 'preserve' },
      });
      put_(service, { 'src/one.ts': 'export const one = (a) => a;\n', 'tsconfig.json': loose });
      expect(codes(service, 'src/one.ts')).toEqual([]);
      expect(known(service.projectsOf(path('src/one.ts')))[0]?.strict).toBe(false);
      put_(service, { 'tsconfig.json': null });
      expect(known(service.projectsOf(path('src/one.ts')))[0]?.config).toBeUndefined();
    });

    it('never writes', () => {
      const root = lay(TREE);
      const service = open(root, engine);
      put_(service, {
        'src/one.ts': 'export {};\n',
        'src/extra.ts': 'export {};\n',
        'src/two.ts': null,
        'lone.ts': 'let a;',
      });
      codes(service, 'src/one.ts');
      codes(service, 'lone.ts');
      expect(readdirSync(root).sort()).toEqual(['src', 'tsconfig.json']);
      expect(readdirSync(`${root}/src`).sort()).toEqual(['one.ts', 'three.ts', 'two.ts']);
      expect(readFileSync(`${root}/src/one.ts`, 'utf8')).toBe(TREE['src/one.ts']);
    });

    it('answers carry the version of the overlay', () => {
      const service = open(lay(TREE), engine);
      expect(service.diagnostics(path('src/one.ts'))).toMatchObject({ version: 0 });
      const version = put_(service, { 'src/one.ts': 'export const one = 2;\n' });
      expect(version).toBe(1);
      expect(service.diagnostics(path('src/one.ts'))).toMatchObject({ status: 'known', version });
      expect(service.names(path('src/one.ts'))).toMatchObject({ status: 'known', version });
    });

    it('an answer for text that is replaced meanwhile is no answer', () => {
      const root = lay(TREE);
      let service: LanguageService | undefined;
      // Opening a project is told of while the question is being answered.
      const result = openLanguage({
        root,
        engine,
        events: ({ type }) => {
          if (type === 'compiler-end') put_(service!, { 'src/one.ts': 'export const one = "new";\n' });
        },
      });
      if (!result.ok) throw new Error('not opened');
      service = result.value;
      expect(service.diagnostics(path('src/two.ts'))).toEqual({
        status: 'unknown',
        reason: 'the text was replaced meanwhile',
      });
      expect(codes(service, 'src/two.ts')).toEqual([2322]);
      service.close();
      expect(service.diagnostics(path('src/two.ts'))).toEqual({
        status: 'unknown',
        reason: 'the language service is closed',
      });
    });
  });

  describe(`${engine}: disk`, () => {
    it('is looked at again where it is told to have changed', () => {
      const root = lay(TREE);
      const service = open(root, engine);
      expect(codes(service, 'src/two.ts')).toEqual([]);
      put(root, 'src/one.ts', "export const one = 'x';\n");
      service.filesChanged([path('src/one.ts')]);
      expect(codes(service, 'src/two.ts')).toEqual([2322]);
      rmSync(`${root}/src/one.ts`);
      service.filesChanged([path('src/one.ts')]);
      expect(codes(service, 'src/two.ts')).toEqual([2307]);
      put(root, 'src/one.ts', 'export const one = 1;\n');
      put(root, 'src/four.ts', "import { one } from './one';\nexport const four: string = one;\n");
      service.filesChanged([path('src/one.ts'), path('src/four.ts')]);
      expect([codes(service, 'src/two.ts'), codes(service, 'src/four.ts')]).toEqual([[], [2322]]);
    });

    it('what is unsaved stands before it', () => {
      const root = lay(TREE);
      const service = open(root, engine);
      put_(service, { 'src/one.ts': "export const one = 'x';\n" });
      expect(codes(service, 'src/two.ts')).toEqual([2322]);
      put(root, 'src/one.ts', 'export const one = 2;\n');
      service.filesChanged([path('src/one.ts')]);
      expect(codes(service, 'src/two.ts')).toEqual([2322]);
      put_(service, {});
      expect(codes(service, 'src/two.ts')).toEqual([]);
    });

    it('an installed package is found', () => {
      const root = lay({
        ...TREE,
        'package.json': '{}',
        'src/one.ts': "import { dep } from 'dep';\nexport const one = dep;\n",
      });
      const service = open(root, engine);
      expect(codes(service, 'src/one.ts')).toEqual([2307]);
      put(
        root,
        'node_modules/dep/package.json',
        JSON.stringify({ name: 'dep', version: '1.0.0', types: 'index.d.ts' }),
      );
      put(root, 'node_modules/dep/index.d.ts', 'export declare const dep: number;\n');
      put(root, 'package.json', JSON.stringify({ dependencies: { dep: '1.0.0' } }));
      service.filesChanged([path('package.json')]);
      expect(codes(service, 'src/one.ts')).toEqual([]);
    });
  });

  describe(`${engine}: what is not answered`, () => {
    it.each([
      ['README.md', 'README.md is neither TypeScript nor JavaScript'],
      ['src/none.ts', 'src/none.ts does not exist'],
      ['node_modules/x/index.ts', 'node_modules/x/index.ts belongs to an installed package'],
    ])('%s', (file, reason) => {
      const service = open(lay({ ...TREE, 'README.md': '# x\n', 'node_modules/x/index.ts': 'export {};\n' }), engine);
      for (const answer of [
        service.diagnostics(path(file)),
        service.names(path(file)),
        service.candidates(path(file), 0),
        service.outline(path(file)),
        service.references(path(file)),
        service.typeAt(path(file), 0),
        service.projectsOf(path(file)),
      ]) {
        expect(answer).toEqual({ status: 'unknown', reason });
      }
    });

    it.each([-1, 1.5, 22, Number.NaN])('an offset outside: %s', (offset) => {
      const service = open(lay(TREE), engine);
      expect(TREE['src/one.ts'].length).toBe(22);
      const answer = service.candidates(path('src/one.ts'), offset === 22 ? 23 : offset);
      expect(answer).toMatchObject({ status: 'unknown', reason: expect.stringContaining('is outside') });
      expect(service.candidates(path('src/one.ts'), 22).status).toBe('known');
    });
  });

  describe(`${engine}: offsets`, () => {
    const body = "const 変数 = '👩‍👩‍👧';\r\n変数.nope;\r\nexport {};\r\n";
    it.each([
      ['plain', body],
      ['with a byte order mark', `\uFEFF${body}`],
    ])('%s', (_what, text) => {
      const root = lay({ ...TREE, 'src/disk.ts': text });
      const service = open(root, engine);
      put_(service, { 'src/unsaved.ts': text });
      for (const file of ['src/disk.ts', 'src/unsaved.ts']) {
        const [first] = known(service.diagnostics(path(file)));
        expect(text.slice(first!.span.start, first!.span.end)).toBe('nope');
        const start = text.indexOf('変数.nope');
        const uses = known(service.names(path(file), [span(start, start + 7)]));
        expect(uses.map((use) => text.slice(use.span.start, use.span.end))).toEqual(['変数', 'nope']);
        const [declaration] = uses[0]!.resolution.status === 'found' ? uses[0]!.resolution.declarations : [];
        expect(text.slice(declaration!.span.start, declaration!.span.end)).toBe('変数');
        const candidates = known(service.candidates(path(file), text.indexOf('nope') + 2));
        expect(text.slice(candidates.replace.start, candidates.replace.end)).toBe('nope');
        expect(candidates.candidates.map(({ name }) => name)).toContain('length');
        expect(known(service.typeAt(path(file), start)).text).toBe('"👩‍👩‍👧"');
        const outline = known(service.outline(path(file)));
        expect(outline.map(({ name, span: at }) => [name, text.slice(at.start, at.end)])).toEqual([
          ['変数', "const 変数 = '👩‍👩‍👧';"],
        ]);
      }
    });
  });

  it(`${engine}: half a surrogate pair is text like any other`, () => {
    const service = open(lay(TREE), engine);
    const text = "export const half = '\uD83D'; half.nope;\n";
    put_(service, { 'src/one.ts': text });
    const [first] = known(service.diagnostics(path('src/one.ts')));
    expect(text.slice(first!.span.start, first!.span.end)).toBe('nope');
  });

  it(`${engine}: after any sequence of edits the answers are those of a fresh service`, () => {
    const seed = 20_241_107;
    const rng = random(seed);
    const root = lay(TREE);
    const service = open(root, engine);
    const files = ['src/one.ts', 'src/two.ts', 'src/three.ts', 'src/four.ts'];
    const lines = [
      "import { one } from './one';",
      "import { four } from './four';",
      "import * as all from './three';",
      'export const one: number = 1;',
      "export const one = 'one';",
      'export const two = 2; export const three = two + 1;',
      'export const four = { five: [1, 2], six: "x" };',
      'declare global { interface Shared { a: 1 } }',
      'declare const shared: Shared; shared.a; shared.b;',
      'four.five.at(0)?.toFixed(); four.sevn;',
      'one.toFixed(); all.thre;',
    ];
    for (let step = 0; step < 25; step++) {
      const overlay = new Map<string, string | null>();
      for (const file of files) {
        const what = rng.below(4);
        if (what === 0) overlay.set(file, null);
        else if (what < 3)
          overlay.set(file, Array.from({ length: 1 + rng.below(4) }, () => rng.pick(lines)).join('\n'));
      }
      const changes = Object.fromEntries(overlay);
      put_(service, changes);
      if (step % 5 !== 4) continue;
      const fresh = open(root, engine);
      put_(fresh, changes);
      for (const file of files) {
        const show = (answer: object): string => JSON.stringify({ ...answer, version: undefined });
        const where = `seed ${seed}, step ${step}, ${file}`;
        expect([where, show(service.diagnostics(path(file)))]).toEqual([where, show(fresh.diagnostics(path(file)))]);
        expect([where, show(service.names(path(file)))]).toEqual([where, show(fresh.names(path(file)))]);
      }
      fresh.close();
    }
  });
}

describe('a compiler process that ends', () => {
  /** Sends a signal to the compilers that this process has started; their name is `tsc`. */
  const signalCompilers = (signal: NodeJS.Signals): number => {
    let killed = 0;
    for (const id of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      try {
        const [, name, rest] = /^\d+ \((.*)\) (.*)/.exec(readFileSync(`/proc/${id}/stat`, 'utf8')) ?? [];
        if (name !== 'tsc' || rest?.split(' ')[1] !== String(process.pid)) continue;
        process.kill(Number(id), signal);
        killed++;
      } catch {
        // It ended while it was looked at.
      }
    }
    return killed;
  };

  it.skipIf(process.platform !== 'linux')('is started again three times, then the answer is unknown', () => {
    const service = open(lay(TREE), 'native');
    put_(service, { 'src/one.ts': "export const one = 'x';\n" });
    for (let time = 0; time < 4; time++) {
      expect(codes(service, 'src/two.ts')).toEqual([2322]);
      expect(signalCompilers('SIGKILL')).toBeGreaterThan(0);
    }
    for (const answer of [service.diagnostics(path('src/two.ts')), service.names(path('src/two.ts'))]) {
      expect(answer).toMatchObject({ status: 'unknown', reason: expect.stringContaining('the compiler ended') });
    }
  });

  it.skipIf(process.platform !== 'linux')('is ended where it does not answer in time', () => {
    const session = new Session(lay(TREE), { forced: 'native', questionMs: 1_500 });
    const ask = () =>
      session.ask(() =>
        session.each(path('src/two.ts')).map(({ program, fileName }) => program.diagnostics(fileName).length),
      );
    expect(ask()).toMatchObject({ status: 'known', value: [0] });
    expect(signalCompilers('SIGSTOP')).toBeGreaterThan(0);
    expect(ask()).toMatchObject({ status: 'unknown', reason: 'the compiler failed: it took more than 1500 ms' });
    expect(ask()).toMatchObject({ status: 'known', value: [0] });
    session.close();
  });
});

describe('what watches a compiler’s process', () => {
  it('does not hold against it what another compiler takes', async () => {
    const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)']);
    const watchdog = new Watchdog(1_500);
    watchdog.watch(child.pid!);
    const block = (): unknown => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 3_000);
    watchdog.during(() => watchdog.aside(block));
    // What ended it is known once this thread is free.
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(child.signalCode).toBe(null);
    watchdog.release();
    child.kill('SIGKILL');
  });
});

describe('a root that is none', () => {
  it.each([
    ['relative/path', 'expected an absolute folder'],
    ['/nowhere/at/all', 'expected a folder'],
  ])('%s', (root, message) => {
    expect(openLanguage({ root })).toMatchObject({
      ok: false,
      issues: [{ code: 'lang/root', message: expect.stringContaining(message) }],
    });
  });
});
