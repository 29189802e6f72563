import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'rolldown';
import { describe, expect, it } from 'vitest';
import { loadShipped, SPECIALS, type Tokenizer, tokenizerJson, weightsFolder } from '../../src/tokens/index.ts';
import { tokenizerContract } from './contract.ts';
import { publicTokenizer } from './encodings.ts';

const readJson = (bytes: Uint8Array): Tokenizer => {
  const loaded = tokenizerJson().load(bytes);
  if (!loaded.ok) throw new Error(loaded.issues[0]!.message);
  return loaded.value;
};

const fixture = (name: string): Promise<Tokenizer> => {
  const { tokenizer } = JSON.parse(readFileSync(join(import.meta.dirname, 'fixtures', name), 'utf8'));
  return Promise.resolve(readJson(Buffer.from(JSON.stringify(tokenizer))));
};

tokenizerContract('shipped', async () => readJson(readFileSync(join(weightsFolder(), 'tokenizer.json'))));
tokenizerContract('cl100k_base', () => publicTokenizer('cl100k_base'));
tokenizerContract('tokenizer.json in the manner of Llama 3', () => fixture('huggingface-llama3.json'));
tokenizerContract('tokenizer.json in the manner of DeepSeek', () => fixture('huggingface-deepseek.json'));

describe('the weights folder', () => {
  it('is found from a bundle in dist/, wherever the package lies', async () => {
    const root = mkdtempSync(join(tmpdir(), 'assay-bundle-'));
    mkdirSync(join(root, 'weights'));
    cpSync(join(weightsFolder(), 'tokenizer.json'), join(root, 'weights', 'tokenizer.json'));
    writeFileSync(join(root, 'package.json'), '{"type":"module"}');
    const door = join(import.meta.dirname, '../../src/tokens/index.ts');
    await build({
      input: door,
      platform: 'node',
      output: { dir: join(root, 'dist'), format: 'esm' },
      logLevel: 'silent',
    });
    const bundle = (await import(
      pathToFileURL(join(root, 'dist', 'index.js')).href
    )) as typeof import('../../src/tokens/index.ts');
    expect(bundle.weightsFolder()).toBe(join(root, 'weights'));
    expect(bundle.loadShipped().encode('getUserById')).toEqual(loadShipped().encode('getUserById'));
    rmSync(root, { recursive: true });
  });
});

describe('the shipped encoding', () => {
  const tokenizer = loadShipped();

  it('has 16,384 ids: the bytes first, the special tokens last', () => {
    expect(tokenizer.vocabulary).toBe(16_384);
    for (let byte = 0; byte < 256; byte++) expect(tokenizer.encode(Uint8Array.of(byte))).toEqual([byte]);
    const names = Object.values(SPECIALS);
    expect([...tokenizer.specials.keys()]).toEqual(names);
    expect(names.map((name) => tokenizer.specials.get(name)!.id)).toEqual(names.map((_, index) => 16_384 - 16 + index));
  });

  it('fits the budget of the repository', () => {
    expect(readFileSync(join(weightsFolder(), 'tokenizer.json')).length).toBeLessThan(1_000_000);
  });

  it.each<[string, number]>([
    ['getUserById', 4],
    ['export async function', 3],
    ['return this.', 3],
    ['const x = 1;\n', 6],
    [' {\n    return ', 3],
    ['undefined', 1],
    // What nobody writes costs about a token a byte or two.
    ['xqzvkjwpqx', 10],
  ])('%j takes at most %d tokens', (text, most) => {
    expect(tokenizer.encode(text).length).toBeLessThanOrEqual(most);
  });

  it('costs more for a rare string than for a common one of its length', () => {
    expect(tokenizer.encode('qzxjkvwqzxj').length).toBeGreaterThan(2 * tokenizer.encode('getUserById').length);
  });
});
