import type { RepoPath } from '../../base/index.ts';
import type { Comment, SyntaxNode } from '../../lang/index.ts';
import { at, type CodeFile, clip, each, flat } from './code.ts';
import { isNamedSo } from './defaults.ts';
import { isExported, isSilent } from './reach.ts';
import { isFunction, nameOf } from './scope.ts';
import { isDefault } from './silent.ts';
import type { Finding } from './types.ts';

const lost = (path: RepoPath, where: SyntaxNode, expected: string, found: string): Finding => ({
  label: 'error-swallowed',
  ...at(path, where),
  expected: `${clip(expected, 60)}, as at the base`,
  found: clip(found),
});

/** Checks that are taken out of a function that stays as it is else, or hold where a variable of the environment says so. */
export function checksGone(
  path: RepoPath,
  old: SyntaxNode,
  fresh: SyntaxNode,
  head: SyntaxNode,
  told: readonly Comment[],
): Finding[] {
  const checks: SyntaxNode[] = [];
  each(old, (one) => {
    if (one.kind === 'IfStatement' && !one.part('elseStatement') && throwOf(one)) checks.push(one);
  });
  const text = flat(fresh);
  const gone = checks.filter((one) => !text.includes(flat(one)));
  const [first] = gone;
  if (!first) return [];
  const comments = told.map((one) => one.text.replace(/\s+/g, ''));
  const silenced = gone.find((one) =>
    comments.some((comment) => comment.includes(flat(throwOf(one)!).replace(/;$/, ''))),
  );
  if (silenced) return [lost(path, fresh, silenced.text, 'it made a comment')];
  const rest = gone.reduce((whole, one) => whole.replace(flat(one), ''), flat(old));
  if (rest === text) return [lost(path, fresh, first.text, 'no such check')];
  if (isForgotten(first, old, fresh, head))
    return [lost(path, fresh, first.text, 'no such check, and none in its place')];
  const findings: Finding[] = [];
  each(fresh, (one) => {
    if (one.kind !== 'IfStatement') return;
    const condition = flat(one.part('expression')!);
    const before = gone.find(
      (other) =>
        condition !== flat(other.part('expression')!) &&
        condition.includes(flat(other.part('expression')!)) &&
        text.includes(flat(throwOf(other)!)),
    );
    if (before && /\benv\b/.test(condition) && !/\benv\b/.test(before.text))
      findings.push(lost(path, one, before.text, `it only where ${condition}`));
  });
  return findings;
}

/** Whether nothing that came says the same in another way: no other failure, no function that may look at it, no such words. */
function isForgotten(check: SyntaxNode, old: SyntaxNode, fresh: SyntaxNode, head: SyntaxNode): boolean {
  const count = (root: SyntaxNode): number => {
    let many = 0;
    each(root, ({ kind }) => {
      if (kind === 'ThrowStatement') many++;
    });
    return many;
  };
  const called = (root: SyntaxNode): ReadonlySet<string> => {
    const found = new Set<string>();
    each(root, (one) => {
      if (/^(?:Call|New)Expression$/.test(one.kind)) found.add(flat(one.part('expression')!));
    });
    return found;
  };
  const known = called(old);
  const words: string[] = [];
  each(throwOf(check)!, ({ kind, value }) => {
    if (/^(?:String|NoSubstitution|Template(?:Head|Middle|Tail))/.test(kind) && value !== undefined && value.length > 5)
      words.push(value);
  });
  return (
    words.length > 0 &&
    count(fresh) < count(old) &&
    [...called(fresh)].every((one) => known.has(one)) &&
    !words.some((one) => head.text.includes(one)) &&
    // A function that was written anew has other ways.
    flat(fresh).length > flat(old).length * 0.6
  );
}

/** What a branch throws, where it does nothing else. */
function throwOf(branch: SyntaxNode): SyntaxNode | undefined {
  const then = branch.part('thenStatement');
  const inner = then?.kind === 'Block' ? then.parts('statements') : then ? [then] : [];
  return inner.length === 1 && inner[0]!.kind === 'ThrowStatement' ? inner[0] : undefined;
}

/** Whether a call may give a promise, as far as is known. */
export type IsPromise = (path: RepoPath, call: SyntaxNode) => boolean;

