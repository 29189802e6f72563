import { describe, expect, it } from 'vitest';
import { judge } from './judge.ts';
import { GONE_TOGETHER, type Principle, REPLACED_BY_MORE, SAID, SET_UPS, UNHEARD } from './principles.ts';
import { STATUSES } from './principlesOfStatus.ts';
import { CANNOT_FAIL, REDUCED, SUPPORTS } from './principlesOfSupport.ts';

const check = async (...[, before, after, label]: Principle): Promise<void> => {
  const { labels, issues } = await judge(before, after);
  const told = issues.map(({ message }) => message).join('\n');
  // What is asked less of is deleted or loosened, by how it is written.
  if (/^test-(?:deleted|loosened)$/.test(label))
    expect(labels.join(), told).toMatch(/(?:^|,)test-(?:deleted|loosened)/);
  else expect(labels, told).toEqual(label === '' ? [] : [label]);
};

describe('an assertion replaced', () => it.each(REPLACED_BY_MORE)('%s', check));
describe('a change that says so', () => it.each(SAID)('%s', check));
describe('what goes with its test', () => it.each(GONE_TOGETHER)('%s', check));
describe('a set-up', () => it.each(SET_UPS)('%s', check));
describe('the status of what checks', () => it.each(STATUSES)('%s', check));
describe('what is not heard, or not asked', () => it.each(UNHEARD)('%s', check));
describe('an assertion that cannot fail', () => it.each(CANNOT_FAIL)('%s', check));
describe('an assertion of a part of both sides', () => it.each(REDUCED)('%s', check));
describe('what stands around assertions', () => it.each(SUPPORTS)('%s', check));
