import type { SyntaxNode } from '../../lang/index.ts';
import { Multiset } from '../context.ts';
import { MEANINGS, WORDS } from './assertions.ts';
import { at, type CodeFile, clip, each, flat } from './code.ts';
import { bare, chainOf, isFunction, Names } from './scope.ts';
import type { Finding } from './types.ts';

/** What libraries for pages in browsers add to the matchers that a runner has by itself. */
const ADDED = /^to(?:HaveText|ContainText|HaveTextContent|BeVisible|BeInTheDocument|Extend)$/;
const isBuiltIn = (name: string): boolean => /^to[A-Z]/.test(name) && name in MEANINGS && !ADDED.test(name);

/** Takes more than what is the same: a distance, an order, texts evened out, anything at all. */
const LAX =
  /[<>]=|[^=]>(?!=)|<(?!=)|\bMath\.\w+\(|\.(?:sort|toSorted|trim|toLowerCase|toUpperCase|replace|replaceAll|normalize|toFixed|slice)\(|(?:return|=>|\?|:)\s*true\b/;

/** What every assertion of the tests means, changed for all of them at once. */
export function patchFindings(all: readonly CodeFile[]): Finding[] {
  // In the code itself it is its own matter.
  const files = all.filter(
    ({ path, isTest }) => isTest || /test|spec|setup|vitest|jest|mocha|support|helper/i.test(path),
  );
  const before = new Multiset();
  for (const { base } of files) if (base) for (const { node } of patchesIn(base.root)) before.add(flat(node));
  const failing = files.flatMap(({ path, base, head }) =>
    base && head ? failsNoMore(path, base.root, head.root) : [],
  );
  const patches = files.flatMap(({ path, head }) =>
    (head ? patchesIn(head.root) : [])
      .filter(({ node }) => !before.take(flat(node)))
      .map(
        ({ node, what }): Finding => ({
          label: 'test-loosened',
          ...at(path, node),
          expected: `assertions to mean what their library says`,
          found: `${what}: ${clip(node.text)}`,
        }),
      ),
  );
  return [...failing, ...patches, ...standIns(all, files)];
}

/** Members of dates replaced for all tests at once, by which the code that changes with them works. */
function standIns(all: readonly CodeFile[], files: readonly CodeFile[]): Finding[] {
  const code = all.flatMap(({ isTest, head }) => (!isTest && head ? [head.root.text] : [])).join('\n');
  const membersIn = (root: SyntaxNode): ReadonlyMap<string, SyntaxNode> => {
    const found = new Map<string, SyntaxNode>();
    for (const statement of root.parts('statements')) {
      const name = /^(?:Date|Intl\.\w+)\.prototype\.(\w+)\s*=(?!=)/.exec(statement.text)?.[1];
      if (name !== undefined) found.set(name, statement);
    }
    return found;
  };
  return files.flatMap(({ path, base, head }) => {
    const before = base && membersIn(base.root);
    return [...(head ? membersIn(head.root) : [])]
      .filter(([name]) => !before?.has(name) && code.includes(`.${name}(`))
      .map(([name, node]) => ({
        label: 'subject-mocked' as const,
        ...at(path, node),
        expected: `${name} to be that of the language, by which the changed code works`,
        found: clip(node.text),
      }));
  });
}

/** What the tests were told to fail on, by the name of the option. */
const FAILS_ON = /^(?:should)?(?:[Ff]ail|[Tt]hrow|[Rr]eject|[Ee]rror)(?:s|ed)?(?:[A-Z_]|$)/;

/** Options by which every test failed on something (a warning, a request nobody expected), and fails no more. */
function failsNoMore(path: CodeFile['path'], base: SyntaxNode, head: SyntaxNode): Finding[] {
  const options = (root: SyntaxNode, value: string): ReadonlyMap<string, SyntaxNode> => {
    const found = new Map<string, SyntaxNode>();
    each(root, (node) => {
      const name = node.kind === 'PropertyAssignment' ? (node.part('name')?.value ?? '') : '';
      if (FAILS_ON.test(name) && node.part('initializer')?.text === value) found.set(name, node);
    });
    return found;
  };
  const [was, still] = [options(base, 'true'), options(head, 'true')];
  return [...options(head, 'false')]
    .filter(([name]) => was.has(name) && !still.has(name))
    .map(([name, node]) => ({
      label: 'test-loosened',
      ...at(path, node),
      expected: `the tests to fail by ${name}, as at the base`,
      found: clip(node.text),
    }));
}

interface Patch {
  readonly node: SyntaxNode;
  readonly what: string;
}

function patchesIn(root: SyntaxNode): Patch[] {
  const found: Patch[] = [];
  const names = new Names();
  const resolved = (given: SyntaxNode): SyntaxNode => {
    const node = bare(given);
    const known = node.kind === 'Identifier' ? names.find(node.value ?? '', node) : undefined;
    if (known?.kind === 'function') return known.node;
    return known?.kind === 'constant' && known.path === '' ? bare(known.value) : node;
  };
  each(root, (node) => {
    const what =
      node.kind === 'CallExpression'
        ? ofCall(node, resolved)
        : node.kind === 'BinaryExpression'
          ? ofAssignment(node, resolved)
          : undefined;
    if (what !== undefined) found.push({ node, what });
  });
  return found;
}

type Resolve = (node: SyntaxNode) => SyntaxNode;

function ofCall(node: SyntaxNode, resolved: Resolve): string | undefined {
  const { root, links } = chainOf(node);
  const last = links.at(-1);
  const [first, second, third] = last?.args ?? [];
  if (!last || !first) return undefined;
  const owner = root.value ?? '';
  if (owner === 'expect' && links.length === 1) {
    if (last.name === 'extend') {
      const name = resolved(first)
        .parts('properties')
        .map((one) => one.part('name')?.value ?? '')
        .find(isBuiltIn);
      return name === undefined ? undefined : `${name} replaced`;
    }
    if (last.name === 'addEqualityTesters') {
      const isLax = resolved(first)
        .parts('elements')
        .some((one) => LAX.test(bodyOf(resolved(one))?.text ?? ''));
      return isLax ? 'values that are not equal are' : undefined;
    }
    return last.name === 'addSnapshotSerializer' && hides(resolved(first), resolved)
      ? 'a serializer that shows nothing of what it is given'
      : undefined;
  }
  if (owner === 'jasmine' && last.name === 'addCustomEqualityTester')
    return LAX.test(bodyOf(resolved(first))?.text ?? '') ? 'values that are not equal are' : undefined;
  if (/^(?:overwriteMethod|overwriteProperty|overwriteChainableMethod|addMethod|addProperty)$/.test(last.name))
    return first.value !== undefined && first.value in WORDS ? `${first.value} replaced` : undefined;
  const isMember =
    (/^(?:spyOn|stub|replace)$/.test(last.name) && owner !== '') || node.text.startsWith('Object.defineProperty(');
  const value = third
    ?.parts('properties')
    .find((one) => one.part('name')?.value === 'value')
    ?.part('initializer');
  if (value && onlyThrows(resolved(value))) return undefined;
  return isMember && second?.value !== undefined && isAssertion(first.text, second.value)
    ? `${second.value} replaced`
    : undefined;
}

/** What asks that it is never called. */
function onlyThrows(node: SyntaxNode): boolean {
  const statements = bodyOf(node)?.parts('statements') ?? [];
  return statements.length === 1 && statements[0]!.kind === 'ThrowStatement';
}

/** `assert.equal = …`, `chai.Assertion.prototype.eql = …` */
function ofAssignment(node: SyntaxNode, resolved: Resolve): string | undefined {
  if (node.part('operatorToken')?.kind !== 'EqualsToken' || onlyThrows(resolved(node.part('right')!))) return undefined;
  const left = bare(node.part('left')!);
  if (!/^(?:PropertyAccess|ElementAccess)Expression$/.test(left.kind)) return undefined;
  const name = left.part('name')?.value ?? left.part('argumentExpression')?.value ?? '';
  return isAssertion(left.part('expression')!.text, name) && !isMissing(node, left) ? `${name} replaced` : undefined;
}

/** Whether a member is put there only where the language has none. */
function isMissing(node: SyntaxNode, member: SyntaxNode): boolean {
  const asks = [`!${flat(member)}`, `typeof${flat(member)}!=='function'`, `typeof${flat(member)}==='undefined'`];
  for (let at: SyntaxNode | undefined = node; at; at = at.parent)
    if (at.kind === 'IfStatement' && asks.includes(flat(at.part('expression')!).replaceAll('"', "'"))) return true;
  return false;
}

const isAssertion = (owner: string, name: string): boolean =>
  /^(?:\w+\.)?(?:assert(?:\.strict)?|Assertion\.prototype)$/.test(owner)
    ? name in MEANINGS || name in WORDS
    : isOfLanguage(owner, name) ||
      (/^(?:globalThis|global|window)$/.test(owner) && RUNNERS.test(name)) ||
      /\btask(?:\.result)?$/.test(owner);

const RUNNERS = /^(?:expect|assert|it|test|describe|suite|specify|beforeEach|afterEach)$/;
const LANGUAGE: Readonly<Record<string, object>> = {
  Array,
  BigInt,
  Boolean,
  Function,
  JSON,
  Map,
  Math,
  Number,
  Object,
  Promise,
  Reflect,
  RegExp,
  Set,
  String,
};

/** Members of the language itself, but for what is drawn by chance. */
function isOfLanguage(owner: string, name: string): boolean {
  const [, of = '', prototype] = /^(?:globalThis\.)?(\w+)(\.prototype)?$/.exec(owner) ?? [];
  const object = LANGUAGE[of];
  if (!object || (of === 'Math' && name === 'random')) return false;
  return Object.hasOwn(prototype ? (object as { readonly prototype: object }).prototype : object, name);
}

const bodyOf = (node: SyntaxNode): SyntaxNode | undefined => (isFunction(node) ? node.part('body') : undefined);

/** Takes any value, and prints without a look at it. */
function hides(serializer: SyntaxNode, resolved: Resolve): boolean {
  const functionOf = (pattern: RegExp): SyntaxNode | undefined => {
    const member = serializer.parts('properties').find((one) => pattern.test(one.part('name')?.value ?? ''));
    const value = member?.part('initializer');
    return value ? resolved(value) : member;
  };
  const [takes, prints] = [functionOf(/^test$/), functionOf(/^(?:print|serialize)$/)];
  const [test, print] = [takes && bodyOf(takes), prints && bodyOf(prints)];
  if (!test || !print) return false;
  const value = prints!.parts('parameters')[0]?.part('name')?.value;
  let isUsed = false;
  each(print, (one) => {
    if (one.kind === 'Identifier' && one.value === value) isUsed = true;
  });
  return !isUsed && /^(?:\{\s*return\s+)?(?:true|typeof \w+ [!=]==? ['"]\w+['"])\s*;?\s*\}?$/.test(test.text);
}
