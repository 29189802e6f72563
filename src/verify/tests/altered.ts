import { type SyntaxNode, syntaxTreeOf } from '../../lang/index.ts';
import {
  contextAsk,
  contextExtra,
  contextFrame,
  contextHelper,
  givenName,
  hasContext,
  isBeforeEnd,
  isModule,
} from './alteredContext.ts';
import type { Runner } from './types.ts';

/** The text of a test file with tests in it that cannot pass. */
export interface Altered {
  readonly text: string;
  /** Titles of those tests, `ANY` where anything may stand; no other test of the file has one of them. */
  readonly titles: readonly string[];
}

/** In a title: what a row of a table puts there. */
export const ANY = '\0';

/** Names of what declares a test, and what may stand behind them without changing that it has to pass. */
const TESTS = /^(?:it|test|specify)$/;
const MODES = /^(?:only|concurrent|sequential|serial)$/;
/** Options that make a test pass otherwise, or not run. */
const EXCUSED = /fail|skip|todo/i;

/** Matchers of `expect` and functions of `assert` that take two values and hold where both are equal. */
const MATCHERS = /^(?:toBe|toEqual|toStrictEqual|equals?|eqls?|eq)$/;
const LINKS = /^(?:to|be|been|is|that|and|deep)$/;
const ASSERTIONS = /^(?:equal|is|strictEqual|deepEqual|deepStrictEqual)$/;
/** Those of `uvu/assert`, which are often called by themselves. */
const OF_UVU = /^(?:equal|is)$/;

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * Makes the tests of a file such that none can pass, as little else as possible changed: names, order and lines stay, and
 * what is tested is called as before. Each equality is asked twice, with another value on the left and with another one on
 * the right; a test passes only where one of those, or an assertion that never holds, does. Asked of the values that the
 * project itself expects, and thrown as the errors that its assertions throw, so that who turns only those is noticed too. A
 * file in which no test is understood gets one more. `id` is part of the names that are put in.
 */
export function alteredTests(text: string, path: string, runner: Runner['name'], id: string): Altered {
  const { root } = syntaxTreeOf(text, path);
  const isTyped = /\.[cm]?tsx?$/.test(path);
  const titles = new Set<string>();
  const others = new Set<string>();
  const suites = runner === 'uvu' ? suitesIn(text) : [];
  const editsOf = (node: SyntaxNode): readonly Edit[] => {
    const title = node.kind === 'CallExpression' ? titleOf(node) : undefined;
    const body = title === undefined ? undefined : testBody(node, runner, suites);
    if (body && title !== '') titles.add(title!);
    if (body) return wrapped(body, id, runner, editsOf);
    // Another test of that title may well pass.
    if (title) others.add(title);
    return node.children.flatMap(editsOf);
  };
  const edits = editsOf(root);
  for (const one of others) titles.delete(one);
  const called = hasContext(runner) ? contextHelper(id, runner, isTyped) : helper(id, text, isTyped);
  if (titles.size > 0) return { text: `${edited(text, edits)}\n;${called}\n`, titles: [...titles] };
  return oneMore(text, runner, id);
}

/** A file with one test more, which cannot pass. */
export function oneMore(text: string, runner: Runner['name'], id: string): Altered {
  const name = `fails-${id}`;
  const extra = hasContext(runner)
    ? contextExtra(runner, text, name, id)
    : EXTRA[runner as keyof typeof EXTRA](name, id, text);
  return { text: `${text}\n${extra}`, titles: [name] };
}

function edited(text: string, edits: readonly Edit[]): string {
  let out = '';
  let at = 0;
  for (const { start, end, text: put } of edits.toSorted((a, b) => a.start - b.start)) {
    out += text.slice(at, start) + put;
    at = end;
  }
  return out + text.slice(at);
}

