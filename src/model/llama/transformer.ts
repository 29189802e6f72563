import type { TokenId } from '../../base/index.ts';
import { assertTokens, assertTruncation } from '../sequence.ts';
import type { TokenModel, TokenSequence } from '../types.ts';
import type { LlamaEngine, LlamaSequence } from './types.ts';

export interface TransformerOptions {
  readonly name: string;
  /**
   * Stands before every sequence without being counted: what documents began with in training. Without it an empty
   * sequence says that every token is equally likely.
   */
  readonly start?: TokenId;
  /** Closed sequences whose keys and values are kept, so that the next one with the same beginning need not compute it; 4 if not given. */
  readonly keep?: number;
}

export interface Transformer extends TokenModel {
  /** Most tokens of one sequence. */
  readonly capacity: number;
  open(): TransformerSequence;
  /**
   * Computes what the sequences have been extended by, one token of each in one pass: what many drafts from one prompt
   * should do before each is asked.
   */
  compute(sequences: readonly TransformerSequence[]): void;
  /** Frees the engine. */
  close(): void;
}

export interface TransformerSequence extends TokenSequence {
  fork(): TransformerSequence;
}

/** Tokens that are scored in one pass; their logits are all held at once. */
const SCORED = 64;

/** A token model over an engine. Tokens are computed when something is asked of them, as far as they have not been yet. */
export function transformer(engine: LlamaEngine, { name, start, keep = 4 }: TransformerOptions): Transformer {
  const { vocabulary } = engine.config;
  if (start !== undefined) assertTokens([start], vocabulary);
  const past: readonly number[] = start === undefined ? [] : [start];
  const capacity = engine.capacity - past.length;
  /** Closed ones, the longest unused first. */
  const kept: Computed[] = [];

  const take = (tokens: readonly number[]): Computed => {
    let best = -1;
    let most = 0;
    for (const [index, { tokens: known }] of kept.entries()) {
      const common = commonLength(known, tokens);
      // Of equals the one used last.
      if (common > 0 && common >= most) [best, most] = [index, common];
    }
    return best < 0 ? { tokens: [], sequence: engine.open() } : kept.splice(best, 1)[0]!;
  };
  const put = (computed: Computed): void => {
    kept.push(computed);
    while (kept.length > keep) kept.shift()!.sequence.close();
  };
  const states = new WeakMap<TransformerSequence, State>();

  const make = (state: State): TransformerSequence => {
    const { logs } = state;
    const assertOpen = (): void => {
      if (state.closed) throw new Error('the sequence is closed');
    };
    const changed = (): void => {
      state.known = false;
    };
    const known = (): Float32Array => {
      if (state.known) return logs;
      if (state.tokens.length === 0) logs.fill(-Math.log(vocabulary));
      else {
        settle(state, 0, take);
        logSoftmax(state.computed!.sequence.logits(), logs);
      }
      state.known = true;
      return logs;
    };
    const self: TransformerSequence = {
      get length() {
        return state.tokens.length - past.length;
      },
      extend(tokens) {
        assertOpen();
        assertTokens(tokens, vocabulary);
        const length = self.length + tokens.length;
        if (length > capacity) throw new RangeError(`a sequence has at most ${capacity} tokens, got ${length}`);
        for (const token of tokens) state.tokens.push(token);
        if (tokens.length > 0) changed();
      },
      logProbabilities() {
        assertOpen();
        return known();
      },
      scoreNext(tokens) {
        assertOpen();
        assertTokens(tokens, vocabulary);
        const length = self.length + tokens.length - 1;
        if (length > capacity) throw new RangeError(`a sequence has at most ${capacity} tokens, got ${length}`);
        if (tokens.length === 0) return 0;
        let score = known()[tokens[0]!]!;
        if (tokens.length === 1) return score;
        settle(state, 0, take);
        const { sequence, tokens: computed } = state.computed!;
        const row = new Float32Array(vocabulary);
        try {
          // Nothing is asked of what follows the last token, so that one is not computed.
          for (let from = 0; from < tokens.length - 1; from += SCORED) {
            const part = tokens.slice(from, Math.min(from + SCORED, tokens.length - 1));
            const rows = sequence.extendWithLogits(part);
            for (let i = 0; i < part.length; i++) {
              logSoftmax(rows.subarray(i * vocabulary, (i + 1) * vocabulary), row);
              score += row[tokens[from + i + 1]!]!;
            }
          }
        } finally {
          sequence.truncate(computed.length);
        }
        return score;
      },
      truncate(length) {
        assertOpen();
        assertTruncation(length, self.length);
        if (length < self.length) changed();
        state.tokens.length = length + past.length;
      },
      fork() {
        assertOpen();
        const { computed } = state;
        const forked = computed && { tokens: [...computed.tokens], sequence: computed.sequence.fork() };
        return make({ ...state, tokens: [...state.tokens], computed: forked, logs: logs.slice() });
      },
      close() {
        if (state.closed) return;
        state.closed = true;
        if (state.computed !== undefined) put(state.computed);
        state.computed = undefined;
      },
    };
    states.set(self, state);
    return self;
  };
  return {
    name,
    vocabulary,
    capacity,
    open: () =>
      make({
        tokens: [...past],
        computed: undefined,
        logs: new Float32Array(vocabulary),
        known: false,
        closed: false,
      }),
    compute(sequences) {
      const due = [...new Set(sequences)].map((sequence) => {
        const state = states.get(sequence);
        if (state === undefined || state.closed) throw new Error('compute() takes open sequences of its own');
        return state;
      });
      const next: State[] = [];
      for (const state of due) {
        if (state.tokens.length === 0) continue;
        settle(state, 1, take);
        if (state.computed!.tokens.length < state.tokens.length) next.push(state);
      }
      if (next.length === 0) return;
      const tokens = next.map((state) => state.tokens.at(-1)!);
      engine.decode(
        next.map((state) => state.computed!.sequence),
        tokens,
      );
      for (const [i, state] of next.entries()) state.computed!.tokens.push(tokens[i]!);
    },
    close() {
      kept.length = 0;
      engine.close();
    },
  };
}