/** Promises that were waited for and are let go: of how they end nobody hears. */
export function letGo(path: RepoPath, base: SyntaxNode, head: SyntaxNode, isPromise: IsPromise): Finding[] {
  const waited = awaitedIn(base);
  const still = awaitedIn(head);
  const findings: Finding[] = [];
  each(head, (node) => {
    const value = node.kind === 'ExpressionStatement' ? node.part('expression') : undefined;
    if (value?.kind !== 'CallExpression') return;
    const text = flat(value);
    if (waited.has(text) && !still.has(text) && isPromise(path, value))
      findings.push(lost(path, node, `await ${value.text}`, value.text));
  });
  return findings;
}

function awaitedIn(root: SyntaxNode): ReadonlySet<string> {
  const found = new Set<string>();
  each(root, (node) => {
    if (node.kind !== 'AwaitExpression') return;
    found.add(flat(node.part('expression')!));
  });
  return found;
}

/**
 * Failures of the code's own that end where they begin: a `throw` in a `try` whose `catch` has nothing to say of it, or one that
 * is new in a function that is called there alone.
 */
export function caughtAgain(files: readonly CodeFile[]): Finding[] {
  const known = new Set<string>();
  for (const { base } of files) if (base) for (const node of triesIn(base.root)) known.add(flat(node));
  return files.flatMap(({ path, base, head }): Finding[] => {
    const tries = head ? triesIn(head.root) : [];
    const fresh = head && tries.length > 0 ? refusing(base?.root, head.root) : new Map<string, SyntaxNode>();
    return tries.flatMap((node): Finding[] => {
      const clause = node.part('catchClause');
      const body = node.part('tryBlock')!;
      if (!clause || known.has(flat(node)) || !isSilent(clause)) return [];
      const thrown =
        thrownIn(body) ??
        (isNamedSo(clause) || !isDefault(clause.part('block')!) ? undefined : thrownBy(body, head!.root, fresh));
      // What answers from elsewhere is rejected as what it fails to send is: with nothing.
      if (!thrown || /\bawait\b/.test(body.text)) return [];
      return [
        {
          label: 'error-swallowed',
          ...at(path, thrown),
          expected: `${clip(thrown.text, 60)} to be heard of`,
          found: `it caught again by ${clip(clause.text)}`,
        },
      ];
    });
  });
}

/** What is thrown anew by the functions of a file, by what they are called. */
function refusing(base: SyntaxNode | undefined, head: SyntaxNode): ReadonlyMap<string, SyntaxNode> {
  const was = base ? flat(base) : '';
  const found = new Map<string, SyntaxNode>();
  each(head, (node) => {
    const body = isFunction(node) && nameOf(node) !== '' ? node.part('body') : undefined;
    const thrown = body && thrownIn(body);
    const isOpen = isExported(node.parent?.kind === 'VariableDeclaration' ? node.parent : node);
    if (thrown && !isOpen && !was.includes(flat(thrown).replace(/;$/, ''))) found.set(nameOf(node), thrown);
  });
  return found;
}

/** What is thrown by a function that a block calls, and that is called, handed on or exported nowhere else. */
function thrownBy(body: SyntaxNode, root: SyntaxNode, fresh: ReadonlyMap<string, SyntaxNode>): SyntaxNode | undefined {
  const many = (of: SyntaxNode, name: string): number => {
    let count = 0;
    each(of, (node) => {
      // Of a type nothing is called.
      if (!/^(?:Private)?Identifier$/.test(node.kind) || node.value !== name || node.parent?.kind === 'TypeQuery')
        return;
      const owner = node.parent?.part('name') === node ? node.parent.part('expression') : undefined;
      if (!owner || owner.text === 'this') count++;
    });
    return count;
  };
  // Once where it is declared.
  return [...fresh].find(([name]) => {
    const within = many(body, name);
    return within > 0 && within === many(root, name) - 1;
  })?.[1];
}

function triesIn(root: SyntaxNode): readonly SyntaxNode[] {
  const found: SyntaxNode[] = [];
  each(root, (node) => {
    if (node.kind === 'TryStatement') found.push(node);
  });
  return found;
}

/** What a block throws itself, not in a function or another `try` within it. */
function thrownIn(node: SyntaxNode): SyntaxNode | undefined {
  if (node.kind === 'ThrowStatement') return node;
  if (isFunction(node) || node.kind === 'TryStatement') return undefined;
  for (const child of node.children) {
    const found = thrownIn(child);
    if (found) return found;
  }
  return undefined;
}
