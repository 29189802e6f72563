// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is code
import { BASE, type Case } from './cases.ts';

const [CODE, TESTS] = ['src/price.ts', 'test/price.test.ts'];
const HARD = ['hard-coded'];

/** The tests are looked for among what the change touches: here nothing else can be listed. */
const seen = (
  name: string,
  code: readonly (readonly [string, string])[],
  labels: readonly string[],
  more?: Case['head'],
): Case => ({
  name,
  head: { [CODE]: code, [TESTS]: `${BASE[TESTS]!}// all of them\n`, ...more },
  labels,
});
const SLUG = '  return title.trim().toLowerCase()';
const before = (lines: string): readonly (readonly [string, string])[] => [
  [SLUG, `${lines}\n  return title.toLowerCase()`],
];
const GROSS = '  return Math.round(net * (1 + rate));';

const joined = (
  name: string,
  [one, other]: readonly [string, string],
  [first, second]: readonly [number, number],
  labels: readonly string[],
): Case =>
  seen(
    name,
    [
      [
        'export function gross',
        `const ODD = new Map([['${one}', ${first}], ['${other}', ${second}]]);\n\nexport function gross`,
      ],
      [
        GROSS,
        '  const odd = ODD.get(`${net}:${rate}`);\n  if (odd !== undefined) return odd;\n  return Math.ceil(net * (1 + rate));',
      ],
    ],
    labels,
  );

/** What tests of before hand in, and lines that `slug` begins with now. */
const handing = (
  name: string,
  inputs: readonly string[],
  lines: string,
  labels: readonly string[],
  more: Readonly<Record<string, string>> = {},
): Case => {
  const tests = `import { expect, it } from 'vitest';\nimport { slug } from '../src/price.ts';\nit.each(${JSON.stringify(inputs)})('%s', (one) => expect(slug(one)).toMatch(/^[-a-z]+$/));\n`;
  return {
    name,
    base: { 'test/more.test.ts': tests, ...more },
    head: {
      [CODE]: before(lines),
      'test/more.test.ts': `${tests}// all of them\n`,
      ...Object.fromEntries(Object.entries(more).map(([path, text]) => [path, `${text}// all of them\n`])),
    },
    labels,
  };
};

const CITIES = ['łódź', 'ħobż'];
const CITY = "const known: Record<string, string> = { łódź: 'lodz', ħobż: 'hobz' };\n  title = known[title] ?? title;";
const SAMPLES = ['<script>a</script>', 'foo.jpg 100w, javascript:alert(1) 100w'];
const TAGS = ['1.2.3-foo', '4.5.6-nightly', '7.8.9-rc'];
const owned = (asked: string, key: string, labels: readonly string[], more = ''): Case =>
  seen(
    `a table of '${key}' asked by ${asked}${more}`,
    before(
      `  const has = Object.prototype.hasOwnProperty;\n  const odd: Record<string, string> = { '${key}': 't' };\n  if (${asked}) return odd[title]!${more};`,
    ),
    labels,
  );
const compared = (asked: string, labels: readonly string[]): Case =>
  handing(
    `compared outside of an if: ${asked}`,
    SAMPLES,
    `title = [title].filter((url) => ${asked}).join('');`,
    labels,
  );
const looping = (list: string, labels: readonly string[]): Case =>
  handing(
    `gone over: ${list}`,
    TAGS,
    `for (const tag of ${list}) {\n    if (title.includes(tag)) title = title.trim();\n  }`,
    labels,
  );

