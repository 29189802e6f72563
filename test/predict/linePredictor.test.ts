import { describe, expect, it } from 'vitest';
import { random, type TokenId } from '../../src/base/index.ts';
import { loadShippedPrior, ngram, scriptedModel, type TokenSequence } from '../../src/model/index.ts';
import {
  LineIndex,
  linePredictor,
  localPredictor,
  type Prediction,
  type PredictionRequest,
} from '../../src/predict/index.ts';
import { likelyLines } from '../../src/predict/lines/beam.ts';
import { GREEDY, tokenTrie } from '../../src/sample/index.ts';
import { loadShipped } from '../../src/tokens/index.ts';
import { smallTokenizer } from '../sample/tokenizer.ts';
import { predictorContract, requestOf, windowOf } from './contract.ts';

const tokenizer = smallTokenizer();
const trie = tokenTrie(tokenizer);
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

predictorContract({
  name: 'linePredictor',
  make: () => {
    const model = scriptedModel({
      vocabulary: tokenizer.vocabulary,
      certainty: 0.9,
      scripts: [
        { after: tokenizer.encode('return'), next: tokenizer.encode(' user.name;\n'), weight: 2 },
        { after: tokenizer.encode('return'), next: tokenizer.encode(' names;\n') },
        { after: tokenizer.encode('return'), next: tokenizer.encode(' getUserById("x");\n') },
      ],
    });
    const otherwise = localPredictor({ model, tokenizer });
    return linePredictor({ otherwise, model, tokenizer, index: new LineIndex() });
  },
  prefix: 'return',
  character: 'm',
});

/** Every way to write a line with some tokens, its probabilities added up. */
function allLines(
  sequence: TokenSequence,
  alphabet: readonly number[],
  typed: string,
  after: string,
  maxTokens: number,
): Map<string, number> {
  const found = new Map<string, number>();
  const go = (text: string, probability: number, left: number): void => {
    const end = text.indexOf('\n', typed.length);
    if (end >= 0) {
      const rest = text.slice(end);
      if (!after.startsWith(rest) && !rest.startsWith(after)) return;
      const line = text.slice(typed.length, end).trimEnd();
      found.set(line, (found.get(line) ?? 0) + probability);
      return;
    }
    if (left === 0) return;
    const logs = sequence.logProbabilities().slice();
    for (const token of alphabet) {
      const next = text + new TextDecoder().decode(trie.bytes(token));
      if (!typed.startsWith(next) && !next.startsWith(typed)) continue;
      const { length } = sequence;
      sequence.extend([token as TokenId]);
      go(next, probability * Math.exp(logs[token]!), left - 1);
      sequence.truncate(length);
    }
  };
  go('', 1, maxTokens);
  return found;
}

