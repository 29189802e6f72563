import { describe, expect, it } from 'vitest';
import type { Hash } from '../../src/base/index.ts';
import {
  finished,
  type Gate,
  type Prediction,
  type Predictor,
  type RecordStore,
  recordedPredictor,
  scriptedPredictor,
} from '../../src/predict/index.ts';
import { predictorContract, requestOf, windowOf } from './contract.ts';

const ANSWER = ['users.name;', { text: 'user', tokenProbability: 0.5 }, 'users.name;', 'getUserById(1, mine)'];
const always = (): Predictor => scriptedPredictor(() => ANSWER);

function memory(): RecordStore & { readonly entries: Map<Hash, readonly Prediction[]> } {
  const entries = new Map<Hash, readonly Prediction[]>();
  return { entries, get: (key) => entries.get(key), set: (key, value) => void entries.set(key, value) };
}

predictorContract({ name: 'scriptedPredictor', make: always, prefix: 'return ', character: 'm' });
predictorContract({
  name: 'recordedPredictor, recording',
  make: () => recordedPredictor({ name: 'r', store: memory(), inner: always() }),
  prefix: 'return ',
  character: 'm',
});

describe('scriptedPredictor', () => {
  it('says its lines in turn and then that it has none left', async () => {
    const predictor = scriptedPredictor([['first'], ['second', 'third']]);
    const texts = async () => (await predictor.predict(requestOf('', { count: 2 }))).value?.map(({ text }) => text);
    expect(await texts()).toEqual(['first']);
    expect(await texts()).toEqual(['second', 'third']);
    const third = await predictor.predict(requestOf(''));
    expect(third.issues[0]).toMatchObject({
      code: 'predict/script-exhausted',
      message: 'the script has 2 answers, and answer 3 was asked for',
    });
  });

  it('can answer by what is in the window', async () => {
    const predictor = scriptedPredictor(({ window }) => [window.pieces[0]!.text.toUpperCase()]);
    const result = await predictor.predict({ ...requestOf(''), window: windowOf('abc') });
    expect(result.value![0]!.text).toBe('ABC');
  });

  it('splits any text into tokens that make it up', async () => {
    for (const text of ['', ' ', '\n', 'a b', '  a( b )\n\n', '日本 語\t', 'x\u00a0y', '👍🏽 ok']) {
      const result = await scriptedPredictor([[text]]).predict(requestOf('', { maxTokens: 50 }));
      expect(result.value![0]!.text).toBe(text);
    }
  });
});

describe('finished', () => {
  const tokens = ['const', ' x', ' = ', '1;', '\n', 'y'].map((text) => ({ text, probability: 0.5 }));
  const gateAt =
    (word: string): Gate =>
    (text) => {
      const at = text.indexOf(word);
      return at < 0 ? { ok: true } : { ok: false, at };
    };
  const cases: readonly {
    readonly what: string;
    readonly request: Partial<Parameters<typeof finished>[1]>;
    readonly text: string;
    readonly stop: string;
    readonly tokens: number;
  }[] = [
    { what: 'nothing cuts', request: {}, text: 'const x = 1;\ny', stop: 'end', tokens: 6 },
    { what: 'a limit', request: { maxTokens: 2 }, text: 'const x', stop: 'length', tokens: 2 },
    {
      what: 'a limit of exactly its length',
      request: { maxTokens: 6 },
      text: 'const x = 1;\ny',
      stop: 'end',
      tokens: 6,
    },
    { what: 'a stop string', request: { stop: ['\n'] }, text: 'const x = 1;', stop: 'stop', tokens: 4 },
    { what: 'the first of two stop strings', request: { stop: [';', ' ='] }, text: 'const x', stop: 'stop', tokens: 2 },
    { what: 'the first, listed first', request: { stop: [' =', ';'] }, text: 'const x', stop: 'stop', tokens: 2 },
    { what: 'a stop string inside a token', request: { stop: ['nst'] }, text: 'co', stop: 'stop', tokens: 1 },
    { what: 'a gate', request: { gate: gateAt('1') }, text: 'const x = ', stop: 'gate', tokens: 3 },
    { what: 'a gate at once', request: { gate: gateAt('c') }, text: '', stop: 'gate', tokens: 0 },
    {
      what: 'a gate that thinks again',
      request: { gate: (text) => (text.length > 4 ? { ok: false, at: text.length } : { ok: true }) },
      text: 'cons',
      stop: 'gate',
      tokens: 1,
    },
  ];
  for (const { what, request, text, stop, tokens: count } of cases) {
    it(`${what} leaves ${JSON.stringify(text)}`, () => {
      const draft = finished(tokens, { maxTokens: 99, stop: [], ...request });
      expect([draft.text, draft.stop, draft.tokens.length]).toEqual([text, stop, count]);
      expect(draft.probability).toBe(0.5 ** count);
    });
  }
});

describe('recordedPredictor', () => {
  it('replays a session without its writer, repeated questions in order', async () => {
    const store = memory();
    const live = recordedPredictor({ name: 'r', store, inner: scriptedPredictor([['a'], ['b'], ['c'], ['d']]) });
    const session = [requestOf('x'), requestOf('y'), requestOf('x'), requestOf('x', { count: 2 })];
    const run = async (predictor: Predictor) => {
      const answers: unknown[] = [];
      for (const request of session) answers.push((await predictor.predict(request)).value);
      return answers;
    };
    const recorded = await run(live);
    expect(recorded.map((answer) => (answer as Prediction[])[0]!.text)).toEqual(['a', 'b', 'c', 'd']);
    const kept = JSON.parse(JSON.stringify([...store.entries])) as [Hash, Prediction[]][];
    const replay = recordedPredictor({ name: 'r', store: { get: (key) => new Map(kept).get(key), set: () => {} } });
    expect(await run(replay)).toEqual(recorded);
    const more = await replay.predict(requestOf('x'));
    expect(more.issues[0]!.code).toBe('predict/not-recorded');
  });

  it('asks again after a failure, and keeps two names apart', async () => {
    const store = memory();
    let calls = 0;
    const flaky: Predictor = {
      name: 'flaky',
      predict: (request) => (++calls === 1 ? scriptedPredictor([]) : scriptedPredictor([['fine']])).predict(request),
    };
    const predictor = recordedPredictor({ name: 'one', store, inner: flaky });
    expect((await predictor.predict(requestOf('x'))).ok).toBe(false);
    expect((await predictor.predict(requestOf('x'))).value![0]!.text).toBe('fine');
    const other = recordedPredictor({ name: 'two', store });
    expect((await other.predict(requestOf('x'))).ok).toBe(false);
    const replay = recordedPredictor({ name: 'one', store });
    expect((await replay.predict(requestOf('x'))).value![0]!.text).toBe('fine');
  });

  it('keys on everything the writer is told', async () => {
    const variants = [
      requestOf('x'),
      requestOf('y'),
      requestOf('x', { count: 2 }),
      requestOf('x', { maxTokens: 3 }),
      requestOf('x', { stop: ['\n'] }),
      requestOf('x', { sampling: { ...requestOf('x').sampling, seed: 2 } }),
    ];
    const store = memory();
    const predictor = recordedPredictor({ name: 'r', store, inner: always() });
    for (const request of variants) await predictor.predict(request);
    expect(store.entries.size).toBe(variants.length);
  });
});
