import { setImmediate } from 'node:timers/promises';
import type { Random, TokenId } from '../base/index.ts';
import type { TokenSequence } from '../model/index.ts';
import { type Constraint, maskByTrie, prefixed, sampleToken, type TokenTrie } from '../sample/index.ts';
import { prediction, stopAt } from './request.ts';
import type { PredictedToken, Prediction, PredictionRequest, StopReason } from './types.ts';

/** Times a token of one draft may be taken back, by its gate or because it breaks UTF-8, before the draft ends. */
const RETRIES = 32;
/** The event loop is let in this often, so that a caller can abort. */
const BREATHE_MS = 8;

export interface Writing {
  readonly request: PredictionRequest;
  readonly trie: TokenTrie;
  /** Stands at the end of the prompt; the draft's own. */
  readonly sequence: TokenSequence;
  /** The prompt, for the repetition penalty. */
  readonly tokens: readonly TokenId[];
  /** Bytes before the cursor that the draft writes again first. */
  readonly typed: Uint8Array;
  readonly random: Random;
  /** Waited for before each token. */
  readonly ready?: (() => Promise<void>) | undefined;
}

/** One token of the draft, and the state after it. */
interface Step {
  readonly token: TokenId;
  /** Given all before it and, where it begins in what was typed, given that it agrees with that. */
  readonly probability: number;
  /** Bytes so far, those of `typed` included. */
  readonly bytes: number;
  /** The text past `typed`, without the bytes of a character that is not whole yet. */
  readonly text: string;
  /** Undefined where everything may follow. */
  readonly constraint: Constraint | undefined;
}

/** Writes one draft, token by token; undefined where the caller has aborted. */
export async function write(writing: Writing): Promise<Prediction | undefined> {
  const { request, trie, sequence, typed, random } = writing;
  const { maxTokens, stop, gate, sampling, signal } = request;
  const start = sequence.length;
  const none: Step = {
    token: -1 as TokenId,
    probability: 1,
    bytes: 0,
    text: '',
    constraint: released(prefixed(typed, trie, request.constraint)),
  };
  const steps: Step[] = [];
  const bytes: number[] = [];
  const recent = writing.tokens.slice(-Math.max(1, sampling.repetitionWindow));
  /** What was ruled out right after the first i steps, since the draft last stood there. */
  const banned = new Map<number, Set<TokenId>>();
  let retries = 0;
  let breath = performance.now();

  /** Takes back all steps from `index` on and rules out the first of them; false where there were enough of those. */
  const retry = (index: number): boolean => {
    const ruledOut = steps[index]!.token;
    recent.length -= steps.length - index;
    steps.length = index;
    bytes.length = steps[index - 1]?.bytes ?? 0;
    sequence.truncate(start + index);
    for (const at of banned.keys()) if (at > index) banned.delete(at);
    banned.set(index, (banned.get(index) ?? new Set()).add(ruledOut));
    retries++;
    return retries < RETRIES;
  };
  const end = (stop: StopReason, text = steps.at(-1)?.text ?? ''): Prediction =>
    prediction(predictedTokens(steps), text.length, stop);

  for (;;) {
    if (signal?.aborted) return undefined;
    if (performance.now() - breath >= BREATHE_MS) {
      await setImmediate();
      breath = performance.now();
    }
    const last = steps.at(-1) ?? none;
    if (steps.filter((step) => step.bytes > typed.length).length >= maxTokens) return end('length');
    await writing.ready?.();
    const logs = sequence.logProbabilities();
    const ruledOut = banned.get(steps.length);
    const sampled = sampleToken(logs, sampling, random, recent, allowed(last.constraint, trie, ruledOut));
    if (sampled === undefined) return end(ruledOut === undefined ? 'constraint' : 'gate');
    const { token } = sampled;
    const piece = trie.bytes(token);
    if (piece === undefined) return end('end'); // special tokens end a draft, whatever they mean
    const probability = Math.min(1, sampled.probability / agreeing(logs, trie, typed.subarray(last.bytes)));
    sequence.extend([token]);
    recent.push(token);
    for (const byte of piece) bytes.push(byte);
    const text = wholeCharacters(bytes, typed.length);
    const constraint = last.constraint?.clone();
    constraint?.commit(token);
    steps.push({ token, probability, bytes: bytes.length, text: text ?? last.text, constraint: released(constraint) });
    if (text === undefined) {
      if (!retry(steps.length - 1)) return end('end');
      continue;
    }
    if (text.length === last.text.length) continue;

    const stopped = stopAt(text, stop);
    const shown = stopped === undefined ? text : text.slice(0, stopped);
    const verdict = gate?.(shown) ?? { ok: true };
    if (!verdict.ok) {
      // The first step that reaches past what is good; the last one where the gate says all of it is.
      const wrong = steps.findIndex((step) => step.text.length > verdict.at);
      if (!retry(wrong < 0 ? steps.length - 1 : wrong)) return end('gate');
    } else if (stopped !== undefined) return end('stop', shown);
  }
}

const released = (constraint: Constraint | undefined): Constraint | undefined =>
  constraint?.free() ? undefined : constraint;

/** The mask of what may come next; undefined where all may. Special tokens may where the text may end. */
function allowed(
  constraint: Constraint | undefined,
  trie: TokenTrie,
  banned?: ReadonlySet<TokenId>,
): Uint8Array | undefined {
  if (constraint === undefined && banned === undefined) return undefined;
  const mask = new Uint8Array(trie.vocabulary);
  if (constraint === undefined) mask.fill(1);
  else constraint.mask(mask);
  if (constraint?.complete()) for (const id of trie.special) mask[id] = 1;
  for (const token of banned ?? []) mask[token] = 0;
  return mask;
}

/** Probability that the next token agrees with `rest`, the typed bytes not yet written again: begins with it or begins it. */
export function agreeing(logs: Float32Array, trie: TokenTrie, rest: Uint8Array): number {
  if (rest.length === 0) return 1;
  const mask = new Uint8Array(trie.vocabulary);
  maskByTrie(prefixed(rest, trie), trie, mask);
  let mass = 0;
  for (let id = 0; id < mask.length; id++) if (mask[id] === 1) mass += Math.exp(logs[id]!);
  return mass;
}

/** The text of the bytes from `from` on, up to the last whole character; undefined where they cannot become UTF-8. */
function wholeCharacters(bytes: readonly number[], from: number): string | undefined {
  try {
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    return decoder.decode(Uint8Array.from(bytes.slice(from)), { stream: true });
  } catch {
    return undefined;
  }
}

/** One entry for each step that made the text longer; the probabilities of the others go into the next one. */
function predictedTokens(steps: readonly Step[]): PredictedToken[] {
  const tokens: PredictedToken[] = [];
  let before = 0;
  let probability = 1;
  for (const step of steps) {
    probability *= step.probability;
    if (step.text.length === before) continue;
    tokens.push({ text: step.text.slice(before), probability });
    before = step.text.length;
    probability = 1;
  }
  return tokens;
}
