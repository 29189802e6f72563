import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { RepoPath } from '../../src/base/index.ts';
import { openCompleter } from '../../src/jobs/index.ts';
import { openTransformer } from '../../src/jobs/transformerModel.ts';
import { writeLlama } from '../../src/model/index.ts';
import { localPredictor } from '../../src/predict/index.ts';
import { GREEDY } from '../../src/sample/index.ts';
import { ggufTokenizerFields, loadShipped, weightsFolder } from '../../src/tokens/index.ts';
import { randomLlama } from '../model/randomLlama.ts';
import { windowOf } from '../predict/contract.ts';
import { Project, value } from '../workspace/repository.ts';

const folder = mkdtempSync(join(tmpdir(), 'assay-transformer-'));
afterAll(() => rmSync(folder, { recursive: true }));
const shipped = readFileSync(join(weightsFolder(), 'tokenizer.json'));

/** The shipped encoding without its last merge: other tokens, other ids of the control tokens. */
function otherEncoding(): Uint8Array {
  const json = JSON.parse(shipped.toString()) as {
    added_tokens: { id: number; content: string }[];
    model: { vocab: Record<string, number>; merges: unknown[] };
  };
  const added = new Set(json.added_tokens.map(({ content }) => content));
  const plain = Object.entries(json.model.vocab).filter(([text]) => !added.has(text));
  const [gone, id] = plain.reduce((a, b) => (a[1] > b[1] ? a : b));
  delete json.model.vocab[gone];
  json.model.merges.pop();
  for (const token of json.added_tokens) if (token.id > id) token.id--;
  for (const text of added) if ((json.model.vocab[text] ?? -1) > id) json.model.vocab[text]!--;
  return Buffer.from(JSON.stringify(json));
}

function written(name: string, encoding: Uint8Array, vocabulary: number, contextLength = 256): string {
  const config = { vocabulary, width: 32, hidden: 64, layers: 1, headSize: 8, contextLength };
  const path = join(folder, `${name}.gguf`);
  const fields = new Map(value(ggufTokenizerFields(encoding)));
  writeFileSync(path, writeLlama(randomLlama({ architecture: 'qwen3', strength: 3, config }), fields));
  return path;
}

describe('openTransformer', () => {
  it('comes with the shipped tokenizer where the tokens are those', () => {
    const model = value(openTransformer(written('own', shipped, 16_384, 100_000)));
    expect(model.tokenizer).toBe(loadShipped());
    // The start token stands before every sequence.
    expect(model.capacity).toBe(4_095);
    model.close();
  });

  it('comes with its own tokenizer where they are others, and writes with it', async () => {
    const model = value(openTransformer(written('other', otherEncoding(), 16_383)));
    expect(model.tokenizer.vocabulary).toBe(16_383);
    const predictor = localPredictor({ model, tokenizer: model.tokenizer });
    const long = 'const value = other(1, 2);\n'.repeat(200);
    const request = { window: windowOf(long, long), count: 1, maxTokens: 8, sampling: GREEDY, stop: [] };
    const [first] = value(await predictor.predict(request));
    expect(first!.text.length).toBeGreaterThan(0);
    expect(value(await predictor.predict(request))).toEqual([first]);
    model.close();
  });

  it('completes with a model of another encoding', async () => {
    const project = new Project({
      'package.json': JSON.stringify({ name: 'x', version: '1.0.0', type: 'module' }),
      'tsconfig.json': JSON.stringify({ compilerOptions: { strict: true, noEmit: true, types: [] } }),
      'src/a.ts': 'export const names: string[] = [];\nexport const count = names.length;\n',
    }).init();
    const file = written('complete', otherEncoding(), 16_383);
    const completer = value(await openCompleter(await project.open(), undefined, { model: file }));
    const text = 'export const names: string[] = [];\nexport const count: number = names.;\n';
    const offset = text.indexOf('names.;') + 6;
    const { completions } = await completer.complete('src/a.ts' as RepoPath, text, offset, { count: 3 });
    completer.close();
    expect(completions.map((one) => one.text)).toContain('length');
  });
});
