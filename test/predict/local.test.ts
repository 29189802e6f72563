import { describe, expect, it } from 'vitest';
import { tokenId } from '../../src/base/index.ts';
import { type Script, scriptedModel, type TokenModel } from '../../src/model/index.ts';
import { heal, localPredictor, type PredictionRequest } from '../../src/predict/index.ts';
import { DEFAULT_SAMPLING, endsIdentifier, GREEDY, literalSet, tokenTrie } from '../../src/sample/index.ts';
import { smallTokenizer } from '../sample/tokenizer.ts';
import { predictorContract, requestOf, windowOf } from './contract.ts';

const tokenizer = smallTokenizer();
const trie = tokenTrie(tokenizer);
const END = tokenizer.specials.get('<|end|>')!.id;
const encode = (text: string) => tokenizer.encode(text);

/** `after` and `next` as text; the model knows how to write what healing takes back, and ends with the end token. */
const script = (after: string, next: string, weight = 1): Script => {
  const { tokens, typed } = heal(encode(after), tokenizer);
  return { after: tokens, next: [...tokenizer.encode(typed), ...encode(next), END], weight };
};
const modelOf = (scripts: readonly Script[], certainty = 0.999999): TokenModel =>
  scriptedModel({ vocabulary: tokenizer.vocabulary, scripts, certainty });
const predictorOf = (...scripts: Script[]) => localPredictor({ model: modelOf(scripts), tokenizer });
const one = async (
  predictor: ReturnType<typeof predictorOf>,
  prefix: string,
  rest: Partial<PredictionRequest> = {},
) => {
  const result = await predictor.predict(requestOf(prefix, { sampling: GREEDY, ...rest }));
  if (!result.ok) throw new Error(result.issues[0]!.message);
  return result.value[0]!;
};

predictorContract({
  name: 'localPredictor',
  make: () =>
    localPredictor({
      model: modelOf([
        script('return ', 'user.name;', 2),
        script('return ', 'users'),
        script('return ', 'getUserById("x")'),
        script('return ', 'name + 1'),
      ]),
      tokenizer,
    }),
  prefix: 'return ',
  character: 'm',
});

describe('heal', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    // text, what stays, what is written again
    ['user.getUs', 'user', '.getUs'],
    ['const x', 'const ', 'x'],
    ['const ', '', 'const '],
    ['foo(', 'foo', '('],
    ['foo((', 'foo(', '('],
    ['x = ', 'x', ' = '],
    ['return x;\n  ', 'return x', ';\n  '],
    ['a\n    ', 'a', '\n    '],
    ['日本語', '', '日本語'],
    ['', '', ''],
  ];
  for (const [text, stays, again] of cases) {
    it(`keeps ${JSON.stringify(stays)} of ${JSON.stringify(text)}`, () => {
      const { tokens, typed } = heal(encode(text), tokenizer);
      const kept = Buffer.from(tokenizer.decode(tokens)).toString();
      expect([kept + Buffer.from(typed).toString(), kept]).toEqual([text, stays]);
      expect(Buffer.from(typed).toString()).toBe(again);
    });
  }

  it('opens a bounded number of tokens and bytes', () => {
    const { tokens, typed } = heal(encode('x'.repeat(500)), tokenizer);
    expect(typed.length).toBe(8);
    expect(tokens.length).toBe(492);
  });

  it('never opens a special token', () => {
    expect(heal([...encode('a'), END], tokenizer).typed.length).toBe(0);
  });
});

