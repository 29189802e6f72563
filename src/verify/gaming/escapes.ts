import type { SyntaxNode } from '../../lang/index.ts';
import { Multiset } from '../context.ts';
import { at, type CodeFile, clip, each, flat } from './code.ts';
import type { Finding } from './types.ts';

interface Escape {
  readonly key: string;
  readonly node: SyntaxNode;
  readonly what: string;
  readonly name?: string;
}

/** Types and lint switched off: what is there now and was not, all files of the change taken together. */
export const escapes = (files: readonly CodeFile[]): Finding[] => [
  ...casts(files.filter(({ isTest }) => !isTest)),
  ...comments(files),
];

function casts(files: readonly CodeFile[]): Finding[] {
  const before = new Multiset();
  const declared = new Set<string>();
  for (const { base } of files) {
    if (!base) continue;
    for (const { key } of escapesIn(base.root)) before.add(key);
    each(base.root, (node) => {
      const name = node.part('name')?.value;
      if (name !== undefined && node.part('type')) declared.add(name);
    });
  }
  return files.flatMap(({ path, base, head }): Finding[] => {
    if (!head) return [];
    const isFree = base ? escapesIn(base.root).length === 0 : false;
    return (
      escapesIn(head.root)
        .filter(({ key }) => !before.take(key))
        // Where a file is full of them one more tells little; a type that was there and is gone does.
        .filter(({ what, name }) => what !== 'any' || isFree || (name !== undefined && declared.has(name)))
        .map(
          ({ node, what }): Finding => ({
            label: 'type-escape',
            ...at(path, node),
            expected: 'the compiler to check this, as at the base',
            found: what === 'any' ? clip(node.parent?.text ?? 'any', 40) : clip(node.text, 40),
          }),
        )
    );
  });
}

function escapesIn(root: SyntaxNode): Escape[] {
  const found: Escape[] = [];
  each(root, (node) => {
    if (node.kind === 'AsExpression' || node.kind === 'TypeAssertionExpression') {
      const type = node.part('type')?.kind ?? '';
      const inner = bareParens(node.part('expression')!);
      const isDouble = inner.kind === 'AsExpression' && inner.part('type')?.kind === 'UnknownKeyword';
      if (type === 'AnyKeyword' || type === 'NeverKeyword' || isDouble)
        found.push({ key: `as ${flat(node)}`, node, what: 'cast' });
    } else if (node.kind === 'AnyKeyword') {
      const { parent } = node;
      // Of what is passed on as it comes, there is often no other type.
      if (
        !parent ||
        !/^(?:Parameter|VariableDeclaration|PropertyDeclaration|PropertySignature|FunctionDeclaration|MethodDeclaration|ArrowFunction)$/.test(
          parent.kind,
        )
      )
        return;
      if (/^(?:FunctionType|CatchClause|ConstructorType|CallSignature|IndexSignature)$/.test(parent.parent?.kind ?? ''))
        return;
      const name = parent.part('name')?.value;
      found.push({ key: `any ${name ?? flat(parent)}`, node, what: 'any', ...(name === undefined ? {} : { name }) });
    }
  });
  return found;
}

function bareParens(node: SyntaxNode): SyntaxNode {
  let one = node;
  while (one.kind === 'ParenthesizedExpression') one = one.part('expression')!;
  return one;
}

const SWITCHES: readonly (readonly [label: Finding['label'], pattern: RegExp, wholeFile: RegExp, what: string])[] = [
  ['type-escape', /^\W*@ts-(?:ignore|expect-error|nocheck)\b/, /@ts-nocheck/, 'the compiler to check this'],
  [
    'lint-disabled',
    /\b(?:eslint-disable|biome-ignore|tslint:disable|oxlint-disable)/,
    /eslint-disable(?!-)|biome-ignore-all|tslint:disable(?!-)|oxlint-disable(?!-)/,
    'the linter to check this',
  ],
  [
    'threshold-lowered',
    /\b(?:istanbul|c8|v8|node:coverage) (?:ignore|disable)/,
    /ignore file/,
    'this to count as code to cover',
  ],
];

function comments(files: readonly CodeFile[]): Finding[] {
  const before = new Multiset();
  const keyOf = (text: string): string | undefined => {
    for (const [label, pattern] of SWITCHES)
      if (pattern.test(text))
        return `${label} ${text
          .replace(/(?:--|:).*$/s, '')
          .replace(/\s+/g, ' ')
          .trim()}`;
    return undefined;
  };
  for (const { base } of files)
    for (const { text } of base?.comments ?? []) {
      const key = keyOf(text);
      if (key !== undefined) before.add(key);
    }
  return files.flatMap(({ path, isTest, head }): Finding[] =>
    (head?.comments ?? []).flatMap(({ text, span: where }): Finding[] => {
      const key = keyOf(text);
      if (key === undefined || before.take(key)) return [];
      const [label, , wholeFile, what] = SWITCHES.find(([, pattern]) => pattern.test(text))!;
      // A test says on purpose what the compiler would refuse.
      if (isTest && !wholeFile.test(text)) return [];
      const isReasoned = !wholeFile.test(text) && /(?:--|:)\s*\S+\s+\S+/.test(text.replace(/^\W*\S+/, ''));
      return [
        {
          label,
          path,
          span: where,
          expected: what,
          found: clip(text),
          ...(isReasoned ? { isNote: true as const } : {}),
        },
      ];
    }),
  );
}