describe('likelyLines', () => {
  const alphabet = Array.from({ length: tokenizer.vocabulary }, (_, id) => id).filter((id) => {
    const piece = trie.bytes(id);
    return piece !== undefined && /^[a; \n]+$/.test(new TextDecoder().decode(piece));
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('finds the likeliest and how likely they are: seed %i', (seed) => {
    const chance = random(seed);
    const typed = ['', ' ', '\n  '][seed % 3]!;
    const after = ['\n  a', '\na', '\n'][seed % 3 === 0 ? 1 : seed % 2]!;
    const scripts = Array.from({ length: 6 }, () => ({
      after: [],
      next: Array.from({ length: 4 }, () => alphabet[Math.floor(chance.float() * alphabet.length)]!) as TokenId[],
      weight: chance.float(),
    }));
    const sequence = scriptedModel({ vocabulary: tokenizer.vocabulary, scripts, certainty: 0.9 }).open();
    sequence.extend(tokenizer.encode('a'));
    const wanted = [...allLines(sequence, alphabet, typed, after, 5)].sort((a, b) => b[1] - a[1]);
    const found = likelyLines(sequence, trie, { typed: bytes(typed), after: bytes(after), maxTokens: 5 });
    expect(sequence.length).toBe(1);
    for (const [text, probability] of wanted) {
      const log = found.get(text);
      // A beam may leave out ways to write a line, and never adds any.
      if (log !== undefined) expect(Math.exp(log), `seed ${seed}: ${text}`).toBeLessThanOrEqual(probability + 1e-9);
    }
    const [best] = wanted;
    if (best && best[1] > 0.01) {
      expect(found.has(best[0]), `seed ${seed}`).toBe(true);
      expect(Math.exp(found.get(best[0])!) / best[1], `seed ${seed}`).toBeGreaterThan(0.8);
    }
  });
});

const FILE = ['user', 'id', 'by', 'string']
  .map((name) => `const ${name} = getUser("a");\nnames.${name}(${name});\nreturn ${name};\n`)
  .join('');

function linesOver(files: Readonly<Record<string, string>>, calls: string[] = []) {
  const shipped = loadShipped();
  const model = ngram({ vocabulary: shipped.vocabulary, prior: loadShippedPrior(shipped) });
  const index = new LineIndex();
  for (const [name, text] of Object.entries(files)) {
    model.train(name, shipped.encode(text));
    index.set(name, text);
  }
  const local = localPredictor({ model, tokenizer: shipped });
  const otherwise = {
    name: 'otherwise',
    predict: (request: PredictionRequest) => {
      calls.push('otherwise');
      return local.predict(request);
    },
  };
  return linePredictor({ otherwise, model, tokenizer: shipped, index });
}

/** `|` in the text is the cursor. */
const lineRequest = (marked: string, rest: Partial<PredictionRequest> = {}): PredictionRequest => {
  const [prefix, suffix] = marked.split('|') as [string, string];
  return requestOf(prefix, {
    window: windowOf(prefix, suffix),
    around: { path: 'own.ts', prefix, suffix },
    maxTokens: 32,
    stop: ['\n'],
    ...rest,
    sampling: { ...GREEDY, ...rest.sampling },
  });
};

async function draftsAt(marked: string, rest: Partial<PredictionRequest> = {}): Promise<readonly Prediction[]> {
  const found = await linesOver({ 'a.ts': FILE }).predict(lineRequest(marked, rest));
  if (!found.ok) throw new Error(found.issues[0]!.message);
  return found.value;
}

describe('linePredictor', () => {
  const CASES: readonly (readonly [string, string, string])[] = [
    // what, where, the rest of the line
    ['a line with the names of its neighbours', 'const name = getUser("b");\n|\nreturn name;\n', 'names.name(name);'],
    ['the rest of one that is begun', 'const name = getUser("b");\nnames.|\nreturn name;\n', 'name(name);'],
    ['one with white space before it', 'const name = getUser("b");\n  |\nreturn name;\n', 'names.name(name);'],
    ['one of a file with CRLF', 'const name = getUser("b");\r\n|\r\nreturn name;\r\n', 'names.name(name);'],
    ['one at the end of a file', 'const name = getUser("a");\nnames.name(name);\n|', 'return name;'],
    ['one at the start of a file', '|\nnames.name(name);\nreturn name;\n', 'const name = getUser("a");'],
  ];
  it.each(CASES)('writes %s', async (_, marked, text) => {
    const [best] = await draftsAt(marked);
    expect(best?.text).toBe(text);
  });

  it('does not write what would leave brackets open', async () => {
    const predictor = linesOver({ 'a.ts': 'get();\nuser(() => {\n});\nget();\nuser();\n' });
    for (const [marked, text] of [
      ['get();\n|\n});\n', 'user(() => {'],
      ['get();\n|\nname();\n', 'user();'],
    ] as const) {
      const found = await predictor.predict(lineRequest(marked));
      expect(found.ok && found.value[0]?.text).toBe(text);
    }
  });

  it('gives different lines, likelier ones first, whose tokens make up text and probability', async () => {
    for (const [, marked] of CASES) {
      const drafts = await draftsAt(marked, { count: 8 });
      expect(drafts.length).toBeGreaterThan(1);
      expect(new Set(drafts.map(({ text }) => text)).size).toBe(drafts.length);
      const probabilities = drafts.map(({ probability }) => probability);
      expect(probabilities).toEqual(probabilities.toSorted((a, b) => b - a));
      expect(probabilities.reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(1);
      for (const { text, tokens, probability } of drafts) {
        expect(tokens.map((token) => token.text).join('')).toBe(text);
        expect(text).not.toContain('\n');
        for (const token of tokens) {
          expect(token.probability).toBeGreaterThan(0);
          expect(token.probability).toBeLessThanOrEqual(1);
        }
        const product = tokens.reduce((all, token) => all * token.probability, 1);
        expect(Math.abs(product - probability)).toBeLessThan(1e-9);
      }
    }
  });

  it('repeats itself, whatever it was asked in between', async () => {
    const predictor = linesOver({ 'a.ts': FILE });
    const request = lineRequest(CASES[0]![1], { count: 4 });
    const first = await predictor.predict(request);
    await predictor.predict(lineRequest(CASES[1]![1]));
    expect(await predictor.predict(request)).toEqual(first);
  });

  const OTHERS: readonly (readonly [string, string, Partial<PredictionRequest>])[] = [
    ['the file is not known', 'const |\n', { around: undefined as never }],
    ['text stands after the cursor', 'get(|);\n', {}],
    ['drafts are drawn', 'const |\n', { sampling: { ...GREEDY, temperature: 0.5 } }],
    ['a line is not the end', 'const |\n', { stop: [] }],
    ['something else is the end', 'const |\n', { stop: [';'] }],
    ['there is a gate', 'const |\n', { gate: () => ({ ok: true }) }],
  ];
  it.each(OTHERS)('leaves it to the other writer where %s', async (_, marked, rest) => {
    const calls: string[] = [];
    await linesOver({ 'a.ts': FILE }, calls).predict(lineRequest(marked, rest));
    expect(calls).toEqual(['otherwise']);
  });

  it('refuses what no predictor can answer, and stops where its caller has', async () => {
    const predictor = linesOver({ 'a.ts': FILE });
    const stopped = lineRequest('const |\n', { signal: AbortSignal.abort() });
    const codes = [lineRequest('const |\n', { count: 0 }), stopped].map(async (request) => {
      const found = await predictor.predict(request);
      return found.issues.map(({ code }) => code);
    });
    expect(await Promise.all(codes)).toEqual([['predict/bad-request'], ['predict/aborted']]);
  });
});
