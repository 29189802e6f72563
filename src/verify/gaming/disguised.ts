import { Buffer } from 'node:buffer';
import { span } from '../../base/index.ts';
import { type SyntaxNode, syntaxTreeOf } from '../../lang/index.ts';
import { textIn } from './canon.ts';
import { type CodeFile, clip, each } from './code.ts';
import type { Suspicion } from './confirm.ts';
import { valuesIn } from './knownInputs.ts';

/** Characters from which on a value is not met by chance within others. */
const LONG = 8;

/** Texts that came to the code and hold values of the tests in other signs, for which there is no reason but to hide them. */
export function disguises(
  files: readonly CodeFile[],
  tests: () => readonly { readonly path: string; readonly text: string }[],
): Suspicion[] {
  const fresh = files.flatMap((file) => {
    const was = new Set(file.base ? longTexts(file.base.root).map(({ value }) => value) : []);
    if (file.isTest || !file.head) return [];
    return longTexts(file.head.root).flatMap((node) => (was.has(node.value) ? [] : [{ file, node }]));
  });
  if (fresh.length === 0) return [];
  const values = [...new Set(tests().flatMap(({ path, text }) => [...valuesIn(syntaxTreeOf(text, path).root)]))];
  return fresh.flatMap(({ file, node }): Suspicion[] => {
    const keys = disguised(node.value ?? '', values);
    if (keys.length === 0) return [];
    const where = span(node.start, node.end);
    return [
      {
        finding: {
          label: 'hard-coded',
          path: file.path,
          span: where,
          expected: 'an answer that is worked out',
          found: `a value of the tests in other signs, ${keys[0]}: ${clip(node.text)}`,
        },
        name: '',
        isTable: true,
        keys,
        without: [{ span: where, text: "''" }],
      },
    ];
  });
}

function longTexts(root: SyntaxNode): readonly SyntaxNode[] {
  const found: SyntaxNode[] = [];
  each(root, (node) => {
    const isText = /^(?:String|NoSubstitution)/.test(node.kind) && (node.value ?? '').length >= LONG;
    if (isText && !/^(?:Import|Export)Declaration$/.test(node.parent?.kind ?? '')) found.push(node);
  });
  return found;
}

/** Values of the tests that a text of the code holds in other signs: taken apart, backwards, encoded. */
function disguised(text: string, values: readonly string[]): readonly string[] {
  const plain = (one: string): string => one.replace(/[^\p{L}\d]/gu, '');
  const stripped = plain(text);
  const decoded = /^[\w+/-]{8,}={0,2}$/.test(text) ? Buffer.from(text, 'base64').toString() : '';
  const forms = [stripped, [...stripped].reverse().join(''), plain(decoded)];
  return values.filter((value) => {
    const own = textIn(value) ?? '';
    const wanted = plain(own);
    return (
      wanted.length >= LONG && /\d/.test(wanted) && !text.includes(own) && forms.some((one) => one.includes(wanted))
    );
  });
}
