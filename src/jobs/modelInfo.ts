import { join } from 'node:path';
import { ok, type Result } from '../base/index.ts';
import {
  elementCount,
  type LlamaFile,
  type LlamaModel,
  openLlama,
  readPrior,
  readWeights,
  shippedTransformer,
  type Tensor,
} from '../model/index.ts';
import { weightsFolder } from '../tokens/index.ts';

export interface ModelInfo {
  readonly name: string;
  /** `ngram`, or what the file of a transformer says. */
  readonly architecture: string;
  /** Weights; those of an n-gram model are its n-grams. */
  readonly parameters: number;
  /** Size of the file. */
  readonly bytes: number;
  /** Most tokens that a prediction looks back on. */
  readonly context: number;
  /** Entries of its tokenizer. */
  readonly vocabulary: number;
  /** Formats of its weights, the one with most first. */
  readonly types: readonly string[];
  /** Undefined where the file does not say. */
  readonly licence: string | undefined;
  /** What was measured of it, as its file says; empty where it says nothing. */
  readonly scores: readonly { readonly name: string; readonly value: number }[];
}

/** Assay's own weights are under the licence of the package. */
const LICENCE = 'Apache-2.0';
const SCORE = 'assay.score.';

/** Files of the n-gram's own format. */
const PRIOR = '.bin';

/**
 * What a model is: a GGUF file, or a prior of the n-gram where the name ends with `.bin`. Where none is named, the shipped
 * transformer; the shipped prior where there is no transformer. Errors: those of `openLlama` and of `readPrior`.
 */
export function modelInfo(
  path: string = shippedTransformer() ?? join(weightsFolder(), `prior${PRIOR}`),
): Result<ModelInfo> {
  if (path.endsWith(PRIOR)) return priorInfo(path);
  const opened = openLlama(path);
  return opened.ok ? ok(described(opened.value)) : opened;
}

function priorInfo(path: string): Result<ModelInfo> {
  const file = readWeights(path);
  if (!file.ok) return file;
  const prior = readPrior(file.value);
  if (!prior.ok) return prior;
  const { vocabulary, order, ranks } = prior.value;
  return ok({
    name: 'assay n-gram prior',
    architecture: 'ngram',
    parameters: ranks.reduce((sum, level) => sum + level.length, vocabulary),
    bytes: file.value.length,
    context: order - 1,
    vocabulary,
    types: ['8-bit logarithms'],
    licence: LICENCE,
    scores: [],
  });
}

function described({ name, model, metadata, bytes }: LlamaFile): ModelInfo {
  const { config } = model;
  const sizes = new Map<string, number>();
  for (const { type, shape } of tensors(model)) sizes.set(type, (sizes.get(type) ?? 0) + elementCount(shape));
  const licence = metadata.get('general.license');
  return {
    name,
    architecture: config.architecture,
    parameters: [...sizes.values()].reduce((a, b) => a + b, 0),
    bytes,
    context: config.contextLength,
    vocabulary: config.vocabulary,
    types: [...sizes].sort(([, a], [, b]) => b - a).map(([type]) => type),
    licence: typeof licence === 'string' ? licence : undefined,
    scores: [...metadata]
      .filter((entry): entry is [string, number] => entry[0].startsWith(SCORE) && typeof entry[1] === 'number')
      .map(([key, value]) => ({ name: key.slice(SCORE.length), value })),
  };
}

/** Each tensor once: a tied head is the embedding. */
const tensors = ({ weights: { embedding, layers, outputNorm, head } }: LlamaModel): Set<Tensor> =>
  new Set([embedding, ...layers.flatMap((layer) => Object.values(layer) as Tensor[]), outputNorm, head]);
