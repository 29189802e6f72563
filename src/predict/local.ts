import { ok, type Random, type Result, random, type TokenId } from '../base/index.ts';
import type { ContextWindow } from '../context/index.ts';
import { type MixtureWeights, mixed, type TokenModel, type TokenSequence } from '../model/index.ts';
import { tokenTrie } from '../sample/index.ts';
import type { Tokenizer } from '../tokens/index.ts';
import { lockstep } from './lockstep.ts';
import { continuationLayout, type Layout, type Prompt } from './prompt.ts';
import { aborted, checkRequest } from './request.ts';
import type { Prediction, Predictor } from './types.ts';
import { write } from './write.ts';

/** Drafts drawn for each one asked for, so that equal ones can be left out. */
const DRAWS = 4;

/** A model and how it is shown a window. */
export interface Reader {
  readonly model: TokenModel;
  readonly layout: Layout;
  /** Most tokens of one of its sequences; no limit where not given. */
  readonly capacity?: number;
  /** Computes what sequences of the model have been extended by in one pass, where it can. */
  readonly compute?: (sequences: readonly TokenSequence[]) => void;
}

/**
 * A writer over a model that shows its distribution, or over two that are mixed token by token, each with the window laid out
 * as it is used to. The prompt is computed once and forked for each draft, what two requests in a row share is kept, and drafts go on
 * together, a token of each in one pass. Draft i draws from the i-th generator that the seed gives. The token at the cursor is healed (see `heal`): the probability of what was typed
 * already is taken as given, so that each probability is that of the new text after the old.
 *
 * Token probabilities are the model's own, before filters, constraint and gate. A token whose text is not yet a whole
 * character, or that only repeats what was typed, is counted into the next one.
 */
export function localPredictor(options: {
  /** Laid out by `continuationLayout` where only a model is given. */
  readonly model: TokenModel | Reader;
  readonly beside?: Reader & { readonly weights: MixtureWeights };
  readonly tokenizer: Tokenizer;
  readonly name?: string;
}): Predictor {
  const { tokenizer, beside } = options;
  const first: Reader =
    'layout' in options.model ? options.model : { model: options.model, layout: continuationLayout(tokenizer) };
  const readers = beside ? [first, beside] : [first];
  const name = options.name ?? readers.map(({ model }) => model.name).join(' + ');
  for (const { model } of readers) {
    if (model.vocabulary === tokenizer.vocabulary) continue;
    throw new Error(
      `model ${model.name} has ${model.vocabulary} tokens and tokenizer ${tokenizer.name} ${tokenizer.vocabulary}: they do not belong together`,
    );
  }
  const trie = tokenTrie(tokenizer);
  const trunks = readers.map(keptPrompt);
  return {
    name,
    async predict(request): Promise<Result<readonly Prediction[]>> {
      const checked = checkRequest(request);
      if (!checked.ok) return checked;
      // What is written has at most half of a sequence.
      const maxTokens = Math.min(
        request.maxTokens,
        ...readers.map(({ capacity = Infinity }) => Math.max(1, Math.floor(capacity / 2))),
      );
      const prompts = trunks.map((trunk) => trunk(request.window, maxTokens));
      const { tokens, typed } = prompts[0]!;
      const seeds = random(request.sampling.seed);
      const wanted = request.sampling.temperature === 0 ? 1 : request.count;
      const drafts = new Map<string, Prediction>();
      /** So many drafts side by side. */
      const round = (count: number): Promise<readonly (Prediction | undefined)[]> => {
        const steps = lockstep<readonly TokenSequence[]>(count, (all) => {
          for (const [i, { compute }] of readers.entries()) compute?.(all.map((forks) => forks[i]!));
        });
        const one = async (draws: Random): Promise<Prediction | undefined> => {
          const forks = prompts.map(({ sequence }) => sequence.fork());
          const [own, other] = forks as [TokenSequence, TokenSequence?];
          const sequence = beside && other ? mixed(own, other, tokenizer.vocabulary, beside.weights) : own;
          const ready = count === 1 ? undefined : () => steps.wait(forks);
          try {
            return await write({
              request: { ...request, maxTokens },
              trie,
              sequence,
              tokens,
              typed,
              random: draws,
              ready,
            });
          } finally {
            sequence.close();
            steps.leave();
          }
        };
        return Promise.all(Array.from({ length: count }, () => one(seeds.fork())));
      };
      try {
        // No round draws more than would be drawn one after the other.
        for (let drawn = 0; drafts.size < wanted && drawn < wanted * DRAWS; ) {
          const count = Math.min(wanted - drafts.size, wanted * DRAWS - drawn);
          drawn += count;
          for (const draft of await round(count)) {
            if (draft === undefined) return aborted();
            if (!drafts.has(draft.text)) drafts.set(draft.text, draft);
          }
        }
        return ok([...drafts.values()]);
      } finally {
        for (const { sequence } of prompts) sequence.close();
      }
    },
  };
}

interface KeptPrompt extends Prompt {
  /** Stands at the end of the prompt. */
  readonly sequence: TokenSequence;
}

/** Tokens that what was typed already may take when it is written again: no more than its bytes. */
const TYPED = 64;

/** Keeps the sequence of the last prompt and moves it to the next by the part they do not share. Gives a fork of it. */
export function keptPrompt({
  model,
  layout,
  capacity = Infinity,
}: Reader): (window: ContextWindow, written: number) => KeptPrompt {
  let kept: TokenSequence | undefined;
  let past: readonly TokenId[] = [];
  return (window, written) => {
    const prompt = layout(window, Math.max(1, capacity - written - Math.min(TYPED, Math.floor(capacity / 4))));
    kept ??= model.open();
    let shared = 0;
    while (shared < past.length && shared < prompt.tokens.length && past[shared] === prompt.tokens[shared]) shared++;
    kept.truncate(shared);
    kept.extend(prompt.tokens.slice(shared));
    past = prompt.tokens;
    // Computed before it is forked, so that no fork computes it again.
    kept.logProbabilities();
    return { ...prompt, sequence: kept.fork() };
  };
}
