import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256, tokenId } from '../base/index.ts';
import { type Tokenizer, weightsFolder } from '../tokens/index.ts';
import { MIXTURE_WEIGHTS, type MixtureWeights } from './mixture.ts';
import { type Prior, readPrior } from './prior.ts';

/**
 * What a model is trained for: a name and a hash of every token's bytes, since a model's numbers mean nothing under
 * other tokens.
 */
export function tokenizerIdentity(tokenizer: Tokenizer): string {
  const parts: Uint8Array[] = [];
  for (let id = 0; id < tokenizer.vocabulary; id++) {
    const bytes = tokenizer.bytes(tokenId(id));
    parts.push(Uint8Array.of(bytes === undefined ? 255 : Math.min(254, bytes.length)), bytes ?? new Uint8Array(0));
  }
  return `${tokenizer.name}/${sha256(Buffer.concat(parts)).slice(0, 16)}`;
}

let shipped: Prior | undefined;

/** Assay's own prior, `weights/prior.bin`; read once. Throws where it was trained for another tokenizer. */
export function loadShippedPrior(tokenizer: Tokenizer): Prior {
  if (shipped === undefined) {
    const read = readPrior(readFileSync(join(weightsFolder(), 'prior.bin')));
    if (!read.ok) throw new Error(`the shipped prior cannot be used: ${read.issues[0]!.message}`);
    shipped = read.value;
  }
  const identity = tokenizerIdentity(tokenizer);
  if (shipped.tokenizer !== identity) {
    throw new Error(
      `the shipped prior was trained for tokenizer ${shipped.tokenizer}, not for ${identity}: train it again`,
    );
  }
  return shipped;
}

/** Path of assay's own transformer, the GGUF file in `weights/`; undefined where none is shipped. */
export function shippedTransformer(): string | undefined {
  const folder = weightsFolder();
  const [file] = readdirSync(folder)
    .filter((name) => name.endsWith('.gguf'))
    .sort();
  return file && join(folder, file);
}

/** How n-gram and transformer are mixed, `weights/mixture.json`, which `bench/mixture.ts --fit` writes; evenly where it is not there. */
export function loadShippedMixture(): MixtureWeights {
  const path = join(weightsFolder(), 'mixture.json');
  if (!existsSync(path)) return new Float32Array(MIXTURE_WEIGHTS);
  const { weights } = JSON.parse(readFileSync(path, 'utf8')) as { readonly weights: readonly number[] };
  if (weights.length !== MIXTURE_WEIGHTS || !weights.every(Number.isFinite))
    throw new Error(`expected ${MIXTURE_WEIGHTS} numbers in ${path}, found ${weights.length}: fit it again`);
  return Float32Array.from(weights);
}
