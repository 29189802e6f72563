import { describe, expect, it } from 'vitest';
import type { Thrown } from '../../src/lang/index.ts';
import { search } from '../../src/search/index.ts';
import { isThrownAs, throwable, thrownFor, withConstantMessages } from '../../src/search/thrown.ts';
import { EFFORT, problemOf } from './cases.ts';

describe('the one error for several examples', () => {
  it.each<[string, readonly Thrown[], object | undefined]>([
    ['nothing said', [{}, {}], { error: 'Error' }],
    ['one kind', [{ error: 'RangeError' }, {}], { error: 'RangeError' }],
    ['a kind that is an error', [{ error: 'Error' }, { error: 'TypeError' }], { error: 'TypeError' }],
    ['two kinds', [{ error: 'RangeError' }, { error: 'TypeError' }], undefined],
    ['a class of the project', [{ error: 'ParseError' }], { error: 'ParseError' }],
    ['a class that is not there', [{ error: 'OtherError' }], undefined],
    ['one message', [{ message: 'no' }, {}], { error: 'Error', message: 'no' }],
    ['a part of a message', [{ message: 'no' }, { message: 'no, odd' }], { error: 'Error', message: 'no, odd' }],
    ['two messages', [{ message: 'odd' }, { message: 'even' }], undefined],
  ])('%s', (_name, asked, thrown) => {
    const found = thrownFor(asked, throwable(['ParseError']));
    expect(found).toEqual(thrown);
    if (found) expect(asked.every((one) => isThrownAs(found, one))).toBe(true);
  });
});

describe('messages that are no constant texts', () => {
  const kept = (...calls: readonly (readonly [unknown, string])[]): readonly (string | undefined)[] =>
    withConstantMessages(
      calls.map(([arg, message]) => ({ args: [arg], expected: { kind: 'throws' as const, message } })),
    ).map(({ expected }) => (expected.kind === 'throws' ? expected.message : 'a value'));

  it.each<[string, readonly [unknown, string][], readonly (string | undefined)[]]>([
    ['of what was handed in', [['-1', 'no number: -1']], [undefined]],
    ['of a number that was handed in', [[7, 'odd: 7']], [undefined]],
    ['of a bound', [[1, 'must be above 1']], ['must be above 1']],
    ['of a word that only begins so', [['x', 'expected a number']], ['expected a number']],
    [
      'said of other arguments too',
      [
        [3, 'not 3'],
        [5, 'not 3'],
      ],
      ['not 3', 'not 3'],
    ],
  ])('%s', (_name, calls, messages) => {
    expect(kept(...calls)).toEqual(messages);
  });
});

describe('a class of the project', () => {
  const problem = problemOf(`/** The number that a text of digits stands for.
 * parse('1') // => 1
 * parse('12') // => 12
 * parse('700') // => 700
 * parse('x') // throws ParseError: no number
 * parse('y') // throws ParseError */
function parse(text: string): number`);

  it('is thrown where it stands, and by no other name', async () => {
    const { behaviours } = await search({ ...problem, errors: ['ParseError'] }, EFFORT);
    expect(behaviours[0]!.body).toContain("throw new ParseError('no number');");
    expect((await search(problem, EFFORT)).behaviours).toEqual([]);
  });
});
