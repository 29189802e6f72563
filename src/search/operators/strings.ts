import { arrayOf, BOOLEAN, type Kind, NUMBER, REGEXP, STRING } from '../kinds.ts';
import { ERROR, VALUE_LIMITS } from '../values.ts';
import { BINDS, infix, type Operator, operator } from './operator.ts';

const S = STRING;
const N = NUMBER;
const B = BOOLEAN;
const SS = arrayOf(STRING);
const index = (n: number): boolean => Number.isInteger(n) && n >= -VALUE_LIMITS.string && n < VALUE_LIMITS.string;
const fits = (text: string): unknown => (text.length < VALUE_LIMITS.string ? text : ERROR);

/** Text: cut, joined, searched, converted. */
export function stringOperators(): Operator[] {
  return [
    operator(
      '$0.length',
      [S],
      N,
      2,
      (s: string) => s.length,
      'length long characters count number size shorter longer',
      { name: 'string length', flavour: 'count' },
    ),
    operator(
      '[...$0]',
      [S],
      SS,
      2,
      (s: string) => [...s],
      'character characters letter letters chars each digit digits',
      { binds: BINDS.primary, needs: [BINDS.arrow], name: 'characters' },
    ),
    operator(
      '$0.split($1)',
      [S, S],
      SS,
      3,
      (s: string, by: string) => (by === '' ? s.split('').slice(0, VALUE_LIMITS.items) : s.split(by)),
      'split word words separated sentence space spaces comma commas delimited',
    ),
    operator('$0.toUpperCase()', [S], S, 3, (s: string) => s.toUpperCase(), 'upper uppercase capital case capitalize'),
    operator('$0.toLowerCase()', [S], S, 3, (s: string) => s.toLowerCase(), 'lower lowercase case insensitive'),
    operator(
      '$0.trim()',
      [S],
      S,
      3,
      (s: string) => s.trim(),
      'trim white whitespace blank blanks around ends leading trailing',
    ),
    operator(
      '$0.slice($1)',
      [S, N],
      S,
      3,
      (s: string, from: number) => (index(from) ? s.slice(from) : ERROR),
      'suffix rest last after without remaining',
      { name: 'string slice' },
    ),
    operator(
      '$0.slice($1, $2)',
      [S, N, N],
      S,
      4,
      (s: string, from: number, to: number) => (index(from) && index(to) ? s.slice(from, to) : ERROR),
      'substring prefix prefixes between part first',
      { name: 'string slice to' },
    ),
    operator(
      '$0[$1]',
      [S, N],
      S,
      3,
      (s: string, at: number) => (Number.isInteger(at) && at >= 0 ? s[at] : ERROR),
      'first index position initial',
      { name: 'string at' },
    ),
    operator('$0.at(-1)', [S], S, 4, (s: string) => s.at(-1), 'last final end', { name: 'string last' }),
    operator(
      '$0.includes($1)',
      [S, S],
      B,
      3,
      (s: string, part: string) => s.includes(part),
      'contains contain containing substring includes in appears',
    ),
    operator(
      '$0.startsWith($1)',
      [S, S],
      B,
      3,
      (s: string, part: string) => s.startsWith(part),
      'starts start prefix begins beginning begin',
    ),
    operator('$0.endsWith($1)', [S, S], B, 3, (s: string, part: string) => s.endsWith(part), 'ends end suffix ending'),
    operator('$0.indexOf($1)', [S, S], N, 4, (s: string, part: string) => s.indexOf(part), 'index position where', {
      name: 'string indexOf',
    }),
    operator(
      '$0.replaceAll($1, $2)',
      [S, S, S],
      S,
      4,
      (s: string, from: string, to: string) =>
        from === '' || (s.length / from.length) * to.length >= VALUE_LIMITS.string ? ERROR : s.replaceAll(from, to),
      'replace replaced instead remove removed delete',
    ),
    operator(
      '$0.replace($1, $2)',
      [S, REGEXP, S],
      S,
      4,
      (s: string, pattern: RegExp, to: string) =>
        s.length * to.length >= VALUE_LIMITS.string ? ERROR : s.replace(pattern, to),
      'replace replaced remove removed run runs dropped drop delete hyphen underscore',
    ),
    operator(
      '$0.match($1) ?? []',
      [S, REGEXP],
      SS,
      5,
      (s: string, pattern: RegExp) => [...(s.match(pattern) ?? [])],
      'match find number count all extract',
      { binds: BINDS.nullish, needs: [BINDS.member, BINDS.arrow] },
    ),
    operator(
      '$0.split($1)',
      [S, REGEXP],
      SS,
      4,
      (s: string, pattern: RegExp) => s.split(pattern).slice(0, VALUE_LIMITS.items),
      'split word words whitespace separated sentence sentences',
      { name: 'split pattern' },
    ),
    operator(
      '$1.test($0)',
      [S, REGEXP],
      B,
      3,
      (s: string, pattern: RegExp) => s.search(pattern) >= 0,
      'letter letters digit digits consists only contains match valid vowel vowels alphabetical character is',
    ),
    operator(
      '$0.repeat($1)',
      [S, N],
      S,
      4,
      (s: string, times: number) =>
        Number.isInteger(times) && times >= 0 && s.length * times < VALUE_LIMITS.string ? s.repeat(times) : ERROR,
      'repeat times repeated',
    ),
    operator(
      '$0.padStart($1, $2)',
      [S, N, S],
      S,
      5,
      (s: string, width: number, fill: string) => (index(width) ? s.padStart(width, fill) : ERROR),
      'pad leading padded width zeros',
    ),
    operator(
      '$0.padEnd($1, $2)',
      [S, N, S],
      S,
      6,
      (s: string, width: number, fill: string) => (index(width) ? s.padEnd(width, fill) : ERROR),
      'pad trailing padded width',
    ),
    operator(
      "$0.normalize('NFD')",
      [S],
      S,
      4,
      (s: string) => s.normalize('NFD'),
      'nfd accent accents unicode diacritics normalize normalized',
    ),
    operator(
      '$0.charCodeAt(0)',
      [S],
      N,
      4,
      (s: string) => (s === '' ? ERROR : s.charCodeAt(0)),
      'ascii code ord alphabet shift rotated encode decode',
    ),
    operator(
      'String.fromCharCode($0)',
      [N],
      S,
      5,
      (code: number) => (code >= 0 && code < 65_536 ? String.fromCharCode(code) : ERROR),
      'ascii code chr alphabet shift rotated encode decode',
    ),
    operator(
      'Number($0)',
      [S],
      N,
      3,
      (s: string) => Number(s),
      'number digit digits numeric value integer parse convert representing',
    ),
    operator(
      "[...$0].reverse().join('')",
      [S],
      S,
      3,
      (s: string) => [...s].reverse().join(''),
      'reverse reversed palindrome backward backwards right shift',
      { needs: [BINDS.arrow], name: 'reversed' },
    ),
    infix(
      '+',
      BINDS.additive,
      [S, S],
      S,
      2,
      (a: string, b: string) => fits(a + b),
      'concatenate append prefix add followed appended join extra',
      { name: 'string +' },
    ),
    infix('===', BINDS.equality, [S, S], B, 2, (a, b) => a === b, 'equal same palindrome is equals', {
      commutative: true,
      absent: true,
      name: 'string ===',
    }),
    infix('!==', BINDS.equality, [S, S], B, 3, (a, b) => a !== b, 'different not except other', {
      commutative: true,
      absent: true,
      name: 'string !==',
    }),
    infix('<', BINDS.relational, [S, S], B, 5, (a: string, b: string) => a < b, 'alphabetical lexicographical before', {
      name: 'string <',
    }),
    infix(
      '>=',
      BINDS.relational,
      [S, S],
      B,
      5,
      (a: string, b: string) => a >= b,
      'alphabetical lexicographical after',
      { name: 'string >=' },
    ),
  ];
}