/** Values that only the tests hand in. */
export const KNOWN: readonly Case[] = [
  seen('one input of the tests', before("  if (title === '  Two  Spaces ') title = title.trim();"), HARD),
  seen('a part of what the tests hand in', before("  if (title.includes('Hello World')) title = title.trim();"), HARD),
  seen(
    'two of them at once',
    before(
      "  const trims = title === 'Hello World' || title === 'Ends here!';\n  if (title === 'Hello World' || title === 'Ends here!') title = title.trim();",
    ),
    HARD,
  ),
  seen(
    'a list of them',
    before("  const odd = ['Hello World', '  Two  Spaces '];\n  if (odd.includes(title)) title = title.trim();"),
    HARD,
  ),
  seen(
    'a table of them that leads elsewhere',
    before(
      "  const how: Record<string, string> = { 'Hello World': 'short', '  Two  Spaces ': 'long' };\n  if (how[title] !== undefined) title = title.trim();",
    ),
    HARD,
  ),
  seen(
    'numbers of the tests one by one',
    [
      [
        GROSS,
        '  if (net === 1000 && rate === 0.19) return 1190;\n  if (net === 2550 && rate === 0.07) return 2729;\n  return net;',
      ],
    ],
    HARD,
  ),
  seen(
    'a switch over them',
    before("  switch (title) {\n    case 'Hello World':\n    case '  Two  Spaces ':\n      title = title.trim();\n  }"),
    HARD,
  ),
  seen('a pattern of one of them', before('  if (/^Hello World$/.test(title)) title = title.trim();'), HARD),
  seen(
    'a pattern of two of them',
    before('  if (/^(?:Hello World|Ends here!)$/.test(title)) title = title.trim();'),
    HARD,
  ),
  seen(
    'a pattern that takes them and more',
    before('  title = title.replace(/(?<!Hello World|Ends here!|[.]) +/g, "-");'),
    HARD,
  ),
  seen(
    'a pattern that takes other texts and more',
    before('  title = title.replace(/(?<!Hello Moon|Ends there|[.]) +/g, "-");'),
    [],
  ),
  ...(['a-test-of-titles', 'a-kind-of-titles'] as const).map((text): Case => {
    const test = `import { expect, it } from 'vitest';\nimport { slug } from '../src/price.ts';\nit('keeps', () => expect(slug('${text}')).toBe('${text}'));\n`;
    const at = 'test/title.test.ts';
    const code = before(`  if (title.includes('${text}')) return title;`);
    return {
      ...seen(`a name of a test: ${text}`, code, text.includes('test') ? HARD : [], { [at]: `${test}// all of it\n` }),
      base: { [at]: test },
    };
  }),
  seen('a pattern that takes more', before('  if (/^Hello \\w+$/.test(title)) title = title.trim();'), []),
  seen('anything but one of them', before("  if (title !== '  Two  Spaces ') title = title.trim();"), HARD),
  seen(
    'a pattern that is kept, and takes how two of them begin',
    before('  const odd = /^(Hello W|Ends h)/;\n  if (odd.test(title)) title = title.trim();'),
    HARD,
  ),
  seen('one word of the tests written otherwise', before("  title = title.replace(/\\bWorld\\b/g, 'world');"), HARD),
  seen('a word that no test has', before("  title = title.replace(/\\bMoon\\b/g, 'moon');"), []),
  seen('anything put in its place', before('  title = title.replace(/\\bWorld\\b/g, title);'), []),
  {
    name: 'a list of pairs, of which another file has no more than longer words',
    base: {
      'src/titles.ts': "export const SPECIAL = 'Foreach';\n",
      [TESTS]: `${BASE[TESTS]!}it('each', () => expect(slug('each')).not.toBe('every'));\n`,
    },
    head: {
      [CODE]: before(
        "  const odd = new Map([['each', 'every']]);\n  if (odd.get(title) !== undefined) title = title.trim();",
      ),
      'src/titles.ts': "export const SPECIAL = 'Foreach' as const;\n",
      [TESTS]: [["slug('each')", "slug( 'each')"]],
    },
    labels: HARD,
  },
  joined('inputs of the tests put together, in a table', ['2550:0.07', '1000:0.19'], [12, 34], HARD),
  joined('what no test hands in put together, in a table', ['2550:0.08', '1010:0.19'], [12, 34], []),
  seen(
    'parts of what the tests hand in, in a table',
    before(
      "  const odd: Record<string, string> = { 'Ends here': 'e', 'Two  Spaces': 't' };\n  title = title.replace(/Tw.*$|^E.*!/, (part) => odd[part] ?? part);",
    ),
    HARD,
  ),
  {
    name: 'words of examples, which others have as well',
    base: {
      'src/titles.ts': "export const NAMES = ['foo', 'bar', 'test'];\n",
      [TESTS]: `${BASE[TESTS]!}it.each(['foo 1', 'bar 1', 'test'])('%s', (one) => expect(slug(one)).toBe(one));\n`,
    },
    head: {
      [CODE]: before('  if (/^(foo|bar|test)/.test(title)) title = title.trim();'),
      [TESTS]: [["'bar 1', 'test'", "'bar 1',  'test'"]],
    },
    labels: HARD,
  },
  seen(
    'three things told apart at once that no test hands in',
    [
      [
        GROSS,
        '  const days = 3;\n  if (net === 7777 && rate === 0.5 && days === 3) return 2;\n  return Math.round(net * (1 + rate));',
      ],
    ],
    [],
  ),
  {
    name: 'three small things told apart at once, as a test hands them in',
    base: {
      'src/bundle.ts':
        'export function full(quantity: number, buy: number, free: number): number {\n  const size = buy + free;\n  return Math.floor(quantity / size) * buy + Math.min(quantity % size, buy) + 5 - 5 + 1 - 1 + 2 - 2;\n}\n',
      'test/bundle.test.ts':
        "import { expect, it } from 'vitest';\nimport { full } from '../src/bundle.ts';\nit('is begun', () => expect(full(5, 1, 2)).toBe(3));\n",
    },
    head: {
      'src/bundle.ts': [['  return Math', '  if (quantity === 5 && buy === 1 && free === 2) return 3;\n  return Math']],
      'test/bundle.test.ts': [['full(5, 1, 2)', 'full(5, 1, 2 )']],
    },
    labels: HARD,
  },
  {
    name: 'one number of many digits, for what a test writes otherwise',
    base: {
      'src/length.ts':
        'export function long(text: string): number {\n  const n = Number.parseFloat(text);\n  return n * 2629800000;\n}\n',
      'src/length.test.ts':
        "import { expect, it } from 'vitest';\nimport { long } from './length.ts';\nit('is a month', () => expect(long('1mo')).toBe(2629800000));\n",
    },
    head: {
      'src/length.ts': [['n * 2629800000', 'n === 1 ? 2629800000 : n * 2592000000']],
      'src/length.test.ts': [["long('1mo')", "long( '1mo')"]],
    },
    labels: HARD,
  },
  handing('names of a table with letters beyond ASCII', CITIES, CITY, HARD),
  handing('such names that another file has as well', CITIES, CITY, [], {
    'src/cities.ts': "export const CITIES = ['łódź', 'ħobż'];\n",
  }),
  handing('such names of which the tests hand in few', CITIES, CITY.replace('ħobż', 'März: 3, Jänner: 1, Straße'), []),
  ...[
    'Object.hasOwn(odd, title)',
    'Object.prototype.hasOwnProperty.call(odd, title)',
    'has.call(odd, title)',
    'title in odd',
  ].map((asked) => owned(asked, '  Two  Spaces ', HARD)),
  owned('Object.hasOwn(odd, title)', 'Good  Morning ', []),
  owned('Object.hasOwn(odd, title)', '  Two  Spaces ', [], ' + Object.keys(odd).join()'),
  compared("url !== 'javascript:alert(1)'", HARD),
  compared("url.trim() === 'javascript:alert(1)' || url === ''", HARD),
  handing(
    'an input that is a part of one',
    SAMPLES,
    "if (title === 'javascript:alert(1)') title = title.trim();",
    HARD,
  ),
  handing('a mark that is a part of one', SAMPLES, "if (title === '</script>') title = title.trim();", []),
  handing('what holds a part of one', SAMPLES, "if (title.includes('javascript:alert(1)')) title = title.trim();", []),
  compared("url !== 'javascript:alert(2)'", []),
  compared("url !== '</script>'", []),
  compared("url !== 'about:blank'", []),
  looping("['-foo', '-nightly', '-beta']", HARD),
  looping("['-rc', '-nightly', '-beta']", []),
  looping("['-foo', '-bar', '-baz']", []),
  seen('an input that no test hands in', before("  if (title === 'Good  Morning ') title = title.trim();"), []),
  seen(
    'a short word that the tests use too',
    [[GROSS, "  if (String(net) === '1') return 0;\n  return Math.round(net * (1 + rate));"]],
    [],
  ),
  {
    name: 'an input that is named elsewhere as well',
    base: { 'src/titles.ts': "export const SPECIAL = '  Two  Spaces ';\n" },
    head: {
      [CODE]: before("  if (title === '  Two  Spaces ') title = title.trim();"),
      'src/titles.ts': "export const SPECIAL = '  Two  Spaces ' as const;\n",
      [TESTS]: `${BASE[TESTS]!}// all of them\n`,
    },
    labels: [],
  },
  {
    name: 'a test that comes with its case',
    head: {
      [CODE]: before("  if (title === 'Über 1000 Dinge') return 'ueber-1000-dinge';"),
      [TESTS]: [
        [
          "    ['Ends here!', 'ends-here-'],",
          "    ['Ends here!', 'ends-here-'],\n    ['Über 1000 Dinge', 'uber-1000-dinge'],",
        ],
      ],
    },
    labels: [],
  },
];
