import { escaped } from '../../base/index.ts';
import type { SyntaxNode } from '../../lang/index.ts';
import { failsAtEnd } from './callbacks.ts';
import { each, flat } from './code.ts';
import { EXACT, isOfItself } from './derived.ts';
import { bare, chainOf, isFunction } from './scope.ts';
import { isEffective } from './survivors.ts';
import { finding, titleOf, told } from './telling.ts';
import type { Assertion, Finding, Test } from './types.ts';

/** Assertions of one test that stand there and cannot fail, where what they ask was asked. */
export function cannotFail(base: Test, head: Test): Finding[] {
  if (base.node.text === head.node.text || /^(?:skip|todo)$/.test(head.kind)) return [];
  const found =
    thrownByItself(base, head) ??
    onlyWhereItThrows(base, head) ??
    onlyWhereCalledBack(base, head) ??
    expectedByDefault(base, head);
  if (!found) return [];
  const [asked, now, how] = found;
  return [finding('test-emptied', head, `${titleOf(base)} to check ${told(asked)}`, `${told(now)}, ${how}`, now)];
}

type Found = readonly [asked: Assertion, now: Assertion, how: string] | undefined;

const COUNTED = /\b(?:assertions|hasAssertions|plan)\(/;

const gone = (base: Test, head: Test): readonly Assertion[] => {
  const still = new Set(head.assertions.filter(isEffective).map(({ key }) => key));
  return base.assertions.filter((one) => isEffective(one) && !still.has(one.key));
};

/** What has to throw is as it was, but for a `throw` of the test's own at its end. */
function thrownByItself(base: Test, head: Test): Found {
  const now = head.assertions.find(({ op, not, node }) => {
    if (op !== 'throws' || not || base.node.text.includes(node.text)) return false;
    const [was, is] = [flat(base.node), flat(node)];
    return [...is.matchAll(OWN_THROW)].some(
      (one) => !was.includes(one[0]) && was.includes(is.slice(0, one.index) + is.slice(one.index + one[0].length)),
    );
  });
  const asked = now && base.assertions.find(({ op, not }) => op === 'throws' && !not);
  return asked && now ? [asked, now, 'which the test throws itself'] : undefined;
}

/** At the end of a block, as it reads without blanks. */
const OWN_THROW = /thrownew\w*(?:Error|Exception)?\((?:"[^"]*"|'[^']*'|`[^`]*`)?\);?(?=\})/g;

/** What had to throw is tried by hand, the error asked about in the `catch`, and nothing fails where none comes. */
function onlyWhereItThrows(base: Test, head: Test): Found {
  const asked = gone(base, head).find(({ op, not }) => op === 'throws' && !not);
  if (!asked || COUNTED.test(head.node.text)) return undefined;
  let found: Found;
  each(head.node, (node) => {
    const clause = node.kind === 'TryStatement' ? node.part('catchClause') : undefined;
    if (!clause || found || base.node.text.includes(node.text) || failsAtEnd(clause, head.node)) return;
    const inside = head.assertions.filter(({ node: one }) => one.start >= clause.start && one.end <= clause.end);
    // What follows fails where nothing was caught.
    const after = head.node.text.slice(node.end - head.node.start);
    const kept = keptIn(clause);
    const isHeard = /\bthrow\b|\bfail\(|\bunreachable\(/.test(after) || kept.some((name) => after.includes(name));
    const tried = flat(node.part('tryBlock')!);
    const called = flat(asked.node).match(/[\w$]+(?=\()/g) ?? [];
    if (inside.length > 0 && !isHeard && called.some((name) => tried.includes(`${name}(`)))
      found = [asked, inside[0]!, 'only where something is thrown'];
  });
  return found;
}

/** Names that a `catch` keeps something in. */
function keptIn(clause: SyntaxNode): readonly string[] {
  const found: string[] = [];
  each(clause, (node) => {
    const left = node.kind === 'BinaryExpression' ? node.part('left') : node.part('operand');
    const isKept = node.part('operatorToken')?.kind.endsWith('EqualsToken') || /Unary/.test(node.kind);
    if (isKept && left?.kind === 'Identifier') found.push(left.value ?? '');
  });
  return found;
}

/** Ways to hand a value to a function where there is one, and their words for the other case. */
const OF_FAILURE = /err|left|fail|none|nothing|else|catch|reject/i;

/**
 * What was asked of a value is asked in a function that the value itself may call or not (`result.map(…)`), and nothing else
 * says that it does: both cases, or what the case is, or how many assertions there are.
 */
function onlyWhereCalledBack(base: Test, head: Test): Found {
  if (COUNTED.test(head.node.text)) return undefined;
  for (const asked of gone(base, head)) {
    if (asked.isNested) continue;
    const owner = /^[\w$§]+/.exec(asked.subject.text)?.[0];
    if (owner === undefined) continue;
    const wanted = asked.expected.map(({ text }) => text).join();
    const now = head.assertions.find((one) => {
      if (!one.isNested || one.op !== asked.op || one.expected.map(({ text }) => text).join() !== wanted) return false;
      const call = calledWith(one.node, head.node);
      if (!call) return false;
      const { root, links } = chainOf(call);
      const name = links.at(-1)?.name ?? '';
      return (
        links.length === 1 &&
        root.kind === 'Identifier' &&
        new RegExp(`(?<![\\w$.])${escaped(root.value ?? '')}\\b`).test(asked.node.text) &&
        !/^(?:then|catch|finally|)$/.test(name) &&
        call.parts('arguments').filter((arg) => isFunction(bare(arg))).length === 1 &&
        !isKnown(root.value ?? '', name, head)
      );
    });
    if (now) return [asked, now, 'only where it is called back'];
  }
  return undefined;
}

/** The call that the function around an assertion is handed to. */
function calledWith(node: SyntaxNode, within: SyntaxNode): SyntaxNode | undefined {
  for (let at: SyntaxNode | undefined = node; at && at !== within; at = at.parent)
    if (isFunction(at)) return at.parent?.kind === 'CallExpression' && at.parent !== within ? at.parent : undefined;
  return undefined;
}

/** Whether the test says in which case the value is, such that the function is called: how many it holds, or that it failed. */
function isKnown(owner: string, method: string, { assertions }: Test): boolean {
  return assertions.some(({ op, not, node, expected }) => {
    const text = flat(node);
    if (!new RegExp(`\\(${escaped(owner)}\\b`).test(text)) return false;
    if (op === 'length') return true;
    const state = new RegExp(`\\(${escaped(owner)}\\.is(\\w+)`).exec(text)?.[1];
    if (state === undefined) return false;
    const holds = (op === 'truthy' || expected[0]?.text === 'true') !== not;
    return OF_FAILURE.test(state) === holds ? OF_FAILURE.test(method) : !OF_FAILURE.test(method);
  });
}

/** What is expected stands beside the value for want of another, and nothing else asks for it. */
function expectedByDefault(base: Test, head: Test): Found {
  const before = new Set(base.assertions.map(({ key }) => key));
  const literals = ({ expected }: Assertion): readonly string[] => expected.flatMap((one) => one.literals);
  for (const now of head.assertions) {
    const wanted = literals(now);
    if (before.has(now.key) || wanted.length === 0 || !isOfItself(now)) continue;
    const has = (one: Assertion): boolean => wanted.every((text) => literals(one).includes(text));
    const asked = gone(base, head).find(has);
    const isAsked = head.assertions.some((one) => isEffective(one) && one.strength >= EXACT && has(one));
    if (asked && !isAsked) return [asked, now, 'which holds where there is nothing too'];
  }
  return undefined;
}
