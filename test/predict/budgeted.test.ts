import { describe, expect, it } from 'vitest';
import { budgeted, scriptedPredictor } from '../../src/predict/index.ts';
import { predictorContract, requestOf } from './contract.ts';

const says = (text: string) => scriptedPredictor(() => [text]);

predictorContract({
  name: 'budgeted',
  make: () => {
    const writer = scriptedPredictor(() => ['users.name;', 'user', 'getUserById(1, mine)']);
    return budgeted(writer, writer, 40);
  },
  prefix: 'return ',
  character: 'm',
});

describe('budgeted', () => {
  /** Who answers each of the requests, where the better writer takes `times` in turn, the last one for good. */
  const answers = async (count: number, ...times: readonly number[]): Promise<string> => {
    let clock = 0;
    let asked = 0;
    const better = says('b');
    const slow = {
      ...better,
      predict: (request: Parameters<typeof better.predict>[0]) => {
        clock += times[Math.min(asked++, times.length - 1)]!;
        return better.predict(request);
      },
    };
    const predictor = budgeted(slow, says('f'), 40, () => clock);
    let who = '';
    for (let i = 0; i < count; i++) who += (await predictor.predict(requestOf(''))).value![0]!.text;
    return who;
  };

  it.each([
    { name: 'the better one while it is quick enough', times: [40], expected: 'bbbbbbbbbb' },
    { name: 'one slow answer does not matter', times: [130, 5], expected: 'bbbbbbbbbb' },
    { name: 'a very slow one does, for a while', times: [200, 5], expected: 'bffffffffb' },
    { name: 'the faster one where the better is always slow', times: [100], expected: 'bbfffffbff' },
  ])('$name', async ({ times, expected }) => {
    expect(await answers(10, ...times)).toBe(expected);
  });
});
