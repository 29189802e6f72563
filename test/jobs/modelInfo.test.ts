import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { main } from '../../src/frontends/cli/main.ts';
import { modelInfo } from '../../src/jobs/index.ts';
import { type GgufField, loadShippedPrior, writeLlama } from '../../src/model/index.ts';
import { ggufTokenizerFields, loadShipped, weightsFolder } from '../../src/tokens/index.ts';
import { type RandomLlama, randomLlama } from '../model/randomLlama.ts';

const folder = mkdtempSync(join(tmpdir(), 'assay-model-info-'));
afterAll(() => rmSync(folder, { recursive: true }));
const tokenizer = ggufTokenizerFields(readFileSync(join(weightsFolder(), 'tokenizer.json'))).value!;

function written(name: string, spec: RandomLlama, fields: readonly (readonly [string, GgufField])[] = []): string {
  const path = join(folder, `${name}.gguf`);
  writeFileSync(path, writeLlama(randomLlama(spec), new Map([...tokenizer, ...fields])));
  return path;
}
const config = { vocabulary: 16_384, width: 32, hidden: 64, layers: 1, headSize: 8 };

describe('model info', () => {
  it('tells what the shipped n-gram prior is', () => {
    const { ranks, order } = loadShippedPrior(loadShipped());
    const info = modelInfo(join(weightsFolder(), 'prior.bin')).value!;
    expect(info).toMatchObject({
      architecture: 'ngram',
      vocabulary: 16_384,
      context: order - 1,
      licence: 'Apache-2.0',
    });
    expect(info.bytes).toBe(statSync(join(weightsFolder(), 'prior.bin')).size);
    expect(info.parameters).toBe(16_384 + ranks.slice(1).reduce((sum, level) => sum + level.length, 0));
    expect(info.scores).toEqual([]);
  });

  it('tells what a GGUF file says of itself', () => {
    const path = written('full', { architecture: 'qwen3', type: 'Q8_0', config }, [
      ['general.name', ['string', 'Small']],
      ['general.license', ['string', 'mit']],
      ['assay.score.bits-per-byte', ['float64', 0.9]],
      ['assay.score.note', ['string', 'no number']],
    ]);
    // Embedding; queries, keys, values, output; feed-forward; gains of the stream and of heads.
    const weights = 16_384 * 32 + (32 + 16 + 16 + 32) * 32 + 3 * 64 * 32 + 3 * 32 + 2 * 8;
    expect(modelInfo(path).value).toEqual({
      name: 'Small',
      architecture: 'qwen3',
      parameters: weights,
      bytes: statSync(path).size,
      context: 256,
      vocabulary: 16_384,
      types: ['Q8_0', 'F32'],
      licence: 'mit',
      scores: [{ name: 'bits-per-byte', value: 0.9 }],
    });
  });

  it('says so where the file does not say', () => {
    const info = modelInfo(written('bare', { architecture: 'llama', config, tied: false })).value!;
    expect(info).toMatchObject({ name: 'bare.gguf', licence: undefined, scores: [], types: ['F32'] });
    expect(info.parameters).toBeGreaterThan(2 * 16_384 * 32);
  });

  it.each([
    [
      'a tokenizer of another size',
      written('other', { architecture: 'llama', config: { ...config, vocabulary: 100 } }),
      'model/tokenizer-mismatch',
      /16384 tokens and 100 rows/,
    ],
    [
      'a tokenizer it cannot use',
      written('spm', { architecture: 'llama', config }, [['tokenizer.ggml.model', ['string', 'llama']]]),
      'tokens/unsupported',
      /tokenizer\.ggml\.model "llama"/,
    ],
    ['a file that is none', join(weightsFolder(), 'tokenizer.json'), 'model/bad-gguf', /begins with "GGUF"/],
    ['no file', join(folder, 'none'), 'model/file', /readable file/],
    ['no prior', join(folder, 'none.bin'), 'model/file', /readable file/],
  ])('refuses %s', (_name, path, code, says) => {
    const info = modelInfo(path);
    expect(info.issues).toHaveLength(1);
    expect(info.issues[0]).toMatchObject({ code, path, message: expect.stringMatching(says) });
  });

  it('prints no control characters of a file', async () => {
    const path = written('hostile', { architecture: 'llama', config }, [
      ['general.name', ['string', 'a\u001b[31mb']],
      ['general.license', ['string', '\u0007']],
    ]);
    let out = '';
    const io = {
      cwd: folder,
      env: {},
      colour: false,
      motion: false,
      out: (text: string) => {
        out += text;
      },
      err: () => {},
      input: () => Promise.resolve(undefined),
    };
    expect(await main(['model', 'info', path], io)).toBe(0);
    expect(out).toContain('a\ufffd[31mb');
    expect(out).not.toMatch(/[^\P{Cc}\n]/u);
  });
});
