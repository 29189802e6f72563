import { describe, expect, it } from 'vitest';
import { type TokenId, tokenId } from '../../src/base/index.ts';
import { kernelEngine } from '../../src/model/kernels/index.ts';
import { type LlamaEngine, type LlamaSequence, referenceEngine, transformer } from '../../src/model/llama/index.ts';
import { scoreByExtending } from '../../src/model/sequence.ts';
import { tokenModelContract } from './contract.ts';
import { randomLlama } from './randomLlama.ts';

const model = randomLlama({ architecture: 'qwen3', config: { vocabulary: 60 } });
const ids = (...values: number[]): TokenId[] => values.map(tokenId);

tokenModelContract({
  name: 'transformer with a start token',
  model: () => transformer(referenceEngine(model), { name: 'x', start: tokenId(3) }),
  sequences: [ids(1, 2, 1, 2, 1)],
});
tokenModelContract({
  name: 'transformer without one',
  model: () => transformer(referenceEngine(model), { name: 'x' }),
});

tokenModelContract({
  name: 'transformer on the kernels',
  model: () => {
    const engine = kernelEngine(randomLlama({ architecture: 'qwen3', type: 'Q8_0' }), { threads: 1 });
    if (!engine.ok) throw new Error(engine.issues[0]!.message);
    return transformer(engine.value, { name: 'x', start: tokenId(3) });
  },
  sequences: [ids(1, 2, 1, 2, 1)],
});

/** Counts what an engine computes: tokens, passes over the weights, and how often logits were asked for. */
function counted(engine: LlamaEngine): LlamaEngine & { tokens: number; passes: number; asked: number } {
  const counts = { tokens: 0, passes: 0, asked: 0 };
  const inner = new Map<LlamaSequence, LlamaSequence>();
  const wrap = (sequence: LlamaSequence): LlamaSequence => {
    const outer: LlamaSequence = {
      get length() {
        return sequence.length;
      },
      extend(tokens) {
        counts.tokens += tokens.length;
        counts.passes++;
        sequence.extend(tokens);
      },
      extendWithLogits(tokens) {
        counts.tokens += tokens.length;
        counts.passes++;
        return sequence.extendWithLogits(tokens);
      },
      logits() {
        counts.asked++;
        return sequence.logits();
      },
      truncate: (length) => sequence.truncate(length),
      fork: () => wrap(sequence.fork()),
      close: () => sequence.close(),
    };
    inner.set(outer, sequence);
    return outer;
  };
  return {
    config: engine.config,
    capacity: engine.capacity,
    open: () => wrap(engine.open()),
    decode(sequences, tokens) {
      counts.tokens += tokens.length;
      counts.passes++;
      engine.decode(
        sequences.map((sequence) => inner.get(sequence)!),
        tokens,
      );
    },
    close: () => engine.close(),
    get tokens() {
      return counts.tokens;
    },
    get passes() {
      return counts.passes;
    },
    get asked() {
      return counts.asked;
    },
  };
}

