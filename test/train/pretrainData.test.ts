import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Hash, random, type TokenId } from '../../src/base/index.ts';
import { loadLlama, readGguf } from '../../src/model/index.ts';
import { ggufTokenizer, loadShipped, weightsFolder } from '../../src/tokens/index.ts';
import { exportModel, type PrepareOptions, type PretrainData, preparePretraining } from '../../src/train/index.ts';
import { dropComments, dropImports, hole } from '../../src/train/pretrain/augment.ts';
import { type NetworkConfig, parameterShapes } from '../../src/train/pretrain/network.ts';
import { packageRows, type RowFile, specialIds } from '../../src/train/pretrain/rows.ts';
import { type CorpusDocument, type CorpusKind, type CorpusSplit, writeShards } from '../../src/train/shards.ts';
import { temporaryFolder } from './packages.ts';

const tokenizer = loadShipped();
const ids = specialIds(tokenizer);

let root: string;
beforeAll(() => {
  root = temporaryFolder();
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const NAMES = ['total', 'readFile', 'é', 'window', '😀', 'count_of', 'x1'];

/** A file with imports, comments, blocks, and characters of two to four bytes. */
function module(seed: number, functions: number): string {
  const rng = random(seed);
  const name = (): string => `${rng.pick(NAMES)}${rng.below(100)}`;
  const lines = ["import { a } from './a.ts';", 'import {', '  b,', "} from '../b.ts';", '', '/** What it is for. */'];
  for (let i = 0; i < functions; i++) {
    lines.push(`export function f${i}(${name()}: string): string {`, `  // ${name()} comes first`);
    for (let j = rng.below(8); j >= 0; j--) lines.push(`  const c${j} = '${name()} ${name()}' + ${rng.below(1000)};`);
    lines.push('  return c0;', '}', '');
  }
  return lines.join('\n');
}

describe('what is dropped', () => {
  it.each([
    ['imports', dropImports, "import a from 'a';\nimport {\n  b,\n} from 'b';\n\nconst c = 1;\n", 'const c = 1;\n'],
    ['imports without a name', dropImports, 'import \'a\';\nimport type { B } from "b"\nrun();', 'run();'],
    [
      'nothing after the first other line',
      dropImports,
      "const a = 1;\nimport b from 'b';",
      "const a = 1;\nimport b from 'b';",
    ],
    [
      'imports below a licence',
      dropImports,
      "// Licence\n'use strict'\nimport a from 'a';\nb;",
      "// Licence\n'use strict'\nb;",
    ],
    ['a call of import stays', dropImports, "const a = import('a');", "const a = import('a');"],
    [
      'comments',
      dropComments,
      '/**\n * A.\n */\nlet a; // b\n  // c\nlet d;\n/* e */\n/* f */ g;',
      'let a; // b\nlet d;\n/* f */ g;',
    ],
  ])('%s', (_name, drop, text, expected) => expect(drop(text)).toBe(expected));
});

describe('holes', () => {
  it('lie inside the text, take at most half of it and cut no character', () => {
    for (let seed = 1; seed <= 300; seed++) {
      const text = module(seed, 1 + (seed % 4)).slice(0, 10 + seed);
      const found = hole(text, random(seed));
      if (text.length < 16) expect(found, `seed ${seed}`).toBeUndefined();
      if (text.length < 16 || found === undefined) continue;
      expect(found.start < found.end && found.end <= text.length, `seed ${seed}`).toBe(true);
      expect(found.end - found.start, `seed ${seed}`).toBeLessThanOrEqual(text.length / 2 + 1);
      for (const part of [text.slice(0, found.start), text.slice(found.start, found.end), text.slice(found.end)]) {
        expect(part.isWellFormed(), `seed ${seed}`).toBe(true);
      }
    }
  });

  it('are sometimes the whole body of a block', () => {
    const text = module(3, 6);
    const bodies = Array.from({ length: 200 }, (_, seed) => hole(text, random(seed))!).filter(
      ({ start, end }) => text.slice(start - 2, start) === '{\n' && text.slice(end, end + 2) === '}\n',
    );
    expect(bodies.length).toBeGreaterThan(5);
  });
});

interface Piece {
  readonly path: string;
  readonly text: string;
  readonly order: 'plain' | 'prefix first' | 'suffix first';
}

const textOf = (tokens: readonly number[]): string =>
  Buffer.from(tokenizer.decode(tokens as readonly TokenId[])).toString('utf8');

/** Reads a row back: the pieces in it, holes closed again. */
function piecesOf(row: readonly number[]): Piece[] {
  const pieces: Piece[] = [];
  const starts = [...row.keys()].filter((at) => row[at] === ids.path);
  for (const [index, start] of starts.entries()) {
    const end = starts[index + 1] ?? row.length;
    const file = row.indexOf(ids.file, start);
    const body = row.slice(file + 1, end).filter((id) => id !== ids.pad && id !== ids.endOfText);
    const part = (mark: number, ...others: readonly number[]): number[] => {
      const from = body.indexOf(mark);
      const to = body.findIndex((id, at) => at > from && others.includes(id));
      return from < 0 ? [] : body.slice(from + 1, to < 0 ? body.length : to);
    };
    const marks = [ids.fimPrefix, ids.fimSuffix, ids.fimMiddle];
    const [prefix, suffix, middle] = marks.map((mark) => part(mark, ...marks));
    const order = !body.includes(ids.fimSuffix)
      ? 'plain'
      : body.includes(ids.fimMiddle)
        ? 'prefix first'
        : 'suffix first';
    const text = order === 'plain' ? body : [];
    const joined = order === 'plain' ? textOf(text) : textOf(prefix!) + textOf(middle!) + textOf(suffix!);
    pieces.push({ path: textOf(row.slice(start + 1, file)), text: joined, order });
  }
  return pieces;
}

describe('rows', () => {
  const files = (seed: number): RowFile[] =>
    Array.from({ length: 1 + (seed % 5) }, (_, i) => ({
      path: `src/p${i}.ts`,
      text: module(10 * seed + i, 1 + 4 * i),
    }));

  it.each([65, 129, 513])('of %i ids hold every file once, in order, after its path', (size) => {
    const seen = new Map<string, number>();
    for (let seed = 1; seed <= 40; seed++) {
      const own = files(seed);
      const rows = packageRows('pkg', own, { tokenizer, size, random: random(seed), augment: true });
      const texts = new Map<string, string>();
      for (const row of rows) {
        expect(row.length).toBe(size);
        expect(row[0]).toBe(ids.endOfText);
        for (const { path, text, order } of piecesOf(row)) {
          // Plain pieces may end inside a character, which the next begins with.
          texts.set(path, (texts.get(path) ?? '') + text);
          seen.set(order, (seen.get(order) ?? 0) + 1);
        }
      }
      for (const { path, text } of own) {
        const found = texts.get(path)!.replaceAll('\ufffd', '');
        const plain = (all: string): string => all.replaceAll(/[^\0-\x7f]/g, '');
        const possible = [text, dropImports(text), dropComments(text), dropComments(dropImports(text))].map(plain);
        expect(possible, `seed ${seed}, ${path}`).toContain(plain(found));
      }
    }
    for (const order of ['plain', 'prefix first', 'suffix first']) expect(seen.get(order), order).toBeGreaterThan(20);
  });

  it('of prose have neither holes nor snippets, and drop nothing', () => {
    const own = files(4);
    const rows = packageRows('pkg', own, { tokenizer, size: 257, random: random(1), augment: false });
    const flat = rows.flat();
    for (const mark of [ids.fimPrefix, ids.fimSuffix, ids.fimMiddle, ids.snippet]) expect(flat).not.toContain(mark);
    expect(flat.filter((id) => id === ids.path).length).toBeGreaterThanOrEqual(own.length);
  });

  it('show some snippet of another file first', () => {
    const rows = packageRows('pkg', files(4), { tokenizer, size: 513, random: random(2), augment: true });
    const shown = rows.filter((row) => row.includes(ids.snippet));
    expect(shown.length).toBeGreaterThan(0);
    for (const row of shown) expect(row.indexOf(ids.snippet)).toBeLessThan(row.indexOf(ids.path));
  });
});

const evaluation = join(import.meta.dirname, '../../examples/shop/src/todo');

let folders = 0;
/** A packed corpus of these documents. */
function corpus(documents: Partial<Record<CorpusSplit, readonly Partial<CorpusDocument>[]>>): string {
  const folder = join(root, `corpus${folders++}`);
  const shards = (['train', 'validation', 'test'] as const).flatMap((split) =>
    (['code', 'prose'] as const satisfies CorpusKind[]).flatMap((kind) =>
      writeShards(
        folder,
        kind,
        split,
        (kind === 'code' ? (documents[split] ?? []) : []).map((one, i) => ({
          package: 'pkg',
          path: `src/${i}.ts`,
          licence: 'MIT',
          text: module(i, 5),
          ...one,
        })),
      ),
    ),
  );
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, 'manifest.json'),
    JSON.stringify({ schema: 'assay/corpus/1', list: 'none' as Hash, shards, packages: [], licences: {} }),
  );
  return folder;
}

