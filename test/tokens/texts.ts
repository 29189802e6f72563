import type { Random } from '../../src/base/index.ts';

/** Texts that pre-tokenisers and encoders get wrong. */
export const HARD_TEXTS: readonly string[] = [
  '',
  ' ',
  '   ',
  '\n',
  '\r\n\r\n\t ',
  'hello world 123 foo',
  'getUserById',
  'XMLHttpRequest HTMLElement ABc aBC A_B __proto__ $x',
  "it's I'LL we'Ve 'twas ''s 'ſ don't",
  'const x = foo.bar(baz)[0];\n    return x;\n}\n\n',
  '/**\n   * Doc.\n   *\n   */\nfunction f() {}\n',
  'a  b   c\t\td \t e\n\n\n  f  \n',
  '1 12 123 1234 12345 ٣٤٥ ½ ⅷ 3.14e-10',
  '("foo", \'bar\', `x{y}`) => { return !a?.b ?? c; } // end',
  'naïve café ﬁ İstanbul ΑΒΓαβγ Привет МИР ǅungla',
  '日本語の文章。中文字符，한국어 텍스트',
  '🙂👩‍👩‍👧‍👦 🇩🇪 ☃️ e\u0301 \u0301x',
  'نص عربي עִבְרִית हिन्दी ไทย',
  '\u00a0\u2003\u3000 x\u2028y\u2029z\u0085w\ufeffv\u200b',
  '\0\x01\x1f\x7f \x01  \x02',
  '<|endoftext|><|end_of_text|><|fim_prefix|>',
  '=====----=====\n-------------------------------\n',
  'https://example.com/a/b?c=d&e=f#g\n//\n/\n//',
  '\ud800 lone \udfff surrogates \ud83d',
  'x \n y\n z \n\n ',
  '     \n     x\n \t\n',
];

const ALPHABETS: readonly string[] = [
  'abcxyzABCXYZ_$',
  '0123456789',
  ' \t\n\r',
  '.,;:(){}[]<>=+-*/&|!?\'"`~@#%^\\',
  'éßñÀÉüçÖ',
  '日本語中文한국어',
  '🙂👩‍🇩🇪',
  '\u0301\u0308\u0903',
  '\u00a0\u2003\u2028\u0085\ufeff\u200b\x1c',
  '\0\x01\x7f\x9f',
  'ǅʰªٴ½Ⅷ٣',
];

/** Text of short runs from one alphabet after another. */
export function randomText(random: Random, runs: number): string {
  let text = '';
  for (let run = 0; run < runs; run++) {
    const alphabet = Array.from(random.pick(ALPHABETS));
    for (let i = random.below(5); i >= 0; i--) text += random.pick(alphabet);
  }
  return text;
}

/** Bytes that are now UTF-8, now not. */
export function randomBytes(random: Random, runs: number): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let run = 0; run < runs; run++) {
    if (random.below(2) === 0) parts.push(new TextEncoder().encode(randomText(random, 1)));
    else parts.push(Uint8Array.from({ length: 1 + random.below(4) }, () => random.below(256)));
  }
  return Buffer.concat(parts);
}
