import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { random } from '../../src/base/index.ts';
import { HARD_TEXTS, randomText } from './texts.ts';

const require = createRequire(import.meta.url);

/** CJK, emoji and accents the way people write them: words of one script, punctuation of the same. */
const SCRIPTS: readonly string[] = [
  'これは日本語の文章です。トークンの数を数えます。',
  '在这个函数中，我们首先检查输入是否为空。然后返回结果。',
  '이 함수는 사용자의 이름을 반환합니다. 값이 없으면 오류입니다.',
  'Это предложение на русском языке, и оно не очень длинное.',
  'Αυτή είναι μια πρόταση στα ελληνικά.',
  'هذه جملة باللغة العربية، وليست طويلة جدا.',
  'זהו משפט בעברית.',
  'यह हिन्दी में एक वाक्य है।',
  'นี่คือประโยคภาษาไทย',
  'Đây là một câu tiếng Việt. Zażółć gęślą jaźń. Größe, façade, niño, Ærø.',
  '🙂🎉👩‍💻👨‍👩‍👧‍👦🇩🇪☃️✨ 🚀🚀 ',
];

/**
 * About a megabyte of everything: real declarations and prose, scripts, each character of the first plane and a sample of
 * the others (so each Unicode category), runs of blanks, lone surrogates, and the texts known to be hard.
 */
export function mixedText(): string {
  const source = random(1);
  const parts: string[] = [
    readFileSync(require.resolve('typescript6/lib/lib.dom.d.ts'), 'utf8').slice(0, 300_000),
    readFileSync(require.resolve('typescript6/lib/lib.es5.d.ts'), 'utf8').slice(0, 100_000),
    readFileSync(require.resolve('gpt-tokenizer/package.json').replace('package.json', 'README.md'), 'utf8'),
    ...HARD_TEXTS,
  ];
  for (let i = 0; i < 900; i++) parts.push(source.pick(SCRIPTS), source.pick(['', ' ', '\n', '  ']));
  let plane = '';
  for (let code = 0; code < 0x10000; code++) {
    plane += String.fromCharCode(code);
    if (code % 3 === 0) plane += source.pick(['', ' ', 'a', 'B', '\n', '1', "'s"]);
  }
  parts.push(plane);
  let others = '';
  for (let code = 0x10000; code < 0x110000; code += 1 + source.below(60)) others += String.fromCodePoint(code);
  parts.push(others);
  for (let i = 0; i < 300; i++)
    parts.push(source.pick([' ', '\t', '\n', '\r\n', '\u00a0']).repeat(1 + source.below(120)), 'x');
  for (let i = 0; i < 2500; i++) parts.push(randomText(source, 12), String.fromCharCode(0xd800 + source.below(0x800)));
  return parts.join('');
}