function prepared(
  from: string,
  options: Partial<PrepareOptions> = {},
): { out: string; result: ReturnType<typeof preparePretraining> } {
  const out = join(root, `data${folders++}`);
  const all = { tokenizer, evaluationFolders: [evaluation], context: 128, ...options };
  return { out, result: preparePretraining(from, out, all) };
}

const codeOf = (result: ReturnType<typeof preparePretraining>): string | undefined =>
  result.ok ? undefined : result.issues[0]!.code;

describe('preparePretraining', () => {
  const three = { train: [{}, {}, { package: 'other' }], validation: [{}], test: [{}] };

  it('writes what data.json says, the same each time, another with another seed', () => {
    const from = corpus(three);
    const [first, again, other] = [prepared(from), prepared(from), prepared(from, { seed: 2, epochs: 2 })];
    const read = (out: string): PretrainData =>
      JSON.parse(readFileSync(join(out, 'data.json'), 'utf8')) as PretrainData;
    const data = read(first.out);
    expect(first.result.ok && first.result.value).toEqual(data);
    expect(read(again.out)).toEqual(data);
    expect(read(other.out).files.train.sha256).not.toBe(data.files.train.sha256);
    expect(read(other.out).rows.length).toBe(2);
    for (const { file, tokens } of Object.values(data.files)) {
      expect(readFileSync(join(first.out, file)).length).toBe(2 * tokens);
    }
    expect(data.files.train.tokens).toBe(data.rows[0]! * 129);
    expect(Object.keys(data.checkedAgainst)).toContain('clamp-quantity.ts');
    // The text held out stands there whole, between its path and the end.
    const bytes = readFileSync(join(first.out, 'validation.bin'));
    const held = [...new Uint16Array(Uint8Array.from(bytes).buffer)];
    expect(held[0]).toBe(ids.path);
    expect(held.at(-1)).toBe(ids.endOfText);
    expect(textOf(held.slice(held.indexOf(ids.file) + 1))).toBe(module(0, 5));
    expect(data.files.validation.textBytes).toBe(Buffer.byteLength(module(0, 5)));
  });

  it.each([
    ['a stub of the evaluation', readFileSync(join(evaluation, 'clamp-quantity.ts'), 'utf8')],
    [
      'its signature alone',
      'export function clampQuantity(quantity: number, min: number, max: number): number {\n  return 1;\n}\n',
    ],
    [
      'its words, wrapped otherwise',
      'x();\n// Limits the quantity asked for to what may\n// be ordered: at least min, at most max.\n',
    ],
  ])('refuses training text with %s', (_name, text) => {
    const { out, result } = prepared(corpus({ ...three, train: [{}, { text }] }));
    expect(codeOf(result)).toBe('corpus/contaminated');
    expect(() => readFileSync(join(out, 'data.json'))).toThrow();
  });

  it.each<[string, Partial<PrepareOptions>, string]>([
    ['nothing to check against', { evaluationFolders: [] }, 'corpus/bad-evaluation'],
    ['an empty folder to check against', { evaluationFolders: ['/nonexistent'] }, 'corpus/bad-evaluation'],
    [
      'a folder to check against, and a file',
      { evaluationFolders: [evaluation, import.meta.filename] },
      'corpus/bad-evaluation',
    ],
    ['a short context', { context: 63 }, 'train/context'],
    ['half a token', { context: 128.5 }, 'train/context'],
    ['no epoch', { epochs: 0 }, 'train/epochs'],
  ])('refuses %s', (_name, options, code) => expect(codeOf(prepared(corpus(three), options).result)).toBe(code));

  it('refuses a folder without a corpus, and a shard that was changed', () => {
    expect(codeOf(prepared(join(root, 'nowhere')).result)).toBe('corpus/no-manifest');
    const from = corpus(three);
    writeFileSync(join(from, 'code-train-00.jsonl'), '{}\n');
    expect(codeOf(prepared(from).result)).toBe('corpus/damaged');
  });
});

