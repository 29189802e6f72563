import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { random } from '../../src/base/index.ts';
import type { LanguageService } from '../../src/lang/index.ts';
import { NAME_CASES, SHOP } from './cases/names.ts';
import { caseFile, marked } from './names.ts';
import { known, lay, open, path } from './tree.ts';

const require = createRequire(import.meta.url);
const REPOSITORY = resolve(import.meta.dirname, '../..');
const COMPILER = {
  native: join(dirname(require.resolve('typescript/package.json')), 'bin/tsc'),
  service: join(dirname(require.resolve('typescript6/package.json')), 'bin/tsc'),
} as const;

/** What the compiler's own command line says: `path(line,column) code`, sorted. */
function tsc(engine: 'native' | 'service', root: string): string[] {
  const run = spawnSync(process.execPath, [COMPILER[engine], '-p', root, '--noEmit', '--pretty', 'false'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (run.status === null) throw new Error(`tsc did not end: ${run.error}`);
  const lines = run.stdout.matchAll(/^(.+?)\((\d+),(\d+)\): error TS(\d+):/gm);
  return [...lines].map(([, file, line, column, code]) => `${file}(${line},${column}) ${code}`).sort();
}

/** The same of the language service, over the files given. */
function told(service: LanguageService, root: string, files: readonly string[]): string[] {
  return files
    .flatMap((file) => {
      const text = readFileSync(join(root, file), 'utf8');
      return known(service.diagnostics(path(file)))
        .filter(({ severity }) => severity === 'error')
        .map(({ span, code }) => {
          const before = text.slice(0, span.start).split(/\r\n|\n|\r/);
          return `${file}(${before.length},${before.at(-1)!.length + 1}) ${code}`;
        });
    })
    .sort();
}

function sources(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.([cm]?[jt]s|[jt]sx)$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
}

describe.each(['native', 'service'] as const)('%s: as the command line says', (engine) => {
  it('on the cases, most of them wrong', () => {
    // With a syntax error anywhere the command line says nothing else.
    const files = NAME_CASES.filter(({ title }) => title !== 'incomplete text').map(
      (one, index) => [caseFile(index, one), marked(one.source).text] as const,
    );
    const root = lay({ ...SHOP, ...Object.fromEntries(files) });
    const expected = tsc(engine, root);
    expect(expected.length).toBeGreaterThan(60);
    expect(told(open(root, engine), root, sources(root, 'src'))).toEqual(expected);
  });
});

describe('on the sources of this repository', () => {
  let root: string;
  let files: string[];
  beforeAll(() => {
    // A copy, so that it stays the same while both look at it.
    root = realpathSync(mkdtempSync(join(tmpdir(), 'assay-lang-own-')));
    for (const name of ['src', 'bench', 'tsconfig.json', 'package.json']) {
      cpSync(join(REPOSITORY, name), join(root, name), { recursive: true });
    }
    symlinkSync(join(REPOSITORY, 'node_modules'), join(root, 'node_modules'));
    files = sources(root, 'src');
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  it('the native compiler says what its command line says', () => {
    const expected = tsc('native', root).filter((line) => line.startsWith('src/'));
    expect(told(open(root, 'native'), root, files)).toEqual(expected);
  });

  it('nothing is missing where nothing is wrong, and nearly everything is known', () => {
    const service = open(root, 'native');
    const counts = { found: 0, missing: 0, unknown: 0 };
    const wrong: string[] = [];
    const rng = random(3_881);
    for (const file of Array.from({ length: 80 }, () => rng.pick(files))) {
      const isRight = known(service.diagnostics(path(file))).length === 0;
      if (!isRight) continue;
      for (const { name, role, resolution } of known(service.names(path(file)))) {
        counts[resolution.status]++;
        if (resolution.status === 'missing') wrong.push(`${file}: ${role} ${name}: ${resolution.reason}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(counts.found).toBeGreaterThan(5_000);
    expect(counts.unknown / (counts.found + counts.unknown)).toBeLessThan(0.05);
  });

  it('both compilers resolve the names of a sample alike', () => {
    const seed = 7_061;
    const rng = random(seed);
    const [native, service] = [open(root, 'native'), open(root, 'service')];
    for (let n = 0; n < 8; n++) {
      const file = rng.pick(files);
      const lines = (one: LanguageService): string[] =>
        known(one.names(path(file))).map(({ role, name, span, resolution }) => {
          const declared = resolution.status === 'found' ? resolution.declarations.map(({ name: own }) => own) : [];
          return `${span.start} ${role} ${name} ${resolution.status} ${[...new Set(declared)].sort().join(' ')}`;
        });
      expect([seed, file, lines(native)]).toEqual([seed, file, lines(service)]);
    }
  });

  it('what is broken on purpose is missing exactly where the compiler complains', () => {
    const seed = 90_210;
    const rng = random(seed);
    const service = open(root, 'native');
    let broken = 0;
    for (let n = 0; n < 20; n++) {
      const file = rng.pick(files);
      const text = readFileSync(join(root, file), 'utf8');
      service.setOverlay(new Map());
      const uses = known(service.names(path(file))).filter(({ role }) => role !== 'call' && role !== 'literal');
      if (uses.length === 0) continue;
      const use = rng.pick(uses);
      const name = text.slice(use.span.start, use.span.end);
      const invented = /^['"`]/.test(name) ? `${name.slice(0, -1)}Zq${name.slice(-1)}` : `${name}Zq`;
      service.setOverlay(new Map([[path(file), text.slice(0, use.span.start) + invented + text.slice(use.span.end)]]));
      const complaints = known(service.diagnostics(path(file)));
      const missing = known(service.names(path(file))).filter(({ resolution }) => resolution.status === 'missing');
      const where = `seed ${seed}, ${n}: ${file}, ${use.role} ${invented} at ${use.span.start}`;
      const spans = new Set(missing.map(({ span }) => `${span.start}-${span.end}`));
      for (const { code, span, message } of complaints) {
        if (!NAME_CODES.has(code)) continue;
        expect([where, code, message, spans.has(`${span.start}-${span.end}`)]).toEqual([where, code, message, true]);
      }
      if (missing.length > 0) expect([where, complaints.length > 0]).toEqual([where, true]);
      if (missing.some(({ span }) => span.start === use.span.start)) broken++;
    }
    // Most inventions do break something; a key where anything may stand does not.
    expect(broken).toBeGreaterThan(12);
  }, 180_000);
});

it.each(['native', 'service'] as const)('%s: text in any state of writing is answered for', (engine) => {
  const seed = 4_114;
  const rng = random(seed);
  const files = NAME_CASES.map((one, index) => [caseFile(index, one), marked(one.source).text] as const);
  const service = open(lay({ ...SHOP, ...Object.fromEntries(files) }), engine);
  const scraps = [
    '.',
    '(',
    '{',
    '<',
    'import ',
    '`',
    '"',
    '?.',
    '[',
    'class ',
    '=> ',
    'type X = ',
    '/**',
    '#',
    '@',
    '</',
  ];
  for (let n = 0; n < 40; n++) {
    const [file, text] = rng.pick(files);
    const start = rng.below(text.length);
    const end = Math.min(text.length, start + rng.below(40));
    const broken = text.slice(0, start) + (rng.below(2) === 0 ? rng.pick(scraps) : '') + text.slice(end);
    service.setOverlay(new Map([[path(file), broken]]));
    const where = `seed ${seed}, ${n}: ${file} ${start} ${end}`;
    const answers = {
      diagnostics: service.diagnostics(path(file)).status,
      outline: service.outline(path(file)).status,
      references: service.references(path(file)).status,
    };
    expect([where, answers]).toEqual([where, { diagnostics: 'known', outline: 'known', references: 'known' }]);
    for (const { name, span, role } of known(service.names(path(file)))) {
      const written = broken.slice(span.start, span.end);
      const plain = role === 'literal' || written.includes('\\') ? name : written.replace(/^["'`]|["'`]$/g, '');
      expect([where, plain]).toEqual([where, name]);
    }
    const candidates = service.candidates(path(file), start);
    if (candidates.status === 'known') {
      const { replace } = candidates.value;
      expect([where, replace.start <= start && start <= replace.end]).toEqual([where, true]);
    }
  }
});

/** The codes that tell of a name and of nothing else. */
const NAME_CODES = new Set([2304, 2305, 2339, 2353, 2551, 2552, 2561, 2724, 18004]);