describe('localPredictor', () => {
  it('completes a half-typed identifier with the tokens of the whole one', async () => {
    const predictor = predictorOf(script('const x = ', 'getUserById(users)'));
    for (const typed of ['', 'g', 'get', 'getU', 'getUs', 'getUserB', 'getUserById', 'getUserById(']) {
      const draft = await one(predictor, `const x = ${typed}`);
      expect(typed + draft.text, typed).toBe('getUserById(users)');
      // What was typed is given: only the rest counts, and the script is sure of that.
      expect(draft.probability, typed).toBeGreaterThan(0.99);
    }
  });

  it('gives the conditional probability of the new text', async () => {
    const predictor = predictorOf(script('x', ' = user', 1), script('x', ' = name', 3));
    const draft = await one(predictor, 'x', { maxTokens: 2 });
    // The typed x is written again with near certainty, then " =" or " = " follows.
    expect(draft.text).toBe(' = name');
    expect(draft.tokens.map(({ text }) => text)).toEqual([' = ', 'name']);
    expect(draft.probability).toBeCloseTo(0.75, 3);
  });

  it('takes what was typed for given, however unlikely it was', async () => {
    const predictor = predictorOf(script('return ', 'name', 99), script('return ', 'users', 1));
    const draft = await one(predictor, 'return us', { maxTokens: 1 });
    expect(draft.text).toBe('ers');
    expect(draft.probability).toBeGreaterThan(0.99);
  });

  it('uses the background and the text after the cursor', async () => {
    const seen: number[][] = [];
    const model = modelOf([]);
    const spy: TokenModel = {
      ...model,
      open: () => {
        const sequence = model.open();
        return {
          ...sequence,
          get length() {
            return sequence.length;
          },
          extend(tokens) {
            seen.push([...tokens]);
            sequence.extend(tokens);
          },
        };
      },
    };
    const snippet = { kind: 'snippet', text: 'import users', tokens: 1, reason: 'test' } as const;
    await localPredictor({ model: spy, tokenizer }).predict({
      ...requestOf(''),
      window: windowOf('const name;', 'return name', snippet),
    });
    const prompt = Buffer.from(tokenizer.decode(seen[0]!.map(tokenId))).toString();
    expect(prompt).toBe('import users\nreturn name\nconst name');
  });

  it('gives the same from a prompt it has kept as from a fresh one', async () => {
    const scripts = [script('return ', 'user.name'), script('const x = ', 'getUserById(1)'), script('const ', 'users')];
    const kept = predictorOf(...scripts);
    for (const prefix of ['return ', 'return user', 'const ', 'const x = ge', 'return ', '', 'const x = ge']) {
      const request = { sampling: { ...DEFAULT_SAMPLING, temperature: 1, seed: 3 }, count: 3 };
      const fresh = await predictorOf(...scripts).predict(requestOf(prefix, request));
      expect(await kept.predict(requestOf(prefix, request))).toEqual(fresh);
    }
  });

  it('answers two requests at once as one after the other', async () => {
    const predictor = predictorOf(script('return ', 'user.name'), script('const x = ', 'getUserById(1)'));
    const prefixes = ['return ', 'const x = get', 'return us'];
    const both = await Promise.all(prefixes.map((prefix) => one(predictor, prefix)));
    expect(both.map(({ text }) => text)).toEqual(['user.name', 'UserById(1)', 'er.name']);
  });

  it('keeps to a constraint, also where the cursor is inside a word', async () => {
    const predictor = predictorOf(script('user.', 'getUsers()', 5), script('user.', 'name', 1));
    const names = (...words: string[]) => literalSet(words, trie, { terminator: endsIdentifier });
    expect((await one(predictor, 'user.')).text).toBe('getUsers()');
    expect((await one(predictor, 'user.', { constraint: names('name', 'toString') })).text).toBe('name');
    // The words are what may follow the cursor, not what was typed.
    expect((await one(predictor, 'user.na', { constraint: names('me', 'tive') })).text).toBe('me');
    const free = await one(predictor, 'user.', { constraint: literalSet(['name'], trie) });
    expect([free.text, free.stop]).toEqual(['name', 'end']);
    const exact = await one(predictor, 'user.', { constraint: literalSet(['name = 1'], trie) });
    expect(exact.text).toBe('name = 1');
  });

  it('does not change the constraint of its caller', async () => {
    const constraint = literalSet(['name'], trie);
    const predictor = predictorOf(script('user.', 'name'));
    await one(predictor, 'user.', { constraint });
    expect(constraint.complete()).toBe(false);
    expect((await one(predictor, 'user.', { constraint })).text).toBe('name');
  });

  it('goes back to where its gate says the text is good and tries another way', async () => {
    const predictor = predictorOf(
      script('return ', 'users.name', 4),
      script('return ', 'user.toString', 2),
      script('return ', 'getUser()', 1),
    );
    const asked: string[] = [];
    const draft = await one(predictor, 'return ', {
      gate: (text) => {
        asked.push(text);
        const at = text.indexOf('.');
        return at < 0 ? { ok: true } : { ok: false, at };
      },
    });
    // `.name` and `.toString` are refused after a good word; the draft goes on there with what is left.
    expect(asked[0]).toBe('users');
    expect(asked.some((text) => text.startsWith('users.'))).toBe(true);
    expect(draft.text.startsWith('users')).toBe(true);
    expect(draft.text).not.toContain('.');

    const whole = await one(predictor, 'return ', {
      gate: (text) => (text.startsWith('user') ? { ok: false, at: 0 } : { ok: true }),
    });
    expect(whole.text).toBe('getUser()');
  });

  it('tries again after another beginning what it ruled out after the first', async () => {
    const predictor = predictorOf(script('return ', 'users.name', 4), script('return ', 'getUser.name', 1));
    const draft = await one(predictor, 'return ', {
      gate: (text) => {
        if (text === 'users.name') return { ok: false, at: 5 };
        return text.startsWith('users') && text.length > 5 ? { ok: false, at: 0 } : { ok: true };
      },
    });
    expect(draft.text).toBe('getUser.name');
  });

  it('ends with what is good where the gate accepts nothing more', async () => {
    const predictor = predictorOf(script('return ', 'users.name'));
    let calls = 0;
    const draft = await one(predictor, 'return ', {
      gate: (text) => {
        calls++;
        return text.length > 5 ? { ok: false, at: 5 } : { ok: true };
      },
    });
    expect([draft.text, draft.stop]).toEqual(['users', 'gate']);
    expect(calls).toBeLessThan(80);
  });

  it('asks the gate about what it would show, not what a stop string cuts off', async () => {
    const predictor = predictorOf(script('return ', 'name;\n  users'));
    const asked: string[] = [];
    const gate = (text: string) => {
      asked.push(text);
      return { ok: true } as const;
    };
    const draft = await one(predictor, 'return ', { stop: ['\n'], gate });
    expect([draft.text, draft.stop]).toEqual(['name;', 'stop']);
    expect(asked.at(-1)).toBe('name;');
    expect(draft.tokens.map(({ text }) => text)).toEqual(['name', ';']);
  });

  it('shows whole characters only', async () => {
    const [first, second, third] = [...new TextEncoder().encode('語')].map(tokenId);
    const next = [...encode('const '), first!, second!, third!, ...encode('é'), END];
    const whole = await one(predictorOf({ after: encode('x '), next }), 'x ', { maxTokens: 8 });
    expect(whole.text).toBe('const 語é');
    expect(whole.tokens.map(({ text }) => text)).toEqual(['const ', '語', 'é']);
    const cut = await one(predictorOf({ after: encode('x '), next }), 'x ', { maxTokens: 3 });
    expect([cut.text, cut.stop]).toEqual(['const ', 'length']);
    // A byte that cannot go on a character is drawn again.
    const broken = [...encode('const '), first!, tokenId(0x41), END];
    const mended = await one(predictorOf({ after: encode('x '), next: broken }), 'x ', { maxTokens: 8 });
    expect(mended.text).not.toContain('\ufffd');
    expect(mended.text.startsWith('const ')).toBe(true);
  });

  it('draws each draft from its own generator', async () => {
    const predictor = localPredictor({ model: modelOf([], 0), tokenizer });
    const ask = (count: number) => predictor.predict(requestOf('x', { count, maxTokens: 4 }));
    const [two, four] = [await ask(2), await ask(4)];
    expect(two.value!.length).toBe(2);
    expect(four.value!.slice(0, 2)).toEqual(two.value);
    // How much the first draft drew does not change the second.
    const longer = await predictor.predict(requestOf('x', { count: 2, maxTokens: 6 }));
    for (const [i, { tokens }] of two.value!.entries()) {
      expect(longer.value![i]!.tokens.slice(0, tokens.length - 1)).toEqual(tokens.slice(0, -1));
    }
  });

  it('can be stopped while it writes', async () => {
    const controller = new AbortController();
    const predictor = localPredictor({ model: modelOf([], 0), tokenizer });
    const gate = () => {
      controller.abort();
      return { ok: true } as const;
    };
    const result = await predictor.predict(requestOf('x', { gate, maxTokens: 50, signal: controller.signal }));
    expect(result.issues[0]?.code).toBe('predict/aborted');
  });

  it('refuses a tokenizer that is not the model’s', () => {
    const model = scriptedModel({ vocabulary: 10, scripts: [] });
    expect(() => localPredictor({ model, tokenizer })).toThrow(/do not belong together/);
  });
});
