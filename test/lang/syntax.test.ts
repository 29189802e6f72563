import { describe, expect, it } from 'vitest';
import { codeOf, defaultLiteral, docCommentsOf, type Literal } from '../../src/lang/index.ts';

const plain = (literal: Literal): unknown =>
  literal.kind === 'object'
    ? Object.fromEntries(literal.entries.map(({ key, value }) => [key, plain(value)]))
    : literal.kind === 'array'
      ? literal.items.map(plain)
      : literal.value;

describe('the default export as a plain value', () => {
  const cases: readonly (readonly [text: string, value: unknown])[] = [
    ['export default {}', {}],
    [
      "import { wrap } from 'x';\nexport default wrap({ a: ['b', -1, true, null] } as const);",
      { a: ['b', -1, true, null] },
    ],
    [
      "const own = ['x'];\nexport default { own, 'odd-key': own, 3: `t` } satisfies object;",
      { own: ['x'], 'odd-key': ['x'], 3: 't' },
    ],
    ['export default ({ __proto__: 1 })', Object.fromEntries([['__proto__', 1]])],
  ];
  it.each(cases)('%s', (text, value) => {
    const read = defaultLiteral(text, 'wrap');
    expect(read.ok && plain(read.value)).toEqual(value);
  });

  const doubling = Array.from({ length: 30 }, (_, i) => `const c${i} = [c${i + 1}, c${i + 1}];`).join('\n');
  const refused: readonly (readonly [text: string, found: string])[] = [
    ['', 'none'],
    ['export const a = 1', 'none'],
    ['export default wrap({}, {})', 'wrap({}, {})'],
    ['export default other({})', 'other({})'],
    ['export default { a: process.env.HOME }', 'process.env.HOME'],
    ['export default { ...more }', '...more'],
    ['export default { [key]: 1 }', '[key]: 1'],
    ['export default { run() {} }', 'run() {}'],
    ['let a = 1;\nexport default { a }', 'a'],
    ['const a = [a];\nexport default a', 'a'],
    [`${doubling}\nconst c30 = 1;\nexport default c0`, 'c'],
  ];
  it.each(refused)('refuses %s', (text, found) => {
    const read = defaultLiteral(text, 'wrap');
    expect(read.ok).toBe(false);
    expect(read.issues[0]!.message).toContain(`found ${found}`);
  });

  it('refuses what the grammar does not allow', () => {
    expect(defaultLiteral('export default { a: ', 'wrap').issues[0]?.code).toBe('literal/syntax');
  });
});

describe('code as statements', () => {
  it('tells imports, declarations, expressions and what is printed', () => {
    const text =
      "import a, { b as c } from './x';\nconst { d, e: [f] } = a;\nfunction g() {}\nc(1);\nconsole.log(d.h);\nfor (;;) {}";
    const { statements, identifiers, problem } = codeOf(text);
    const told = statements.map(({ kind, expression, printed, module, declares }) => [
      kind,
      expression ? text.slice(expression.start, expression.end) : module ? text.slice(module.start, module.end) : '',
      printed ?? false,
      declares.join(),
    ]);
    expect(told).toEqual([
      ['import', './x', false, 'a,c'],
      ['declaration', '', false, 'd,f'],
      ['declaration', '', false, 'g'],
      ['expression', 'c(1)', false, ''],
      ['expression', 'd.h', true, ''],
      ['other', '', false, ''],
    ]);
    expect(identifiers.has('h')).toBe(false);
    expect(problem).toBeUndefined();
    expect(codeOf('a = ;').problem?.span.start).toBe(4);
  });
});

describe('doc comments', () => {
  it('know what they stand before, and whether it is exported', () => {
    const text =
      '/** f */\nexport function f() {}\n/** C */\nexport class C {\n  /** m */\n  m() {}\n}\n/** v */\nconst v = 1;\n/* plain */ const w = 2;';
    expect(
      docCommentsOf(text, 'a.ts').map(({ name, exported, span }) => [name, exported, text.slice(span.start, span.end)]),
    ).toEqual([
      ['f', true, '/** f */'],
      ['C', true, '/** C */'],
      ['C.m', true, '/** m */'],
      ['v', false, '/** v */'],
    ]);
  });
});
