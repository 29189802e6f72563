import type { TokenModel, TokenSequence } from '../model/index.ts';
import type { Tokenizer } from '../tokens/index.ts';
import type { Costs, Problem } from './types.ts';

/** Nats that one step of cost stands for, and how far a model may move the table. */
const NATS = 4;
const LESS = -1;
const MORE = 2;
/** A call that is neither likely nor unlikely in its place, in nats for each token. */
const USUAL_NATS = 6;
/** Tokens before the place that a model is shown. */
const SHOWN = 2_048;

/**
 * Costs from a model: how likely the text of an operator is where it would stand, after the name it is applied to in the
 * first line of the body. `before` is the text up to and with the brace that opens the body.
 */
export function modelCosts(model: TokenModel, tokenizer: Tokenizer, problem: Problem, before: string): Costs {
  const sequences = new Map<string, TokenSequence>();
  const known = new Map<string, number>();
  const sequenceAfter = (text: string): TokenSequence => {
    let sequence = sequences.get(text);
    if (!sequence) {
      sequence = model.open();
      sequence.extend(tokenizer.encode(`${before}\n  return ${text}`).slice(-SHOWN));
      sequences.set(text, sequence);
    }
    return sequence;
  };
  const name = problem.parameters[0]?.name ?? '';
  return ({ template }, usual) => {
    const price = known.get(template);
    if (price !== undefined) return Math.max(1, usual + price);
    // What comes after the first part as far as the next, or what comes before it.
    const [head = '', tail = ''] = template.split('$0');
    const [after, text] = head === '' ? [name, tail.split('$')[0]!] : ['', head];
    const tokens = tokenizer.encode(text);
    if (tokens.length === 0) return usual;
    const nats = -sequenceAfter(after).scoreNext(tokens) / Math.sqrt(tokens.length);
    const moved = Math.min(MORE, Math.max(LESS, Math.round((nats - USUAL_NATS * Math.sqrt(tokens.length)) / NATS)));
    known.set(template, moved);
    return Math.max(1, usual + moved);
  };
}
