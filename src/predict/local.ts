import { ok, type Result, random, type TokenId } from '../base/index.ts';
import type { TokenModel, TokenSequence } from '../model/index.ts';
import { tokenTrie } from '../sample/index.ts';
import type { Tokenizer } from '../tokens/index.ts';
import { continuationPrompt } from './prompt.ts';
import { aborted, checkRequest } from './request.ts';
import type { Prediction, Predictor } from './types.ts';
import { write } from './write.ts';

/** Drafts drawn for each one asked for, so that equal ones can be left out. */
const DRAWS = 4;

/**
 * A writer over a model that shows its distribution. The window is laid out by `continuationPrompt`, the prompt is
 * computed once and forked for each draft, and what two requests in a row share is kept. Draft i draws from the i-th
 * generator that the seed gives. The token at the cursor is healed (see `heal`): the probability of what was typed
 * already is taken as given, so that each probability is that of the new text after the old.
 *
 * Token probabilities are the model's own, before filters, constraint and gate. A token whose text is not yet a whole
 * character, or that only repeats what was typed, is counted into the next one.
 */
export function localPredictor(options: {
  readonly model: TokenModel;
  readonly tokenizer: Tokenizer;
  readonly name?: string;
}): Predictor {
  const { model, tokenizer, name = model.name } = options;
  if (model.vocabulary !== tokenizer.vocabulary) {
    throw new Error(
      `model ${model.name} has ${model.vocabulary} tokens and tokenizer ${tokenizer.name} ${tokenizer.vocabulary}: they do not belong together`,
    );
  }
  const trie = tokenTrie(tokenizer);
  const trunk = keptPrompt(model);
  return {
    name,
    async predict(request): Promise<Result<readonly Prediction[]>> {
      const checked = checkRequest(request);
      if (!checked.ok) return checked;
      const { tokens, typed } = continuationPrompt(request.window, tokenizer);
      const prompt = trunk(tokens);
      try {
        const seeds = random(request.sampling.seed);
        const wanted = request.sampling.temperature === 0 ? 1 : request.count;
        const drafts = new Map<string, Prediction>();
        for (let draw = 0; drafts.size < wanted && draw < wanted * DRAWS; draw++) {
          const sequence = prompt.fork();
          try {
            const draft = await write({ request, trie, sequence, tokens, typed, random: seeds.fork() });
            if (draft === undefined) return aborted();
            if (!drafts.has(draft.text)) drafts.set(draft.text, draft);
          } finally {
            sequence.close();
          }
        }
        return ok([...drafts.values()]);
      } finally {
        prompt.close();
      }
    },
  };
}

/** Keeps the sequence of the last prompt and moves it to the next by the part they do not share. Gives a fork of it. */
function keptPrompt(model: TokenModel): (tokens: readonly TokenId[]) => TokenSequence {
  let kept: TokenSequence | undefined;
  let past: readonly TokenId[] = [];
  return (tokens) => {
    kept ??= model.open();
    let shared = 0;
    while (shared < past.length && shared < tokens.length && past[shared] === tokens[shared]) shared++;
    kept.truncate(shared);
    kept.extend(tokens.slice(shared));
    past = tokens;
    return kept.fork();
  };
}
