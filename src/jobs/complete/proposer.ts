import { LIMITS } from '../../base/index.ts';
import { cursorWindow } from '../../context/index.ts';
import type { Candidate } from '../../lang/index.ts';
import type { TokenModel } from '../../model/index.ts';
import { heal, type Prediction, type Predictor } from '../../predict/index.ts';
import type { Snippet } from '../../retrieve/index.ts';
import { type Constraint, GREEDY, type SamplingOptions } from '../../sample/index.ts';
import type { Tokenizer } from '../../tokens/index.ts';
import { SEQUENCE_TOKENS } from '../repositoryModel.ts';
import type { Proposal, Surroundings } from './types.ts';

/** Natural-log penalties: a step down the compiler's own order, a deprecated name. */
const ORDER_PENALTY = 0.5;
const DEPRECATED_PENALTY = 4;
/** A continuation goes on while each token is at least this likely, and is shown if all together are. */
const CONFIDENT_TOKEN = 0.25;
export const CONFIDENT_TEXT = 0.25;
/** What follows the cursor and is counted in when names are ranked, UTF-16 code units. */
const RIGHT = 24;
/** What may stand between the cursor and the end of its line if the line is to be continued. */
const LINE_IS_OPEN = /^[ \t)\]};,]*(?:\r?\n|$)/;

export interface ProposerOptions {
  readonly around: Surroundings;
  readonly model: TokenModel;
  readonly tokenizer: Tokenizer;
  /** The second one knows more and takes longer: it writes what is looked at first. */
  readonly predictors: { readonly fast: Predictor; readonly best: Predictor };
  /** What of the repository goes into the window; asked for once, when first needed. */
  readonly snippets: () => readonly Snippet[];
}

/** Writes drafts for one place. */
export class Proposer {
  readonly #options: ProposerOptions;

  constructor(options: ProposerOptions) {
    this.#options = options;
  }

  /**
   * Names by how likely the model finds them between what stands before and after them, corrected by the compiler's own
   * order. On a line that is still open a function may as well be called next.
   */
  rank(offered: readonly Candidate[]): Proposal[] {
    const { suffix } = this.#options.around;
    const open = LINE_IS_OPEN.test(suffix);
    const right = suffix.slice(0, RIGHT).replace(/[\ud800-\udbff]$/, '');
    const order = ({ sortText }: Candidate): number => Number.parseInt(sortText, 10) || 0;
    const first = Math.min(...offered.map(order));
    const score = this.#scorer('');
    const scored = offered.map((candidate) => ({
      candidate,
      score:
        Math.max(
          score(candidate.name + right),
          open && isCallable(candidate) ? score(`${candidate.name}(`) : -Infinity,
        ) -
        ORDER_PENALTY * (order(candidate) - first) -
        (candidate.deprecated ? DEPRECATED_PENALTY : 0),
    }));
    const top = Math.max(...scored.map((one) => one.score));
    const total = scored.reduce((sum, one) => sum + Math.exp(one.score - top), 0);
    return scored
      .map(({ candidate, score: own }): Proposal => {
        const text = candidate.insertText ?? candidate.name;
        const probability = Math.exp(own - top) / total;
        return { text, probability, tokens: [{ text, probability }], callable: isCallable(candidate) };
      })
      .sort((a, b) => b.probability - a.probability || (a.text < b.text ? -1 : 1));
  }

  /**
   * Drafts from the cursor to the end of the line, each cut where the model is no longer confident. What is not drawn is left out
   * where it is not likely as a whole either.
   */
  async draft(count: number, sampling: SamplingOptions, constraint?: Constraint): Promise<readonly Proposal[]> {
    const predicted = await this.#predict(this.#options.predictors.best, '', count, sampling, constraint);
    const least = sampling.temperature === 0 ? CONFIDENT_TEXT : 0;
    return predicted.map(confidentPart).filter(({ text, probability }) => text.trim() !== '' && probability >= least);
  }

  /**
   * A draft carried on to the end of its line where the line is open and the model confident; then the draft itself; then,
   * for a function, a call of it without arguments.
   */
  async *variants(proposal: Proposal, first: boolean): AsyncGenerator<Proposal> {
    const { around, predictors } = this.#options;
    const { suffix } = around;
    const predictor = first ? predictors.best : predictors.fast;
    if (LINE_IS_OPEN.test(suffix)) {
      const [more] = (await this.#predict(predictor, proposal.text, 1, GREEDY)).map(confidentPart);
      if (more && more.text !== '' && more.probability >= CONFIDENT_TEXT) yield joined(proposal, more);
    }
    yield proposal;
    if (proposal.callable && !suffix.startsWith('(')) {
      const probability = Math.exp(this.#scorer(proposal.text)('()'));
      yield joined(proposal, { text: '()', probability, tokens: [{ text: '()', probability }] });
    }
  }

  /** Natural-log probability of a text right after the prefix and what was `begun`. */
  #scorer(begun: string): (text: string) => number {
    const { around, model, tokenizer } = this.#options;
    const prompt = heal(tokenizer.encode(around.prefix + begun), tokenizer);
    const typed = new TextDecoder().decode(prompt.typed);
    const sequence = model.open();
    sequence.extend(prompt.tokens.slice(-SEQUENCE_TOKENS));
    const taken = typed === '' ? 0 : sequence.scoreNext(tokenizer.encode(typed));
    return (text) => Math.min(0, sequence.scoreNext(tokenizer.encode(typed + text)) - taken);
  }

  async #predict(
    predictor: Predictor,
    begun: string,
    count: number,
    sampling: SamplingOptions,
    constraint?: Constraint,
  ): Promise<readonly Prediction[]> {
    const { around, tokenizer, snippets } = this.#options;
    const { path, suffix } = around;
    const window = cursorWindow({
      tokenizer,
      budget: LIMITS.windowTokens,
      path,
      prefix: around.prefix + begun,
      suffix,
      snippets: snippets(),
    });
    const predicted = await predictor.predict({
      window,
      around: { path, prefix: around.prefix + begun, suffix },
      count,
      sampling,
      maxTokens: LIMITS.completionTokens,
      stop: ['\n'],
      ...(constraint ? { constraint } : {}),
    });
    return predicted.ok ? predicted.value : [];
  }
}

const isCallable = ({ kind }: Candidate): boolean => kind === 'method' || kind === 'function';

const joined = (first: Proposal, more: Proposal): Proposal => ({
  text: first.text + more.text,
  probability: first.probability * more.probability,
  tokens: [...first.tokens, ...more.tokens],
});

const OPENS = '([{';
const CLOSES = ')]}';

/** The longest start of a draft whose every token is likely and whose brackets are closed. */
export function confidentPart(draft: Proposal): Proposal {
  let kept = 0;
  let depth = 0;
  for (const [index, { text, probability }] of draft.tokens.entries()) {
    if (index > 0 && probability < CONFIDENT_TOKEN) break;
    for (const char of text) {
      if (OPENS.includes(char)) depth++;
      else if (CLOSES.includes(char)) depth--;
    }
    if (depth < 0) break;
    if (depth === 0) kept = index + 1;
  }
  const tokens = draft.tokens.slice(0, kept);
  return {
    text: tokens.map(({ text }) => text).join(''),
    tokens,
    probability: tokens.reduce((product, { probability }) => product * probability, 1),
  };
}
