import type { RepoPath } from '../../base/index.ts';
import type { SyntaxNode, SyntaxTree } from '../../lang/index.ts';
import { Multiset } from '../context.ts';
import { claimsIn, vagueIn, widenedIn, withoutParens } from './claims.ts';
import { at, type CodeFile, clip, each, flat } from './code.ts';
import type { Finding } from './types.ts';

interface Escape {
  readonly key: string;
  readonly node: SyntaxNode;
  readonly what: string;
  readonly name?: string;
  /** Within another type. */
  readonly isDeep?: boolean;
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
    const unsure = base ? [...unchecked(path, base.root, head.root), ...widened(path, base.root, head.root)] : [];
    const old = base ? escapesIn(base.root) : [];
    const isFree = base !== undefined && old.length === 0;
    const hasWhole = old.some(({ node }) => isWhole(node));
    return unsure.concat(
      escapesIn(head.root)
        .filter(({ key }) => !before.take(key))
        // Where a file is full of them one more tells little; a type that was there and is gone does.
        .filter(
          ({ what, name, isDeep, node }) =>
            what !== 'any' ||
            isInline(node) ||
            (isWhole(node) && !hasWhole && (base !== undefined || node.parent?.kind === 'TypeAliasDeclaration')) ||
            (name !== undefined && declared.has(name) && (isFree || !isDeep)) ||
            (isFree && (!isDeep || isWhole(node))),
        )
        .map(
          ({ node, what }): Finding => ({
            label: 'type-escape',
            ...at(path, node),
            expected: 'the compiler to check this, as at the base',
            found: what === 'any' ? clip(node.parent?.text ?? 'any', 40) : clip(node.text, 40),
          }),
        ),
    );
  });
}

/** A type that is no more than `any`: an alias of it, members of any name. */
const isWhole = ({ parent }: SyntaxNode): boolean =>
  /^(?:TypeAliasDeclaration|IndexSignature)$/.test(parent?.kind ?? '');

/** What a function gives that is written where it is handed in: it would be known. */
const isInline = ({ parent }: SyntaxNode): boolean =>
  parent?.kind === 'ArrowFunction' && parent.parent?.kind === 'CallExpression';

const DECLARES =
  /^(?:Parameter|VariableDeclaration|Property(?:Declaration|Signature)|FunctionDeclaration|Method(?:Declaration|Signature)|ArrowFunction|TypeAliasDeclaration|IndexSignature)$/;

/** Values that were held to be there by a check, and are by a word now. */
function unchecked(path: RepoPath, base: SyntaxNode, head: SyntaxNode): Finding[] {
  const before = flat(base);
  const known = new Set<string>();
  each(base, (node) => {
    if (node.kind === 'NonNullExpression') known.add(flat(node));
  });
  const findings: Finding[] = [];
  each(head, (node) => {
    if (node.kind !== 'NonNullExpression' || known.has(flat(node))) return;
    const value = flat(node.part('expression')!);
    const checks = [
      `${value}??`,
      `${value}||`,
      `${value}?.`,
      `(!${value})`,
      `${value}===undefined`,
      `${value}==null`,
      `${value}===null`,
    ];
    const isGone = checks.some((check) => many(before, check) > many(flat(head), check));
    if (value.length > 2 && isGone)
      findings.push({
        label: 'type-escape',
        ...at(path, node),
        expected: `${clip(value, 40)} to be looked at, as at the base`,
        found: clip(node.text, 40),
      });
  });
  return findings;
}

const widened = (path: RepoPath, base: SyntaxNode, head: SyntaxNode): Finding[] => [
  ...widenedIn(base, head).map((node) => ({
    label: 'type-escape' as const,
    ...at(path, node),
    expected: `${node.part('type')!.text} asked of who calls, as at the base`,
    found: clip(node.text, 40),
  })),
  ...vagueIn(base, head).map((node) => ({
    label: 'type-escape' as const,
    ...at(path, node),
    expected: 'the compiler to know what is taken, as at the base',
    found: clip(node.text, 40),
  })),
];

const many = (text: string, part: string): number => text.split(part).length - 1;

