import type { TokenId } from '../base/index.ts';
import { assertTokens, assertTruncation, scoreByExtending } from './sequence.ts';
import type { TokenModel, TokenSequence } from './types.ts';

/** Where the sequence ends with `after`, the model expects `next`, token after token. */
export interface Script {
  readonly after: readonly TokenId[];
  readonly next: readonly TokenId[];
  /** Share among scripts that match equally far; 1 if not given. */
  readonly weight?: number;
}

export interface ScriptedModelOptions {
  readonly vocabulary: number;
  readonly scripts: readonly Script[];
  /** Probability that the scripts share, 0 to 1 exclusive; the rest is spread evenly over the vocabulary. 0.9 if not given. */
  readonly certainty?: number;
}

/**
 * A model that knows a few continuations and nothing else. A script applies at its step i where the sequence ends with
 * `after` and the first i tokens of `next`; the scripts with the longest such match share `certainty`. Where none
 * applies, every token is equally likely. For tests and demonstrations without weights.
 */
export function scriptedModel(options: ScriptedModelOptions): TokenModel {
  const { vocabulary, scripts, certainty = 0.9 } = options;
  if (!(certainty >= 0 && certainty < 1)) throw new RangeError(`certainty is 0 to 1 exclusive, got ${certainty}`);
  for (const script of scripts) {
    assertTokens(script.after, vocabulary);
    assertTokens(script.next, vocabulary);
  }
  const open = (past: readonly TokenId[]): TokenSequence => {
    const tokens = [...past];
    const output = new Float32Array(vocabulary);
    const sequence: TokenSequence = {
      get length() {
        return tokens.length;
      },
      extend(more) {
        assertTokens(more, vocabulary);
        for (const token of more) tokens.push(token);
      },
      logProbabilities() {
        const next = expected(scripts, tokens);
        let total = 0;
        for (const weight of next.values()) total += weight;
        const base = (total > 0 ? 1 - certainty : 1) / vocabulary;
        output.fill(Math.log(base));
        for (const [token, weight] of next) output[token] = Math.log(base + (certainty * weight) / total);
        return output;
      },
      scoreNext: (more) => scoreByExtending(sequence, more),
      truncate(length) {
        assertTruncation(length, tokens.length);
        tokens.length = length;
      },
      fork: () => open(tokens),
      close() {},
    };
    return sequence;
  };
  return { name: 'scripted', vocabulary, open: () => open([]) };
}

function expected(scripts: readonly Script[], tokens: readonly TokenId[]): Map<TokenId, number> {
  let longest = -1;
  const found = new Map<TokenId, number>();
  for (const { after, next, weight = 1 } of scripts) {
    const whole = [...after, ...next];
    // The deepest step of this script that fits: a script that repeats itself is continued, not restarted.
    for (let matched = whole.length - 1; matched >= after.length && matched >= longest; matched--) {
      if (!endsWith(tokens, whole, matched)) continue;
      if (matched > longest) found.clear();
      longest = matched;
      const token = whole[matched]!;
      found.set(token, (found.get(token) ?? 0) + weight);
      break;
    }
  }
  return found;
}

/** Whether `tokens` ends with the first `count` of `pattern`. */
function endsWith(tokens: readonly TokenId[], pattern: readonly TokenId[], count: number): boolean {
  if (count > tokens.length) return false;
  for (let i = 1; i <= count; i++) if (tokens[tokens.length - i] !== pattern[count - i]) return false;
  return true;
}
