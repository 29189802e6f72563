import { type EventSink, noEvents, ok, type Result } from '../base/index.ts';
import { kernelEngine, openLlama, type TransformerSequence, tokenizerIdentity, transformer } from '../model/index.ts';
import { continuationLayout, infillLayout, type Reader } from '../predict/index.ts';
import { loadShipped, type Tokenizer } from '../tokens/index.ts';

/** In assay's own store: the model that was continued on the repository. */
export const PERSONAL_MODEL = 'model.gguf';

/** A transformer of a file with the way it is shown a window. */
export interface TransformerModel extends Reader {
  readonly tokenizer: Tokenizer;
  /** Frees its threads and memory. */
  close(): void;
}

/** Tokens of a window at most, whatever the model was made for: longer ones take too much memory and time here. */
const CAPACITY = 4_096;

/**
 * Opens a GGUF file. Where its tokens are those of the shipped encoding it comes with that very tokenizer. Errors: those of `openLlama` and of the kernels.
 */
export function openTransformer(path: string, events: EventSink = noEvents): Result<TransformerModel> {
  const started = performance.now();
  events({ type: 'progress-start', task: 'opening the model', total: 1, unit: 'files' });
  const opened = openLlama(path);
  if (!opened.ok) return opened;
  const { name, model, start } = opened.value;
  const engine = kernelEngine(model, { capacity: Math.min(CAPACITY, model.config.contextLength) });
  if (!engine.ok) return engine;
  const shipped = loadShipped();
  const tokenizer = bytesOf(opened.value.tokenizer) === bytesOf(shipped) ? shipped : opened.value.tokenizer;
  const computed = transformer(engine.value, { name, ...(start ? { start: start.id } : {}) });
  events({ type: 'progress-end', task: 'opening the model', ms: performance.now() - started });
  return ok({
    model: computed,
    layout: infillLayout(tokenizer) ?? continuationLayout(tokenizer),
    capacity: computed.capacity,
    compute: (sequences) => computed.compute(sequences as readonly TransformerSequence[]),
    tokenizer,
    close: () => computed.close(),
  });
}

/** The hash of a tokenizer's bytes, without its name. */
const bytesOf = (tokenizer: Tokenizer): string => tokenizerIdentity(tokenizer).split('/').at(-1)!;