/** The title of a call that looks like one that declares a test or a group; empty where it is no plain text. */
function titleOf(call: SyntaxNode): string | undefined {
  const [first] = call.parts('arguments');
  if (!first || !call.parts('arguments').some(isFunction)) return undefined;
  if (!/^(?:StringLiteral|NoSubstitutionTemplateLiteral)$/.test(first.kind)) return '';
  const title = first.value?.replaceAll(ANY, '') ?? '';
  const rows = isTable(call.part('expression')) ? title.replace(/%[a-z#]|\$[\w.#]+/gi, ANY) : title;
  return /[^\0\s]/.test(rows) ? rows : '';
}

const isFunction = ({ kind }: SyntaxNode): boolean => kind === 'ArrowFunction' || kind === 'FunctionExpression';

/** Names of uvu's suites, by which their tests are declared: `const adds = suite('adds')`. */
const suitesIn = (text: string): readonly string[] =>
  [...text.matchAll(/\b(?:const|let|var)\s+(\w+)\s*=\s*(?:uvu\.)?suite\b/g)].map(([, name]) => name!);

/** Whether tests are declared for each row of a table. */
const isTable = (callee: SyntaxNode | undefined): boolean =>
  /^(?:Call|TaggedTemplate)Expression$/.test(callee?.kind ?? '') && made(callee)?.part('name')?.text === 'each';

/** What a call or a template with a tag before it calls. */
const made = (node: SyntaxNode | undefined): SyntaxNode | undefined => node?.part('expression') ?? node?.part('tag');

/** What a call that declares a test has it do; undefined of any other call, and where it may pass for other reasons. */
function testBody(call: SyntaxNode, runner: Runner['name'], suites: readonly string[] = []): SyntaxNode | undefined {
  const table = isTable(call.part('expression'));
  const callee = table ? made(call.part('expression'))?.part('expression') : call.part('expression');
  const name = callee?.kind === 'PropertyAccessExpression' ? callee.part('expression') : callee;
  if (name?.kind !== 'Identifier') return undefined;
  const member = callee === name ? undefined : (callee?.part('name')?.text ?? '');
  // By what a file loads, or a test is given: `tap.test`, `t.test`, `uvu.test`.
  const isMember = member === 'test' && (hasContext(runner) || (runner === 'uvu' && name.text === 'uvu'));
  const isOfContext = isMember || (hasContext(runner) && member === undefined && runner === name.text);
  if (!isOfContext && !TESTS.test(name.text) && !suites.includes(name.text)) return undefined;
  if (!isOfContext && member !== undefined && !MODES.test(member)) return undefined;
  const args = call.parts('arguments');
  const at = args.findIndex(isFunction);
  const own = args[at];
  if (!own || args.slice(1, at).some(({ kind, text }) => kind !== 'ObjectLiteralExpression' || EXCUSED.test(text)))
    return undefined;
  // One that says itself when it is done may have said so before it ends.
  const isCalledBack = runner === 'jest' || runner === 'mocha' ? 1 : 2;
  const hasOwnEnd = runner !== 'vitest' && !table && own.parts('parameters').length >= isCalledBack;
  if (own.part('asteriskToken') || hasOwnEnd) return undefined;
  return own;
}

/** The edits that keep a function from coming to its end in any way but by failing. */
function wrapped(
  own: SyntaxNode,
  id: string,
  runner: Runner['name'],
  /** Those of tests within, where they are told beside the one around them. */
  within: (node: SyntaxNode) => readonly Edit[],
): Edit[] {
  const body = own.part('body');
  if (!body) return [];
  const isContext = hasContext(runner);
  const asked = isContext ? contextEdits(body, givenName(own), runner, id, within) : asksIn(body, runner, id);
  const [start, end] = isContext
    ? contextFrame(own, runner, id)
    : [`const t${id} = h${id}(); try {`, `} finally { t${id}.end(); }`];
  const at = (offset: number, text: string): Edit => ({ start: offset, end: offset, text });
  if (body.kind === 'Block') return [at(body.start + 1, ` ${start}`), ...asked, at(body.end - 1, `${end} `)];
  const isAsync = own.parts('modifiers').some(({ kind }) => kind === 'AsyncKeyword');
  const whole = asked[0]?.start === body.start && asked[0].end === body.end ? asked[0].text : undefined;
  const inner =
    whole ??
    edited(
      body.text,
      asked.map((one) => moved(one, body.start)),
    );
  return [
    { start: body.start, end: body.end, text: `{ ${start} return ${isAsync ? 'await ' : ''}(${inner}); ${end} }` },
  ];
}

const moved = ({ start, end, text }: Edit, by: number): Edit => ({ start: start - by, end: end - by, text });

/** Equalities that stand as statements, each asked with other values. */
function asksIn(body: SyntaxNode, runner: Runner['name'], id: string): Edit[] {
  const found: Edit[] = [];
  const visit = (node: SyntaxNode): void => {
    const isStatement = node.parent?.kind === 'ExpressionStatement' || node.parent?.part('body') === node;
    const ask = isStatement && node.kind === 'CallExpression' ? askOf(node, runner) : undefined;
    if (ask) {
      const [left, right, question] = ask;
      found.push({
        start: node.start,
        end: node.end,
        text: `t${id}.ask(${left.text}, ${right.text}, (l${id}, r${id}) => ${question(`l${id}`, `r${id}`)})`,
      });
    } else for (const child of node.children) visit(child);
  };
  visit(body);
  return found;
}

/** What is edited in a test that asks by what it is given: its equalities, its ends, and the tests within. */
function contextEdits(
  body: SyntaxNode,
  given: string | undefined,
  runner: Runner['name'],
  id: string,
  within: (node: SyntaxNode) => readonly Edit[],
): Edit[] {
  const visit = (node: SyntaxNode): readonly Edit[] => {
    if (node.kind === 'CallExpression' && titleOf(node) !== undefined && testBody(node, runner)) return within(node);
    // Another of that name.
    if (given === undefined || (isFunction(node) && givenName(node) === given)) return node.children.flatMap(within);
    if (isBeforeEnd(node, given)) return [{ start: node.start, end: node.end, text: `t${id}.none` }];
    const isStatement = node.parent?.kind === 'ExpressionStatement' || node.parent?.part('body') === node;
    const ask = isStatement && node.kind === 'CallExpression' ? contextAsk(node, given, runner) : undefined;
    if (!ask) return node.children.flatMap(visit);
    const [left, right, question] = ask;
    const text = `t${id}.ask(${left.text}, ${right.text}, (l${id}, r${id}) => ${question(`l${id}`, `r${id}`)})`;
    return [{ start: node.start, end: node.end, text }];
  };
  return [...visit(body)];
}

type Ask = readonly [left: SyntaxNode, right: SyntaxNode, question: (left: string, right: string) => string];

/** The two values that an assertion holds against each other, and how it asks. */
function askOf(call: SyntaxNode, runner: Runner['name']): Ask | undefined {
  const callee = call.part('expression');
  const isAlone = runner === 'uvu' && OF_UVU.test(callee?.text ?? '');
  const name = callee?.part('name')?.text ?? '';
  const args = call.parts('arguments');
  const from = isAlone ? callee : callee?.kind === 'PropertyAccessExpression' ? callee.part('expression') : undefined;
  if (!from || [...args].some(({ kind }) => kind === 'SpreadElement')) return undefined;
  const print = (edits: readonly Edit[]): string =>
    edited(
      call.text,
      edits.map((one) => moved(one, call.start)),
    );
  const put = ({ start, end }: SyntaxNode, text: string): Edit => ({ start, end, text });
  const question =
    (one: SyntaxNode, other: SyntaxNode): Ask[2] =>
    (left, right) =>
      print([put(one, left), put(other, right)]);
  if (isAlone || (ASSERTIONS.test(name) && /(?:^|\.)assert(?:\.strict)?$/.test(from.text))) {
    const [left, right, ...rest] = args;
    return left && right && !isWaiting(rest) ? [left, right, question(left, right)] : undefined;
  }
  let inner: SyntaxNode = from;
  while (inner.kind === 'PropertyAccessExpression' && LINKS.test(inner.part('name')?.text ?? ''))
    inner = inner.part('expression') ?? call;
  const [left, ...message] = inner.kind === 'CallExpression' ? inner.parts('arguments') : [];
  const [right, ...rest] = args;
  return MATCHERS.test(name) &&
    inner.part('expression')?.text === 'expect' &&
    left &&
    right &&
    !isWaiting([...message, ...rest])
    ? [left, right, question(left, right)]
    : undefined;
}

const isWaiting = (nodes: readonly SyntaxNode[]): boolean => nodes.some(({ text }) => /\b(?:await|yield)\b/.test(text));

/** Assertions that never hold, in the words of the libraries that a text names. */
const NEVER: readonly (readonly [name: RegExp, asks: readonly string[]])[] = [
  [/\bexpect\b/, ['(expect)(1).toBe(2)', '(expect)([1]).toEqual([2])', '(expect)([1]).toStrictEqual([2])']],
  [
    /\bassert\b(?!["'])/,
    [
      '(assert).equal(1, 2)',
      '(assert).strictEqual(1, 2)',
      '(assert).deepEqual([1], [2])',
      '(assert).deepStrictEqual([1], [2])',
      '(assert)(false)',
    ],
  ],
  [/\bassert\b.*["']uvu\/assert["']/, ['(assert).is(1, 2)', '(assert).ok(false)']],
  [/\bis\b[^}]*\}.*["']uvu\/assert["']/, ['(is)(1, 2)']],
  [/\bequal\b[^}]*\}.*["']uvu\/assert["']/, ['(equal)([1], [2])']],
];

/**
 * What the altered tests call. Values are other ones each time. The first question is asked only where a plain value is
 * expected: an object may be one that fits any other.
 */
function helper(id: string, text: string, isTyped: boolean): string {
  const any = isTyped ? ': any' : '';
  const asks = NEVER.flatMap(([name, list]) => (name.test(text) ? list : [])).map((one) =>
    isTyped ? `() => ${one.replace(/^\((\w+)\)/, '($1 as any)')}` : `() => ${one}`,
  );
  return `function h${id}()${any} { let held = false; let error${any}; \
const fails = (ask${any}) => { try { const told = ask(); if (typeof told?.then === 'function') told.then(null, () => {}); else held = true; } catch (caught) { error ??= caught; } }; \
const other = (value${any})${any} => typeof value === 'number' ? Math.floor(Math.random() * 1e12) + 7 : (typeof value === 'string' ? value : '') + Math.random(); \
return { ask(left${any}, right${any}, ask${any}) { if (right === null || !/^(?:object|function)$/.test(typeof right)) fails(() => ask(other(right), right)); fails(() => ask(left, other(right))); }, \
end() { for (const ask of [${asks.join(', ')}]) fails(ask); if (!held) throw error ?? new Error('not held'); } }; }`;
}

/** A test that cannot pass, in the words of a runner. */
const body = (fails: string): string =>
  `() => { for (const fails of [${fails}]) { try { fails(); } catch { continue; } return; } throw new Error('not held'); }`;
const expected = (name: string): string =>
  `() => ${name}(1).toBe(2), () => ${name}([1]).toEqual([2]), () => ${name}([1]).toStrictEqual([2])`;
const asserted = (name: string): string =>
  `() => ${name}.equal(1, 2), () => ${name}.deepEqual([1], [2]), () => ${name}.ok(false)`;
const ASSERT = "process.getBuiltinModule('node:assert').strict";
const EXTRA = {
  vitest: (name: string, id: string) =>
    `import { expect as e${id}, it as i${id} } from 'vitest';\ni${id}('${name}', ${body(expected(`e${id}`))});\n`,
  jest: (name: string) => `it('${name}', ${body(expected('expect'))});\n`,
  mocha: (name: string) => `(globalThis.it ?? globalThis.test)('${name}', ${body(asserted(ASSERT))});\n`,
  uvu: (name: string, id: string, text: string) =>
    `${isModule(text) ? `import { suite as s${id} } from 'uvu';\nconst` : `;const { suite: s${id} } = require('uvu'),`} m${id} = s${id}();\nm${id}('${name}', ${body(asserted(ASSERT))});\nm${id}.run();\n`,
  'node:test': (name: string) => `process.getBuiltinModule('node:test')('${name}', ${body(asserted(ASSERT))});\n`,
};