/** A sequence of the engine and the tokens it holds. */
interface Computed {
  readonly tokens: number[];
  readonly sequence: LlamaSequence;
}

interface State {
  /** What the sequence is, the start token included. */
  readonly tokens: number[];
  /** What the engine has, which may have gone another way; undefined before the first use. */
  computed: Computed | undefined;
  /** Log probabilities of what comes next, if `known`. */
  readonly logs: Float32Array;
  known: boolean;
  closed: boolean;
}

/** Brings the engine to the state's tokens but for the last `open` ones. */
function settle(state: State, open: number, take: (tokens: readonly number[]) => Computed): void {
  state.computed ??= take(state.tokens);
  const { tokens, sequence } = state.computed;
  const common = commonLength(tokens, state.tokens);
  if (common < tokens.length) {
    sequence.truncate(common);
    tokens.length = common;
  }
  const rest = state.tokens.slice(common, Math.max(common, state.tokens.length - open));
  if (rest.length === 0) return;
  sequence.extend(rest);
  for (const token of rest) tokens.push(token);
}

function commonLength(a: readonly number[], b: readonly number[]): number {
  const length = Math.min(a.length, b.length);
  let at = 0;
  while (at < length && a[at] === b[at]) at++;
  return at;
}

/** logits - log Σ exp(logits). */
function logSoftmax(logits: Float32Array, out: Float32Array): void {
  let largest = -Infinity;
  for (const logit of logits) if (logit > largest) largest = logit;
  let sum = 0;
  for (const logit of logits) sum += Math.exp(logit - largest);
  const log = largest + Math.log(sum);
  if (!Number.isFinite(log))
    throw new Error('the model computed logits that are not finite: its weights cannot be used');
  for (let i = 0; i < logits.length; i++) out[i] = logits[i]! - log;
}