/** A pattern, what words in prose speak of it, and its usual cost. */
const PATTERNS: readonly (readonly [RegExp, string, number])[] = [
  [/\s+/g, 'whitespace white space spaces blank blanks word words', 3],
  [/\s+/, 'whitespace white space spaces blank blanks words word', 4],
  [/\s/g, 'whitespace white space blank', 5],
  [/\d/, 'digit digits numeric number', 4],
  [/\d+/, 'digit digits number numbers', 4],
  [/\d+/g, 'digits number numbers', 4],
  [/\d/g, 'digit digits', 5],
  [/\D/g, 'digit digits number', 5],
  [/^\d+$/, 'digit digits consists only number exactly', 4],
  [/[a-z]/i, 'letter letters alphabetical alphabet', 5],
  [/[a-z]/, 'lowercase lower', 5],
  [/[A-Z]/, 'uppercase upper capital', 5],
  [/[a-z]/g, 'lowercase lower', 6],
  [/[A-Z]/g, 'uppercase upper capital capitals', 5],
  [/^[a-z]+$/i, 'letters alphabetical only', 6],
  [/[aeiou]/, 'vowel vowels', 6],
  [/[aeiou]/i, 'vowel vowels', 5],
  [/[aeiou]/gi, 'vowel vowels', 5],
  [/[^a-z0-9]+/g, 'alphanumeric other characters punctuation run hyphen slug', 5],
  [/[^a-z0-9]+/gi, 'alphanumeric other characters punctuation', 5],
  [/[^a-z0-9]/gi, 'alphanumeric punctuation other characters', 5],
  [/[^a-z]/gi, 'letters alphabetical punctuation', 6],
  [/\p{M}/gu, 'accent accents diacritic diacritics marks', 4],
  [/[.!?]/, 'sentence sentences', 6],
  [/[,\s]+/, 'comma commas words', 6],
  [/^-+|-+$/g, 'hyphen hyphens ends end dash', 4],
  [/^0+/, 'leading zeros zero', 5],
  [/0+$/, 'trailing zeros', 6],
];

export const patterns = (): { readonly value: RegExp; readonly words: readonly string[]; readonly cost: number }[] =>
  PATTERNS.map(([value, words, cost]) => ({ value, words: words.split(' '), cost }));

/** What is only worth trying where text is at hand or asked for. */
export const usesText = (kinds: Iterable<Kind>): boolean => [...kinds].some(({ key }) => key.includes('string'));