describe('transformer', () => {
  const start = tokenId(3);
  const text = Array.from({ length: 30 }, (_, i) => tokenId((7 * i) % 60));

  it('begins with its start token, which is not counted', () => {
    const engine = referenceEngine(model);
    const sequence = transformer(engine, { name: 'x', start }).open();
    expect(sequence.length).toBe(0);
    const plain = transformer(engine, { name: 'x' }).open();
    expect(new Set(plain.logProbabilities())).toEqual(new Set([Math.fround(-Math.log(60))]));
    plain.extend(ids(3));
    expect(sequence.logProbabilities()).toEqual(plain.logProbabilities());
  });

  it('computes a token when it is asked for, and once', () => {
    const engine = counted(referenceEngine(model));
    const sequence = transformer(engine, { name: 'x', start }).open();
    for (const token of text) sequence.extend([token]);
    expect(engine.tokens).toBe(0);
    sequence.logProbabilities();
    sequence.logProbabilities();
    expect([engine.tokens, engine.passes]).toEqual([31, 1]);
    sequence.truncate(10);
    sequence.extend(text.slice(10, 20));
    sequence.truncate(20);
    sequence.extend(ids(1));
    sequence.logProbabilities();
    expect(engine.tokens).toBe(32);
    sequence.scoreNext(ids(5));
    expect(engine.tokens).toBe(32);
    sequence.scoreNext(ids(5, 6, 7));
    expect([engine.tokens, engine.passes]).toEqual([34, 3]);
    sequence.logProbabilities();
    const asked = engine.asked;
    sequence.fork().logProbabilities();
    expect([engine.tokens, engine.asked]).toEqual([34, asked]);
  });

  it('scores more tokens than one pass takes, and stays whole where the engine fails', () => {
    const engine = referenceEngine(model);
    const long = Array.from({ length: 150 }, (_, i) => tokenId((11 * i) % 60));
    const sequence = transformer(engine, { name: 'x', start }).open();
    sequence.extend(text);
    const slow = scoreByExtending(sequence, long);
    expect(Math.abs(sequence.scoreNext(long) - slow)).toBeLessThan(1e-4 * Math.abs(slow));
    let passes = 0;
    const failing: LlamaEngine = {
      ...engine,
      open: () => {
        const inner = engine.open();
        return Object.assign(Object.create(inner) as LlamaSequence, {
          extendWithLogits(tokens: ArrayLike<number>) {
            if (++passes === 2) throw new Error('full');
            return inner.extendWithLogits(tokens);
          },
        });
      },
    };
    const broken = transformer(failing, { name: 'x', start }).open();
    broken.extend(text);
    expect(() => broken.scoreNext(long)).toThrow('full');
    broken.extend([tokenId(1)]);
    sequence.extend([tokenId(1)]);
    expect(broken.logProbabilities()).toEqual(sequence.logProbabilities());
  });

  it('does not compute again what a closed sequence began with', () => {
    const engine = counted(referenceEngine(model));
    const { open } = transformer(engine, { name: 'x', start, keep: 2 });
    const ask = (...tokens: TokenId[]): number => {
      const before = engine.tokens;
      const sequence = open();
      sequence.extend(tokens);
      sequence.logProbabilities();
      sequence.close();
      sequence.close();
      return engine.tokens - before;
    };
    expect(ask(...text)).toBe(31);
    expect(ask(...text, start)).toBe(1);
    expect(ask(...text.slice(0, 20), start)).toBe(1);
    const other = ids(9, 9, 9);
    // Both are kept as long as no more are open at once than are kept.
    const [a, b] = [open(), open()];
    a.extend(other);
    b.extend(text);
    for (const sequence of [a, b]) sequence.logProbabilities();
    for (const sequence of [a, b]) sequence.close();
    expect(ask(...text, start)).toBe(1);
    expect(ask(...other, start)).toBe(1);
  });

  it('computes many sequences in one pass, whatever each is owed', () => {
    const engine = counted(referenceEngine(model));
    const own = transformer(engine, { name: 'x', start });
    const trunk = own.open();
    trunk.extend(text);
    own.compute([trunk]);
    const drafts = [trunk, ...Array.from({ length: 4 }, () => trunk.fork())];
    for (const [i, draft] of drafts.entries()) draft.extend(ids(i, i + 1).slice(0, i === 2 ? 2 : 1));
    drafts[4]!.truncate(12);
    const before = engine.passes;
    own.compute([...drafts, trunk]);
    // One for the token before the last of drafts 2, one for all that were owed one.
    expect(engine.passes - before).toBe(2);
    own.compute(drafts);
    expect(engine.passes - before).toBe(2);
    for (const draft of drafts) {
      const fresh = transformer(referenceEngine(model), { name: 'x', start }).open();
      fresh.extend(draft === drafts[4] ? text.slice(0, 12) : text);
      if (draft !== drafts[4])
        fresh.extend(ids(drafts.indexOf(draft), drafts.indexOf(draft) + 1).slice(0, draft === drafts[2] ? 2 : 1));
      expect(draft.logProbabilities()).toEqual(fresh.logProbabilities());
    }
    drafts[1]!.close();
    expect(() => own.compute(drafts)).toThrow(/open sequences/);
  });

  it('holds as many tokens as its engine, less the start token', () => {
    const { open, capacity } = transformer(referenceEngine(model, 8), { name: 'x', start });
    expect(capacity).toBe(7);
    const sequence = open();
    sequence.extend(text.slice(0, 6));
    expect(sequence.scoreNext(text.slice(6, 8))).toBeLessThan(0);
    expect(() => sequence.scoreNext(text.slice(6, 9))).toThrow(/at most 7 tokens, got 8/);
    expect(() => sequence.extend(text.slice(6, 8))).toThrow(RangeError);
    sequence.extend(text.slice(6, 7));
    expect(sequence.length).toBe(7);
    sequence.close();
    expect(() => sequence.logProbabilities()).toThrow(/closed/);
  });

  it('refuses to go on with logits that are not finite', () => {
    const { embedding } = model.weights;
    const huge = {
      ...embedding,
      bytes: new Uint8Array(new Float32Array(embedding.bytes.length / 4).fill(3e38).buffer),
    };
    const broken = { ...model, weights: { ...model.weights, embedding: huge, head: huge } };
    const sequence = transformer(referenceEngine(broken), { name: 'x' }).open();
    sequence.extend(ids(1));
    expect(() => sequence.logProbabilities()).toThrow(/not finite/);
  });
});