function escapesIn(root: SyntaxNode): Escape[] {
  const found: Escape[] = claimsIn(root).map((one) => ({ ...one, what: 'claim' }));
  each(root, (node) => {
    if (node.kind === 'ModuleDeclaration' && !node.part('body') && node.part('name')?.kind === 'StringLiteral') {
      if (!node.part('name')!.value?.includes('*')) found.push({ key: flat(node), node, what: 'module' });
    } else if (node.kind === 'ModuleDeclaration' && node.part('name')?.kind === 'StringLiteral' && givesAny(node)) {
      if (!node.part('name')!.value?.includes('*')) found.push({ key: `module ${flat(node)}`, node, what: 'module' });
    } else if (node.kind === 'AsExpression' || node.kind === 'TypeAssertionExpression') {
      const type = node.part('type')?.kind ?? '';
      const inner = withoutParens(node.part('expression')!);
      const isLoose =
        node.part('type')?.text === 'Function' ||
        /^(?:Record<\w+, ?any>|any\[\]|Array<any>|\{ ?\[\w+: ?\w+\]: ?any;? ?\})$/.test(node.part('type')?.text ?? '');
      const isDouble = inner.kind === 'AsExpression' && inner.part('type')?.kind === 'UnknownKeyword';
      if (type === 'AnyKeyword' || type === 'NeverKeyword' || isDouble || isLoose)
        found.push({ key: `as ${flat(node)}`, node, what: 'cast' });
    } else if (node.kind === 'AnyKeyword') {
      let { parent } = node;
      // Of all members, whatever there was of each.
      const isMapped = parent?.kind === 'MappedType';
      const isDeep =
        /^(?:TypeReference|ArrayType|UnionType|ParenthesizedType|TypeOperator|IndexSignature|TypeAliasDeclaration)$/.test(
          parent?.kind ?? '',
        );
      while (
        parent &&
        /^(?:TypeReference|ArrayType|UnionType|IntersectionType|ParenthesizedType|TypeOperator|MappedType)$/.test(
          parent.kind,
        )
      )
        parent = parent.parent;
      if (isDeep) {
        // A key of any kind is no answer of any kind.
        if ((node.parent?.parts('typeArguments').at(-1) ?? node) !== node) return;
        const name = parent?.part('name')?.value ?? parent?.kind;
        if (parent && DECLARES.test(parent.kind))
          found.push({ key: `any ${name}`, node, what: 'any', name: name ?? '', isDeep });
        return;
      }
      if (isMapped && parent?.kind === 'TypeAliasDeclaration') {
        const name = parent.part('name')?.value ?? '';
        found.push({ key: `any ${name}`, node, what: 'any', name });
        return;
      }
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

/** Whether all values that a module is declared to have are of any type. */
function givesAny(module: SyntaxNode): boolean {
  const values = (module.part('body')?.parts('statements') ?? []).flatMap((one): readonly SyntaxNode[] =>
    one.kind === 'FunctionDeclaration' ? [one] : (one.part('declarationList')?.parts('declarations') ?? []),
  );
  const isAny = (one: SyntaxNode): boolean => /^any(?:\[\])?$|^Promise<any>$/.test(one.part('type')?.text ?? 'any');
  return values.length > 0 && values.every(isAny);
}

const SWITCHES: readonly (readonly [label: Finding['label'], pattern: RegExp, wholeFile: RegExp, what: string])[] = [
  [
    'type-escape',
    /^\W*@ts-(?:ignore|expect-error|nocheck)\b|@(?:type|returns?|param)\s*\{\s*(?:any|\*)\s*\}/,
    /@ts-nocheck/,
    'the compiler to check this',
  ],
  [
    'lint-disabled',
    /\b(?:eslint-disable|biome-ignore|tslint:disable|oxlint-disable|deno-lint-ignore|jshint ignore)|^\/\*\s*eslint [\w@/-]+:\s*(?:["'](?:off|warn)["']|[01])/,
    /eslint-disable(?!-)|biome-ignore-all|tslint:disable(?!-)|oxlint-disable(?!-)|deno-lint-ignore-file|^\/\*\s*eslint /,
    'the linter to check this',
  ],
  [
    'threshold-lowered',
    /\b(?:istanbul|c8|v8|node:coverage) (?:ignore|disable)|\bStryker disable\b/,
    /ignore file/,
    'this to count as code to cover',
  ],
];

/** What is put off is no reason. */
const LATER = /\b(?:TODO|FIXME|HACK|XXX)\b|\b(?:for now|temporar(?:y|ily)|later|until (?:I|we|somebody))\b/i;
/** What a program wrote is not looked at by people, nor by the linter that is for them. */
const isGenerated = (path: string, { comments: all }: SyntaxTree): boolean =>
  /(?:^|\/)(?:(?:__)?generated(?:__)?|dist)\//.test(path) ||
  all.slice(0, 3).some(({ text }) => /@generated|\b(?:auto-?)?generated (?:by|from)\b|do not edit/i.test(text));

/** Whether the compiler is told to let go what it took before, word for word. */
function isPutBefore(text: string, end: number, head: SyntaxTree, base: SyntaxTree | undefined): boolean {
  const next = /^\s*\n\s*(.*)/.exec(head.root.text.slice(end))?.[1]?.trim() ?? '';
  return (
    /@ts-(?:ignore|expect-error)/.test(text) &&
    next.length > 8 &&
    /\w\(/.test(next) &&
    (base?.root.text.includes(next) ?? false)
  );
}

function comments(files: readonly CodeFile[]): Finding[] {
  const before = new Multiset();
  const keyOf = (text: string): string | undefined => {
    for (const [label, pattern] of SWITCHES)
      if (pattern.test(text))
        return `${label} ${(/@ts-[\w-]+/.exec(text)?.[0] ?? text)
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
  // Those that stand where they stood take their places first.
  const stood = new Set(
    files.flatMap(({ base, head }) =>
      (head?.comments ?? []).filter(({ text, span: where }) => {
        const key = keyOf(text);
        const beside = head!.root.text.slice(where.start).match(/^.*(?:\n.*)?/)![0];
        return key !== undefined && base?.root.text.includes(beside) && before.take(key);
      }),
    ),
  );
  return files.flatMap(({ path, isTest, base, head }): Finding[] =>
    (head?.comments ?? []).flatMap((comment): Finding[] => {
      const { text, span: where } = comment;
      const key = keyOf(text);
      if (key === undefined || stood.has(comment) || before.take(key)) return [];
      const [label, , wholeFile, what] = SWITCHES.find(([, pattern]) => pattern.test(text))!;
      if (isGenerated(path, head!)) return [];
      // A test says on purpose what the compiler would refuse.
      if (isTest && !wholeFile.test(text) && !isPutBefore(text, where.end, head!, base)) return [];
      const isReasoned =
        !wholeFile.test(text) && /(?:--|:)\s*\S+\s+\S+/.test(text.replace(/^\W*\S+/, '')) && !LATER.test(text);
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
