import { type RepoPath, type Span, span } from '../../base/index.ts';
import type { SyntaxNode, SyntaxTree } from '../../lang/index.ts';
import { givesDefault, isOutcomeRead } from './defaults.ts';
import { feignedIn } from './feigned.ts';
import { functionsIn, movedOf, NEVER_FAILS, ownerOf, placeOf } from './owners.ts';
import { isSilent } from './reach.ts';
import { resultsGone, schemasGone } from './results.ts';
import { bare, chainOf, isFunction, Names } from './scope.ts';
import { feigns, isDeaf, isDeafEnd, isDefault, isDefaultStep, isPlain } from './silent.ts';
import { caughtAgain, checksGone, type IsPromise, letGo } from './throws.ts';
import type { Finding } from './types.ts';

/** A changed file on both sides. */
export interface CodeFile {
  readonly path: RepoPath;
  readonly isTest: boolean;
  readonly base: SyntaxTree | undefined;
  readonly head: SyntaxTree | undefined;
}

/** The text of a node without comments and white space. */
export const flat = (node: SyntaxNode): string =>
  node.text
    .replace(/("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`)|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, '$1')
    .replace(/\s+/g, '');

export function each(node: SyntaxNode, visit: (node: SyntaxNode) => void): void {
  visit(node);
  for (const child of node.children) each(child, visit);
}

export const at = (path: RepoPath, node: SyntaxNode): { readonly path: RepoPath; readonly span: Span } => ({
  path,
  span: span(node.start, Math.min(node.end, node.start + 200)),
});

export const clip = (text: string, length = 60): string => {
  const one = text.replace(/\s+/g, ' ');
  return one.length > length ? `${one.slice(0, length)}…` : one;
};

/** A place where what fails is heard of no more. */
interface Sink {
  readonly node: SyntaxNode;
  /** What is tried. */
  readonly within: SyntaxNode;
  /** Calls whose failure ends here. */
  readonly calls: ReadonlySet<string>;
}

/** Errors that go nowhere and were heard of, all files of the change taken together. */
export function swallowed(all: readonly CodeFile[], isPromise: IsPromise): Finding[] {
  const files = all.filter(({ isTest }) => !isTest);
  const before = nothing();
  const after = nothing();
  // A function that is handed on is called as well.
  const isHeard = (call: string): boolean =>
    (before.heard.has(call) || before.heard.has(`→${/^\w+(?=\()/.exec(call)?.[0] ?? ''}`)) && !before.lost.has(call);
  // What moved to a function of its own goes by other names there.
  const isMoved = (call: string): boolean => {
    const moved = movedOf(call);
    return moved !== undefined && before.heard.has(moved) && !before.lost.has(moved) && !after.heard.has(moved);
  };
  const functions = new Map<string, string>();
  const known = new Set<string>();
  // The same function is called there with something else.
  const isHeardThere = (call: string, node: SyntaxNode): boolean => {
    const owner = ownerOf(node);
    const place = placeOf(owner, call);
    const [was, is] = [functions.get(owner.name), owner.node?.text ?? ''].map(
      (text) => text?.split(/\bthrow\b/).length ?? 0,
    );
    return (
      place !== undefined &&
      before.there.has(place) &&
      !before.lostThere.has(place) &&
      !after.there.has(place) &&
      is! <= was!
    );
  };
  for (const { base, head } of files) {
    if (head) sort(head.root, after);
    if (!base) continue;
    sort(base.root, before);
    for (const { node } of [...sinksIn(base.root), ...feignedIn(base.root)]) known.add(flat(node));
    for (const [name, { text }] of functionsIn(base.root)) functions.set(name, text);
  }
  // What a function did itself is done by a new one that it calls.
  const movedTo = (call: string, own: ReadonlyMap<string, SyntaxNode>, node: SyntaxNode): readonly string[] => {
    const key = `.${/^(?:this\.)?([\w$]+)\(/.exec(call)?.[1]}`;
    const [body, was] = [own.get(key), functions.get(ownerOf(node).name)?.replace(/\s+/g, '')];
    if (!body || was === undefined || functions.has(key)) return [];
    return [...callsIn(body)].filter((one) => was.includes(one) && !NEVER_FAILS.test(one.replace(/\(.*/s, '')));
  };
  const findings = caughtAgain(files);
  for (const { path, base, head } of files) {
    if (!head) continue;
    const own = functionsIn(head.root);
    for (const { node, calls } of sinksIn(head.root)) {
      // In a function that is new another call of the same thing may be meant.
      const isOld = isTop(node) || functions.has(ownerOf(node).name);
      const call =
        [...calls].find((one) => isHeard(one) && (isOld || !after.heard.has(one))) ??
        [...calls].find((one) => isHeardThere(one, node)) ??
        (isOld ? [...calls].flatMap((one) => movedTo(one, own, node)).find(isHeard) : [...calls].find(isMoved));
      const isFeigned = call === undefined && (feigns(node) || givesDefault(node)) && !known.has(flat(node));
      if (call === undefined && !isFeigned) continue;
      const expected =
        call === undefined
          ? 'a failure to be told from an answer'
          : `a failure of ${clip(call, 40)} to be heard of, as at the base`;
      findings.push({ label: 'error-swallowed', ...at(path, node), expected, found: `it ends in ${clip(node.text)}` });
    }
    for (const { node, expected } of feignedIn(head.root))
      if (!known.has(flat(node)))
        findings.push({ label: 'error-swallowed', ...at(path, node), expected, found: clip(node.text) });
    if (base)
      findings.push(
        ...resultsGone(path, functionsIn(base.root), functionsIn(head.root)),
        ...schemasGone(path, base.root, head.root),
        ...throwsGone(path, base.root, head),
        ...exits(path, base.root, head.root),
        ...letGo(path, base.root, head.root, isPromise),
      );
  }
  return findings;
}

interface Calls {
  readonly heard: Set<string>;
  readonly lost: Set<string>;
  /** The same by the function that they are in and what is called, whatever it is given. */
  readonly there: Set<string>;
  readonly lostThere: Set<string>;
}
const nothing = (): Calls => ({ heard: new Set(), lost: new Set(), there: new Set(), lostThere: new Set() });

function sort(root: SyntaxNode, into: Calls): void {
  const lost = new Set<SyntaxNode>();
  const there = (call: string, node: SyntaxNode, set: Set<string>): void => {
    const place = placeOf(ownerOf(node), call);
    if (place !== undefined) set.add(place);
  };
  for (const { node, within, calls } of sinksIn(root)) {
    for (const call of calls) {
      into.lost.add(call);
      into.lost.add(movedOf(call) ?? call);
      there(call, node, into.lostThere);
    }
    lost.add(within);
  }
  const visit = (node: SyntaxNode, isTried: boolean): void => {
    if (lost.has(node)) return;
    const clause = node.kind === 'TryStatement' ? node.part('catchClause') : undefined;
    if (/^(?:Call|New)Expression$/.test(node.kind)) {
      into.heard.add(flat(node));
      into.heard.add(movedOf(flat(node)) ?? flat(node));
      const callee = flat(node.part('expression')!);
      // What is called on the answer of a call says nothing of that one.
      if (!callee.includes('(')) there(callee, node, into.there);
      // Whatever its catch gives, of a failure nobody heard.
      if (isTried) there(callee, node, into.lostThere);
      for (const one of node.parts('arguments')) if (one.kind === 'Identifier') into.heard.add(`→${one.value}`);
      // A promise that has a name.
      const { root: first, links } = chainOf(node);
      if (links.length === 1 && links[0]!.name === 'then' && !lost.has(first)) there(flat(first), node, into.there);
    }
    for (const child of node.children)
      visit(child, isTried || (clause !== undefined && child !== clause && isSilent(clause)));
  };
  visit(root, false);
}

const isTop = (node: SyntaxNode): boolean => ownerOf(node).name === '';

function sinksIn(root: SyntaxNode): Sink[] {
  const found: Sink[] = [];
  const deaf = deafRunners(root);
  each(root, (node) => {
    if (node.kind === 'VariableDeclaration') {
      const tried = withoutError(node);
      if (tried) found.push({ node, within: node, calls: new Set([...callsIn(node), ...tried]) });
    }
    if (node.kind === 'TryStatement') {
      const clause = node.part('catchClause');
      const body = node.part('tryBlock');
      const last = node.part('finallyBlock');
      if (last && body && leavesBy(last)) found.push({ node: last, within: body, calls: callsIn(body) });
      if (
        clause &&
        body &&
        ((isSilent(clause) && (isDefault(clause.part('block')!) || givesItself(clause.part('block')!))) ||
          isInPart(clause))
      )
        found.push({ node: clause, within: body, calls: callsIn(body) });
    }
    if (node.kind !== 'CallExpression') return;
    const { root: first, links } = chainOf(node);
    const last = links.at(-1);
    if (links.length === 1 && last?.name === '' && deaf.has(first.value ?? ''))
      for (const one of last.args ?? [])
        if (isFunction(bare(one))) found.push({ node, within: one, calls: callsIn(one) });
    if (/^Promise\.allSettled\(/.test(flat(node)) && !isOutcomeRead(node, root))
      found.push({ node, within: node, calls: callsIn(node.parts('arguments')[0] ?? node) });
    const isLoose = last?.name === 'forEach' && last.args?.[0]?.text.startsWith('async');
    if (isLoose || node.parent?.kind === 'VoidExpression') found.push({ node, within: node, calls: callsIn(node) });
    const tried = links.length > 1 ? links.at(-2)!.node : first;
    if (isDeafEnd(last?.name ?? '', last?.args ?? [])) found.push({ node, within: tried, calls: callsOf(tried) });
    const [event, handler] = /^(?:on|once|addListener|prependListener)$/.test(last?.name ?? '') ? last!.args! : [];
    if (!event || !handler || !isDeaf(handler)) return;
    if (/^(?:unhandledRejection|uncaughtException)$/.test(event.value ?? ''))
      found.push({ node, within: node, calls: callsIn(root) });
    if (event.value === 'error') found.push({ node, within: handler, calls: callsOf(tried) });
  });
  return found;
}

/** Whether what was handed in is given as it is, or but for its letters. */
const givesItself = (block: SyntaxNode): boolean =>
  /^\{return(?:[\w$]+\.(?:toLowerCase|toUpperCase|trim|toString|slice)\(\)|String\([\w$]+\)|[[{]\.\.\.[\w$]+[\]}]);?\}$/.test(
    flat(block),
  );

/** Whether a catch passes an error on where something else is so, and gives a default where it is not. */
function isInPart(clause: SyntaxNode): boolean {
  const caught = clause.part('variableDeclaration')?.part('name')?.value;
  const [first, ...rest] = clause.part('block')!.parts('statements');
  if (caught === undefined || first?.kind !== 'IfStatement' || first.part('elseStatement') || rest.length === 0)
    return false;
  const then = flat(first.part('thenStatement')!).replace(/^\{|\}$/g, '');
  const isAsked = new RegExp(`(?<![\\w$])${caught.replaceAll('$', '\\$')}(?![\\w$])`).test(
    first.part('expression')!.text,
  );
  return !isAsked && then.replace(/;$/, '') === `throw${caught}` && rest.every(isDefaultStep);
}

/** Functions that run what they are given, and let no failure of it out. */
function deafRunners(root: SyntaxNode): ReadonlySet<string> {
  const found = new Set<string>();
  each(root, (node) => {
    if (!isFunction(node)) return;
    const name = node.part('name')?.value ?? node.parent?.part('name')?.value;
    const given = node.parts('parameters').map((one) => one.part('name')?.value);
    each(node, (one) => {
      const clause = one.kind === 'TryStatement' ? one.part('catchClause') : undefined;
      if (!clause || !isSilent(clause) || !isDefault(clause.part('block')!)) return;
      const runs = [...callsIn(one.part('tryBlock')!)].some((call) => given.includes(/^(\w+)\(/.exec(call)?.[1]));
      if (runs && name !== undefined) found.add(name);
    });
  });
  return found;
}

/** Whether a block is left from within, so that a failure before it is forgotten. */
const leavesBy = (block: SyntaxNode): boolean =>
  block.parts('statements').some(({ kind }) => /^(?:Return|Break|Continue)Statement$/.test(kind));

/** What gives an error and a value, by its name. */
const GIVES_BOTH = /^(?:try\w*|attempt\w*|to|safe\w*|catch\w*|settle\w*|until)$/i;

/** What is tried where of `[error, value]` only the value is taken; undefined where it is not so. */
function withoutError(declaration: SyntaxNode): readonly string[] | undefined {
  const [name, value] = [declaration.part('name')!, declaration.part('initializer')];
  const [first, second] = name.kind === 'ArrayBindingPattern' ? name.parts('elements') : [];
  if (!value || !first || !second || !(first.kind === 'OmittedExpression' || /^_/.test(first.text))) return undefined;
  const { root, links } = chainOf(value);
  if (!GIVES_BOTH.test(links.find(({ name }) => name !== '')?.name ?? root.value ?? '')) return undefined;
  return links.flatMap(({ args = [] }) => args.map(flat)).filter((text) => /^[\w$.#]+$/.test(text));
}

/** The calls in what is tried, and in what its name stands for. */
function callsOf(tried: SyntaxNode): ReadonlySet<string> {
  const name = bare(tried);
  if (name.kind !== 'Identifier') return callsIn(tried);
  const found = new Names().find(name.value ?? '', name);
  return new Set([flat(name), ...(found?.kind === 'constant' ? callsIn(found.value) : [])]);
}

function callsIn(node: SyntaxNode): ReadonlySet<string> {
  const found = new Set<string>();
  each(node, (one) => {
    if (/^(?:Call|New)Expression$/.test(one.kind)) found.add(flat(one));
  });
  return found;
}

/** Where a condition once threw and now gives a value. */
function throwsGone(path: RepoPath, base: SyntaxNode, { root: head, comments }: SyntaxTree): Finding[] {
  const findings: Finding[] = [];
  const now = functionsIn(head);
  for (const [name, old] of functionsIn(base)) {
    const fresh = now.get(name);
    if (!fresh || flat(old) === flat(fresh)) continue;
    const text = flat(fresh);
    const own = checksGone(path, old, fresh, head, comments ?? []);
    const isOuter = (throwing: SyntaxNode): boolean => {
      for (let one = throwing.parent; one && one !== old; one = one.parent) if (isFunction(one)) return false;
      return true;
    };
    each(old, (one) => {
      if (one.kind !== 'ThrowStatement' || !isOuter(one) || text.includes(flat(one).replace(/;$/, ''))) return;
      const holder = conditionOf(one);
      if (!holder) return;
      const condition = flat(holder.part('expression')!);
      let found: SyntaxNode | undefined;
      each(fresh, (other) => {
        if (other.kind !== 'IfStatement' || flat(other.part('expression')!) !== condition) return;
        const then = other.part('thenStatement')!;
        if (then.kind === 'Block' ? isDefault(then) : isDefaultStep(then)) found ??= other;
      });
      found ??= defaulted(old, fresh, condition);
      if (found)
        findings.push({
          label: 'error-swallowed',
          ...at(path, found),
          expected: `${clip(one.text, 50)} where ${clip(condition, 40)}, as at the base`,
          found: clip(found.text),
        });
    });
    if (!findings.some(({ span }) => span.start >= fresh.start && span.end <= fresh.end)) findings.push(...own);
  }
  return findings;
}

function conditionOf(node: SyntaxNode): SyntaxNode | undefined {
  const { parent } = node;
  const holder = parent?.kind === 'Block' ? parent.parent : parent;
  return holder?.kind === 'IfStatement' ? holder : undefined;
}

/** Names in a text, keywords among them. */
export const identifiersIn = (text: string): readonly string[] => text.match(/[A-Za-z_$][\w$]*/g) ?? [];

/** A default that was not there, of something that the condition was about. */
function defaulted(old: SyntaxNode, fresh: SyntaxNode, condition: string): SyntaxNode | undefined {
  const namesIn = (text: string): readonly string[] =>
    identifiersIn(text).filter((name) => !/^(?:undefined|null|typeof|length|this)$/.test(name));
  const names = new Set(namesIn(condition));
  const before = flat(old);
  let found: SyntaxNode | undefined;
  each(fresh, (one) => {
    if (one.kind !== 'BinaryExpression') return;
    if (!/^(?:QuestionQuestion|BarBar)/.test(one.part('operatorToken')?.kind ?? '')) return;
    const [left, right] = [one.part('left')!, one.part('right')!];
    if (!isPlain(right) || bare(right).kind === 'PropertyAccessExpression' || before.includes(flat(one))) return;
    const given = one.parent?.kind === 'VariableDeclaration' ? one.parent.part('name')!.text : '';
    if ([...namesIn(left.text), given].some((name) => names.has(name))) found ??= one;
  });
  return found;
}

const EXITS: readonly (readonly [bad: RegExp, good: RegExp, what: string])[] = [
  [/^process\.exit\([1-9]\d*\)$/, /^process\.exit\(0?\)$/, 'an exit status that tells of failure'],
  [/^process\.exitCode=[1-9]\d*$/, /^process\.exitCode=0$/, 'an exit status that tells of failure'],
  [/^reject\(/, /^resolve\(/, 'a promise that is rejected'],
  [/^Promise\.all\(/, /^Promise\.allSettled\(/, 'the failure of any'],
  [/^Promise\.all\(/, /^Promise\.(?:any|race)\(/, 'all of them to be waited for'],
];

/** Ends that told of failure and now tell of success. */
function exits(path: RepoPath, base: SyntaxNode, head: SyntaxNode): Finding[] {
  const texts = (root: SyntaxNode): (readonly [string, SyntaxNode])[] => {
    const found: (readonly [string, SyntaxNode])[] = [];
    each(root, (node) => {
      if (/^(?:Call|Binary)Expression$/.test(node.kind)) found.push([flat(node), node]);
    });
    return found;
  };
  const [was, is] = [texts(base), texts(head)];
  return EXITS.flatMap(([bad, good, what]): Finding[] => {
    const many = (list: typeof was, pattern: RegExp): number => list.filter(([text]) => pattern.test(text)).length;
    if (many(is, bad) >= many(was, bad) || many(is, good) <= many(was, good)) return [];
    const known = new Set(was.map(([text]) => text));
    const isRead = ([, node]: (typeof is)[number]): boolean =>
      what.startsWith('the failure') && isOutcomeRead(node, head);
    const found = is.find(([text]) => good.test(text) && !known.has(text)) ?? is.find(([text]) => good.test(text));
    return found && !isRead(found)
      ? [
          {
            label: 'error-swallowed',
            ...at(path, found[1]),
            expected: `${what}, as at the base`,
            found: clip(found[1].text),
          },
        ]
      : [];
  });
}
