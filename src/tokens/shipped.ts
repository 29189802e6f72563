import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { tokenizerJson } from './tokenizerJson.ts';
import type { Tokenizer } from './types.ts';

/** Folders between a module of assay and the package's own folder, at most: `src/<room>/` or `dist/<chunks>/`. */
const DEPTH = 4;

/** The `weights/` folder that is shipped with assay, found from where this module lies: `src/tokens/` or `dist/`. */
export function weightsFolder(): string {
  let folder = import.meta.dirname;
  for (let up = 0; up < DEPTH; up++) {
    const weights = join(folder, 'weights');
    if (existsSync(join(folder, 'package.json')) && existsSync(weights)) return weights;
    folder = dirname(folder);
  }
  throw new Error(
    `expected a weights folder beside the package.json above ${import.meta.dirname}: install assay again`,
  );
}

let shipped: Tokenizer | undefined;

/** Assay's own encoding, `weights/tokenizer.json`; read once. */
export function loadShipped(): Tokenizer {
  if (shipped === undefined) {
    const loaded = tokenizerJson('assay-code').load(readFileSync(join(weightsFolder(), 'tokenizer.json')));
    if (!loaded.ok) throw new Error(`the shipped tokenizer is damaged: ${loaded.issues[0]!.message}`);
    shipped = loaded.value;
  }
  return shipped;
}
