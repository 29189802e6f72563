import { type Case, FAULT, S } from './cases.ts';

const data =
  (path: string, before: string) =>
  (name: string, after: string | null, labels: readonly string[], more: Case['head'] = { [S]: FAULT }): Case => ({
    name,
    base: { [path]: before },
    head: { ...more, [path]: after },
    labels,
  });
const CHANGED = ['expectation-changed'];
const json = data(
  'test/fixture/names.json',
  '[{ "input": "a--", "output": "xn--a" }, { "input": "b", "output": "b" }]',
);
const page = data('test/specs/new/cells.html', '<td>1</td>\n<td>|</td>\n');
const text = data('test/specs/new/cells.md', '|1|\n|-|\n');
const module = data(
  'test/validation/trimmed/valid.ts',
  "export const data = '  valid  ';\nexport const output = 'valid';\n",
);

/** Cases that tests read from a folder, which no test names. */
export const FIXTURES: readonly Case[] = [
  json(
    'an answer on disk that follows the code',
    '[{ "input": "a--", "output": "a--" }, { "input": "b", "output": "b" }]',
    CHANGED,
  ),
  json('an answer on disk that is none', '[{ "input": "a--", "output": null }, { "input": "b", "output": "b" }]', [
    'test-emptied',
  ]),
  json('a row on disk that is gone', '[{ "input": "b", "output": "b" }]', ['test-deleted']),
  json(
    'a row on disk that does not count',
    '[{ "input": "a--", "output": "xn--a", "shouldFail": true }, { "input": "b", "output": "b" }]',
    ['test-skipped'],
  ),
  json(
    'another row on disk',
    '[{ "input": "a--", "output": "xn--a" }, { "input": "b", "output": "b" }, { "input": "c", "output": "c" }]',
    [],
  ),
  json('rows on disk in another order', '[{ "input": "b", "output": "b" }, { "input": "a--", "output": "xn--a" }]', []),
  json(
    'an answer on disk corrected by itself',
    '[{ "input": "a--", "output": "a--" }, { "input": "b", "output": "b" }]',
    [],
    {},
  ),
  page('a page that follows the code', '<td>1</td>\n<td>\\|</td>\n', CHANGED),
  page('a page with more', '<td>1</td>\n<td>|</td>\n<td>2</td>\n', []),
  {
    name: 'a page and the text that it is made of',
    base: { 'test/specs/new/cells.html': '<td>1</td>\n', 'test/specs/new/cells.md': '|1|\n' },
    head: { [S]: FAULT, 'test/specs/new/cells.html': '<td>2</td>\n', 'test/specs/new/cells.md': '|2|\n' },
    labels: [],
  },
  page('a page that is gone', null, ['test-deleted']),
  page('a page by another name', null, [], {
    [S]: FAULT,
    'test/specs/new/more-cells.html': '<td>1</td>\n<td>|</td>\n',
  }),
  text('a text that does not count', '---\nskip: true\n---\n|1|\n|-|\n', ['test-skipped']),
  text('a text with an option', '---\ngfm: true\n---\n|1|\n|-|\n', []),
  module(
    'an answer of a module that follows the code',
    "export const data = '  valid  ';\nexport const output = 'valid  ';\n",
    CHANGED,
  ),
  module(
    'a question of a module that hides the code',
    "export const data = '  valid';\nexport const output = 'valid';\n",
    CHANGED,
  ),
  module(
    'a module put otherwise',
    "const text = 'valid';\nexport const data = '  valid  ';\nexport const output = text;\n",
    [],
  ),
];
