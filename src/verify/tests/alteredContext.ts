import type { SyntaxNode } from '../../lang/index.ts';
import type { Runner } from './types.ts';

/**
 * The part of altering tests that is about ava, tape and tap: their assertions belong to what a test is given (`t.is(a, b)`),
 * most of them do not throw, and a test says itself how many there are and when it is done.
 */

const HAS_CONTEXT: readonly Runner['name'][] = ['ava', 'tape', 'tap'];
export const hasContext = (runner: Runner['name']): boolean => HAS_CONTEXT.includes(runner);

/** Equalities of one test that are asked of other values, at most. */
const TIMES = 40;

/** Texts and lists that are longer are not asked of: what does not hold is written out whole, which may take for ever. */
const LENGTH = 1_000;

/** Assertions of two values that hold where both are equal. */
const EQUALITIES = /^(?:is|equals?|isEqual|strictEquals?|deepEqual|deepEquals|same|strictSame|isEquivalent)$/;
/** What has a test end before it is altered to its end, and comments, which look like titles of tape. */
const BEFORE_END = /^(?:end|plan|comment)$/;

/** What a test calls that which it is given; undefined where it takes parts of it, or nothing. */
export const givenName = (own: SyntaxNode): string | undefined =>
  /^[A-Za-z_$][\w$]*/.exec(own.parts('parameters')[0]?.text ?? '')?.[0];

/** Whether a node within is a member of what the test is given, by which it would end or say something else. */
export const isBeforeEnd = (node: SyntaxNode, given: string): boolean =>
  node.kind === 'PropertyAccessExpression' &&
  node.part('expression')?.text === given &&
  BEFORE_END.test(node.part('name')?.text ?? '');

/** How an equality of what the test is given is asked of other values, so that it fails nothing where it does not hold. */
export function contextAsk(
  call: SyntaxNode,
  given: string,
  runner: Runner['name'],
): readonly [left: SyntaxNode, right: SyntaxNode, question: (left: string, right: string) => string] | undefined {
  const callee = call.part('expression');
  const name = callee?.part('name')?.text ?? '';
  if (callee?.kind !== 'PropertyAccessExpression' || callee.part('expression')?.text !== given) return undefined;
  const [left, right] = call.parts('arguments');
  if (!EQUALITIES.test(name) || !left || !right) return undefined;
  if ([left, right].some(({ kind }) => kind === 'SpreadElement')) return undefined;
  return [left, right, (one, other) => asked(runner, given, name, one, other)];
}

const asked = (runner: Runner['name'], given: string, name: string, ...values: readonly string[]): string =>
  runner === 'ava'
    ? `${given}.try((${given}) => ${given}.${name}(${values.join(', ')}))`
    : `${given}.${name}(${values.join(', ')}, 'asked', { todo: true })`;

/** What stands before and behind the text of a test. */
export function contextFrame(own: SyntaxNode, runner: Runner['name'], id: string): readonly [string, string] {
  const isAsync = own.parts('modifiers').some(({ kind }) => kind === 'AsyncKeyword');
  const start = `const t${id} = h${id}(${givenName(own) ?? ''}); try {`;
  return [
    start,
    runner === 'ava' ? `} finally { return t${id}.end(); }` : `} catch {} finally { t${id}.end(${isAsync}); }`,
  ];
}

/** What the altered tests call: as `helper` of the others has it. A test comes to its end by failing, or holds if a question does. */
export function contextHelper(id: string, runner: Runner['name'], isTyped: boolean): string {
  const any = isTyped ? ': any' : '';
  const never = NEVER[runner as keyof typeof NEVER].map(
    ([name, ...values]) => `() => ${asked(runner, 'given', name, ...values)}`,
  );
  const other = `const other = (value${any})${any} => typeof value === 'number' ? Math.floor(Math.random() * 1e12) + 7 : (typeof value === 'string' ? value : '') + Math.random();`;
  // A loop asks very often, and each answer that does not hold is written out at length.
  const ask = `ask(left${any}, right${any}, ask${any}) { if (times++ >= ${TIMES} || [left, right].some((value${any}) => value?.length > ${LENGTH})) return; if (right === null || !/^(?:object|function)$/.test(typeof right)) fails(() => ask(other(right), right)); fails(() => ask(left, other(right))); }`;
  const failing = "if (given) given.fail('cannot pass'); else throw new Error('cannot pass');";
  if (runner === 'ava')
    return `function h${id}(given${any})${any} { let times = 0; const asks${any} = []; const fails = (ask${any}) => asks.push(ask); ${other} \
return { ${ask}, none() {}, async end() { let held = false; \
for (const ask of given ? [...asks, ${never.join(', ')}] : []) { try { const told = await ask(); held ||= told.passed; told.discard(); } catch {} } \
if (held) given.pass(); else { ${failing} } } }; }`;
  // What such a question came to is no value of it: those who listen are told.
  const from = runner === 'tape' ? "given?.on('result'" : "given?.parser?.on('assert'";
  return `function h${id}(given${any})${any} { let held = false; let times = 0; \
${from}, (told${any}) => { held ||= told?.name === 'asked' && told.ok === true; }); \
const fails = (ask${any}) => { try { ask(); } catch {} }; ${other} \
return { ${ask}, none() {}, end(isAsync${any}) { \
if (given) for (const ask of [${never.join(', ')}]) fails(ask); \
if (held) given.pass('held'); else { ${failing} } \
if (!isAsync) given.end(); } }; }`;
}

/** Assertions that never hold, with what they are asked of. */
const NEVER = {
  ava: [
    ['is', '1', '2'],
    ['deepEqual', '[1]', '[2]'],
    ['true', 'false'],
  ],
  tape: [
    ['equal', '1', '2'],
    ['deepEqual', '[1]', '[2]'],
    ['ok', 'false'],
  ],
  tap: [
    ['equal', '1', '2'],
    ['same', '[1]', '[2]'],
    ['ok', 'false'],
  ],
} as const satisfies Partial<Record<Runner['name'], readonly (readonly [name: string, ...values: string[]])[]>>;

export const isModule = (text: string): boolean => /^\s*(?:import\b(?!\s*\()|export\b)/m.test(text);

/** A test more that cannot pass, as the text loads its runner. */
export function contextExtra(runner: Runner['name'], text: string, name: string, id: string): string {
  const end = runner === 'ava' ? '' : ' t.end();';
  const declared = `('${name}', (t) => { t.fail('cannot pass');${end} });\n`;
  const path = runner === 'tap' ? '.test' : '';
  return isModule(text)
    ? `import * as m${id} from '${runner}';\n(m${id}.default ?? m${id})${path}${declared}`
    : `;require('${runner}')${path}${declared}`;
}