describe('exportModel', () => {
  const config: NetworkConfig & { architecture: string } = {
    architecture: 'qwen3',
    layers: 1,
    width: 32,
    heads: 2,
    kvHeads: 1,
    headSize: 32,
    hidden: 32,
    vocabulary: tokenizer.vocabulary,
    contextLength: 64,
    normEpsilon: 1e-6,
    ropeBase: 10_000,
  };

  /** Safetensors with the weights of chance that such a config asks for. */
  function weights(said: object = config, value?: number): string {
    const rng = random(1);
    const header: Record<string, unknown> = {
      __metadata__: { schema: 'assay/weights/1', config: JSON.stringify(said) },
    };
    const parts: Uint8Array[] = [];
    let offset = 0;
    for (const [name, [rows, columns]] of parameterShapes(config)) {
      const values = Float32Array.from({ length: rows * columns }, () => value ?? rng.float() - 0.5);
      const shape = rows === 1 ? [columns] : [rows, columns];
      header[name] = { dtype: 'F32', shape, data_offsets: [offset, offset + values.byteLength] };
      parts.push(new Uint8Array(values.buffer));
      offset += values.byteLength;
    }
    const head = Buffer.from(JSON.stringify(header));
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(head.length));
    const file = join(root, `weights${folders++}.safetensors`);
    writeFileSync(file, Buffer.concat([length, head, ...parts]));
    return file;
  }
  const options = { type: 'Q8_0', tokenizerFile: join(weightsFolder(), 'tokenizer.json'), name: 'tiny' } as const;

  it('makes a file with model and encoding', () => {
    const out = join(root, 'model.gguf');
    const report = exportModel(weights(), out, { ...options, scores: { 'bits-per-byte': 1.25 } });
    expect(report.ok && report.value.bytes).toBe(readFileSync(out).length);
    const gguf = readGguf(readFileSync(out));
    if (!gguf.ok) throw new Error(gguf.issues[0]!.message);
    expect(gguf.value.metadata.get('assay.score.bits-per-byte')).toBe(1.25);
    expect(gguf.value.metadata.get('general.license')).toBe('Apache-2.0');
    const model = loadLlama(gguf.value);
    expect(model.ok && model.value.config).toMatchObject({ ...config, normEpsilon: Math.fround(config.normEpsilon) });
    expect(model.ok && model.value.weights.head).toBe(model.ok && model.value.weights.embedding);
    const encoding = ggufTokenizer('tiny', gguf.value.metadata);
    const text = 'const café = 1; // 😀\n';
    expect(encoding.ok && encoding.value.tokenizer.encode(text)).toEqual(tokenizer.encode(text));
  });

  it.each([
    ['a file that is not there', () => join(root, 'none'), 'train/no-weights'],
    ['another kind of file', () => join(import.meta.dirname, '../../package.json'), 'model/limit'],
    ['another architecture', () => weights({ ...config, architecture: 'gpt2' }), 'train/bad-weights'],
    ['no width', () => weights({ ...config, width: 0 }), 'train/bad-weights'],
    ['sizes that the tensors do not have', () => weights({ ...config, hidden: 64 }), 'model/bad-gguf'],
    ['weights that are not numbers', () => weights(config, Number.NaN), 'model/bad-gguf'],
    ['another encoding', () => join(import.meta.dirname, 'data/tiny.safetensors'), 'train/bad-weights'],
  ])('refuses %s', (_name, file, code) => {
    const report = exportModel(file(), join(root, 'refused.gguf'), options);
    expect(report.ok ? undefined : report.issues[0]!.code).toBe(code);
    expect(() => readFileSync(join(root, 'refused.gguf'))).toThrow();
  });
});
