import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256, tokenId } from '../base/index.ts';
import { type Tokenizer, weightsFolder } from '../tokens/index.ts';
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
