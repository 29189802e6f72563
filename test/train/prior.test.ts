import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { random, sha256 } from '../../src/base/index.ts';
import { ngram, readPrior, tokenizerIdentity } from '../../src/model/index.ts';
import { trainPrior } from '../../src/train/index.ts';
import { smallTokenizer } from '../sample/tokenizer.ts';

const folder = mkdtempSync(join(tmpdir(), 'assay-prior-'));
afterAll(() => rmSync(folder, { recursive: true }));
const tokenizer = smallTokenizer();

/** A packed corpus of small packages that share idioms, each with names of its own. */
function corpus(name: string, families: number): string {
  const path = join(folder, name);
  mkdirSync(path);
  const rng = random(families);
  const idioms = [
    'export function ',
    'return user.name;\n',
    'const users = getUserById(',
    'import { name } from "',
    ');\n  ',
  ];
  const lines = Array.from({ length: families * 2 }, (_, i) => {
    const own = `own${i >> 1}`;
    const text = Array.from({ length: 40 }, () => rng.pick([...idioms, own])).join(own);
    return JSON.stringify({ package: `package${i >> 1}`, path: `src/${i}.ts`, licence: 'MIT', text });
  });
  const shard = (split: string): { file: string; kind: string; split: string; sha256: string } => {
    const content = `${lines.join('\n')}\n`;
    writeFileSync(join(path, `code-${split}-00.jsonl`), content);
    return { file: `code-${split}-00.jsonl`, kind: 'code', split, sha256: sha256(content) };
  };
  const packages = Array.from({ length: families }, (_, i) => ({ package: `package${i}`, family: `family${i}` }));
  const manifest = { schema: 'assay/corpus/1', shards: [shard('train'), shard('validation')], packages };
  writeFileSync(join(path, 'manifest.json'), JSON.stringify(manifest));
  return path;
}

describe('trainPrior', () => {
  it('writes a prior that knows the idioms, the same each time', () => {
    const path = corpus('whole', 24);
    const out = join(folder, 'prior.bin');
    const report = trainPrior(path, out, { tokenizer, size: 2_000 });
    if (!report.ok) throw new Error(report.issues[0]!.message);
    expect(report.value.heldOut).toEqual(['family5', 'family16']);
    expect(report.value.ngrams.length).toBe(3);
    expect(report.value.ngrams.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(2_000);
    const bytes = readFileSync(out);
    expect(report.value.bytes).toBe(bytes.length);
    trainPrior(path, out, { tokenizer, size: 2_000 });
    expect(readFileSync(out).equals(bytes)).toBe(true);

    const read = readPrior(bytes);
    if (!read.ok) throw new Error(read.issues[0]!.message);
    expect(read.value.tokenizer).toBe(tokenizerIdentity(tokenizer));
    const score = (model: ReturnType<typeof ngram>, before: string, next: string): number => {
      const sequence = model.open();
      sequence.extend(tokenizer.encode(before));
      return Math.exp(sequence.scoreNext(tokenizer.encode(next)));
    };
    const model = ngram({ vocabulary: tokenizer.vocabulary, prior: read.value });
    expect(score(model, 'return user', '.name')).toBeGreaterThan(0.5);
    expect(score(ngram({ vocabulary: tokenizer.vocabulary }), 'return user', '.name')).toBeLessThan(0.01);
    expect(report.value.bitsPerToken).toBeLessThan(2);
  });

  it('answers what it cannot train on with an issue', () => {
    const out = join(folder, 'none.bin');
    expect(trainPrior(join(folder, 'absent'), out, { tokenizer }).issues[0]!.code).toBe('corpus/no-manifest');
    expect(trainPrior(corpus('few', 3), out, { tokenizer }).issues[0]!.code).toBe('train/too-little-text');
  });
});
