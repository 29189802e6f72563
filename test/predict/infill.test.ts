import { describe, expect, it } from 'vitest';
import { random, type TokenId } from '../../src/base/index.ts';
import type { ContextWindow, Piece } from '../../src/context/index.ts';
import { MIXTURE_WEIGHTS, scriptedModel } from '../../src/model/index.ts';
import { continuationLayout, heal, infillLayout, localPredictor } from '../../src/predict/index.ts';
import { GREEDY } from '../../src/sample/index.ts';
import { loadShipped, type Tokenizer } from '../../src/tokens/index.ts';
import { smallTokenizer } from '../sample/tokenizer.ts';
import { predictorContract, requestOf } from './contract.ts';

const shipped = loadShipped();
const layout = infillLayout(shipped)!;

/** A layout as text, control tokens by name. */
const shown = (tokens: readonly TokenId[], tokenizer: Tokenizer = shipped): string => {
  const names = new Map([...tokenizer.specials.values()].map(({ id, name }) => [id, name]));
  return tokens.map((id) => names.get(id) ?? Buffer.from(tokenizer.bytes(id)!).toString('latin1')).join('');
};

const piece = (kind: Piece['kind'], path: string, text: string): Piece => ({ kind, path, text, tokens: 1, reason: '' });
const windowOf = (prefix: string, suffix: string, ...more: readonly Piece[]): ContextWindow => ({
  budget: 1,
  total: 1,
  fixed: 0,
  excluded: [],
  pieces: [...more, piece('file-suffix', 'src/a.ts', suffix), piece('file-prefix', 'src/a.ts', prefix)].filter(
    ({ text }) => text !== '',
  ),
});

describe('infillLayout', () => {
  const near = piece('import', 'src/b.ts', '// src/b.ts:3\nexport const b = 1;\n');
  const far = piece('recent', 'src/c.ts', '// src/c.ts:1\nfar;\n');
  const cases = [
    {
      name: 'suffix first, so that what is written follows the prefix',
      window: windowOf('const x = b', ';\nreturn x;\n'),
      tokens: '<|path|>src/a.ts<|file|><|fim_suffix|>;\nreturn x;\n<|fim_prefix|>const x =',
      typed: ' b',
    },
    {
      name: 'a text that ends at the cursor is a file that goes on',
      window: windowOf('const x = b', '\n  \n'),
      tokens: '<|path|>src/a.ts<|file|>const x =',
      typed: ' b',
    },
    {
      name: 'the best snippet only, under its path',
      window: windowOf('x', '', far, near),
      tokens: '<|snippet|>src/b.ts\nexport const b = 1;\n<|path|>src/a.ts<|file|>',
      typed: 'x',
    },
    { name: 'an empty file', window: windowOf('', ''), tokens: '<|file|>', typed: '' },
  ];
  for (const { name, window, tokens, typed } of cases) {
    it(name, () => {
      const prompt = layout(window, 400);
      expect(shown(prompt.tokens)).toBe(tokens);
      expect(Buffer.from(prompt.typed).toString()).toBe(typed);
    });
  }

  it('never takes more than its room, and keeps what stands next to the cursor', () => {
    const seed = 5;
    const rng = random(seed);
    const text = (lines: number): string =>
      Array.from({ length: lines }, () => `  const v${rng.below(900)} = call(${rng.below(900)});\n`).join('');
    for (let round = 0; round < 40; round++) {
      const [prefix, suffix] = [text(rng.below(80)), text(rng.below(80))];
      const room = 120 + rng.below(500);
      const { tokens } = layout(windowOf(prefix, suffix, near), room);
      expect(tokens.length, `seed ${seed}, round ${round}`).toBeLessThanOrEqual(room);
      const healed = heal(shipped.encode(prefix), shipped).tokens;
      const kept = Math.min(healed.length, 16);
      expect(tokens.slice(tokens.length - kept), `seed ${seed}, round ${round}`).toEqual(
        healed.slice(healed.length - kept),
      );
    }
  });

  it('lets typing extend the prompt, nearly always, in a file far longer than the room', () => {
    const lines = Array.from({ length: 60 }, (_, i) => `const value${i} = compute(${i}, other);\n`).join('');
    let [before, extended, asked]: [readonly TokenId[], number, number] = [[], 0, 0];
    for (let end = 1_500; end < lines.length; end++) {
      const { tokens } = layout(windowOf(lines.slice(0, end), 'return value;\n'), 300);
      let common = 0;
      while (common < before.length && before[common] === tokens[common]) common++;
      if (common >= before.length - 8) extended++;
      asked++;
      before = tokens;
    }
    expect(extended / asked).toBeGreaterThan(0.95);
  });

  it('knows the control tokens that other models share, and says where there are none', () => {
    const names = ['<|fim_prefix|>', '<|fim_suffix|>', '<|fim_middle|>'];
    const common: Tokenizer = {
      ...shipped,
      specials: new Map([...shipped.specials].filter(([name]) => names.includes(name))),
    };
    const { tokens } = infillLayout(common)!(windowOf('const x = b', ';\n', near), 400);
    expect(shown(tokens)).toBe(
      '<|fim_prefix|>// src/b.ts:3\nexport const b = 1;\nconst x =<|fim_suffix|>;\n<|fim_middle|>',
    );
    expect(infillLayout({ ...shipped, specials: new Map() })).toBeUndefined();
  });
});

const small = smallTokenizer();
const END = small.specials.get('<|end|>')!.id;
const script = (after: string, next: string) => {
  const { tokens, typed } = heal(small.encode(after), small);
  return { after: tokens, next: [...small.encode(typed), ...small.encode(next), END] };
};
const scripted = (certainty: number, ...scripts: ReturnType<typeof script>[]) =>
  scriptedModel({ vocabulary: small.vocabulary, scripts, certainty });

/** Two models, the second shown the text before the cursor with something else before it. */
const both = (rooms: number[] = []) => {
  const plain = continuationLayout(small);
  return localPredictor({
    model: { model: scripted(0.5, script('return ', 'user.name;')), layout: plain },
    beside: {
      model: scripted(0.9, script('return ', 'users')),
      layout: (window, room) => {
        rooms.push(room);
        const { tokens, typed } = plain(window, room);
        return { tokens: [...small.encode('name '), ...tokens], typed };
      },
      capacity: 200,
      weights: new Float32Array(MIXTURE_WEIGHTS),
    },
    tokenizer: small,
  });
};

predictorContract({ name: 'localPredictor over a mixture', make: both, prefix: 'return ', character: 'm' });

describe('localPredictor over a mixture', () => {
  it('writes what the two find likeliest together', async () => {
    const found = await both().predict(requestOf('return ', { sampling: GREEDY }));
    expect(found.value?.[0]?.text).toBe('users');
  });

  it('leaves room in the second model for what is to be written', async () => {
    const rooms: number[] = [];
    await both(rooms).predict(requestOf('return ', { sampling: GREEDY, maxTokens: 40 }));
    expect(rooms).toHaveLength(1);
    expect(rooms[0]! + 40).toBeLessThan(200);
    expect(rooms[0]!).toBeGreaterThan(100);
  });
});
