import { type SyntaxNode, syntaxTreeOf } from '../../lang/index.ts';
import type { TestCase } from './expectation.ts';

/** How a test file writes its tests. */
export interface TestStyle {
  readonly word: 'it' | 'test';
  readonly describes: boolean;
  readonly asserts: 'expect' | 'chai' | 'assert';
  /** What the asserting functions are called by: `expect`, `assert`; empty where they are imported one by one. */
  readonly by: string;
  /** Names of what judges plain values, and all others. */
  readonly equal: string;
  readonly deep: string;
  readonly quote: "'" | '"';
  readonly semicolon: string;
  readonly indent: string;
  readonly isFunction: boolean;
  /** How imports of the project's own files end. */
  readonly ending: 'ts' | 'js' | 'none';
  readonly isCommonJs: boolean;
  /** Import statements of the runner and of what judges, whole. */
  readonly runner: readonly string[];
}

const RUNNER = /^(?:vitest|node:test|@jest\/globals|mocha|chai|(?:node:)?assert(?:\/strict)?|expect|bun:test)$/;
const JUDGE = /^(?:node:)?assert(?:\/strict)?$/;
const TITLE = 90;

/** A call of `it`, `test` or `describe` at a place of its own, with its callback. */
interface Block {
  readonly word: string;
  readonly title: string;
  readonly statement: SyntaxNode;
  readonly body: SyntaxNode | undefined;
}

function blocksIn(statements: readonly SyntaxNode[]): readonly Block[] {
  return statements.flatMap((statement): Block[] => {
    const call = statement.part('expression');
    if (statement.kind !== 'ExpressionStatement' || call?.kind !== 'CallExpression') return [];
    const word = /^(it|test|describe|suite|context)\b/.exec(call.part('expression')!.text)?.[1];
    if (word === undefined) return [];
    const args = call.parts('arguments');
    const callback = args.find(({ kind }) => kind === 'ArrowFunction' || kind === 'FunctionExpression');
    return [{ word, title: args[0]?.value ?? '', statement, body: callback?.part('body') }];
  });
}

const isGroup = ({ word }: Block): boolean => word !== 'it' && word !== 'test';

interface ImportText {
  readonly from: string;
  readonly statement: SyntaxNode;
  /** Names in braces, as they are called here, with the braces' end. */
  readonly names: ReadonlyMap<string, string>;
  readonly closes?: number;
  /** A default or namespace import's, or the whole of a `require`. */
  readonly whole?: string;
}

function importsOf(text: string, path: string): readonly ImportText[] {
  return syntaxTreeOf(text, path)
    .root.parts('statements')
    .flatMap((statement): ImportText[] => {
      if (statement.kind === 'ImportDeclaration') {
        const clause = statement.part('importClause');
        const bindings = clause?.part('namedBindings');
        const elements = bindings?.kind === 'NamedImports' ? bindings.parts('elements') : [];
        const names = elements.map((one): [string, string] => [
          (one.part('propertyName') ?? one.part('name'))!.text,
          one.part('name')!.text,
        ]);
        const whole =
          clause?.part('name') ?? (bindings?.kind === 'NamespaceImport' ? bindings.part('name') : undefined);
        return [
          {
            from: statement.part('moduleSpecifier')!.value ?? '',
            statement,
            names: new Map(names),
            ...(elements.length > 0 ? { closes: elements.at(-1)!.end } : {}),
            ...(whole ? { whole: whole.text } : {}),
          },
        ];
      }
      if (statement.kind !== 'VariableStatement') return [];
      const declared = statement.part('declarationList')?.parts('declarations')[0];
      const call = declared?.part('initializer');
      const from = call?.kind === 'CallExpression' && call.part('expression')!.text === 'require';
      const name = declared?.part('name');
      if (!from || !name) return [];
      const elements = name.kind === 'ObjectBindingPattern' ? name.parts('elements') : [];
      const names = elements.map((one): [string, string] => [
        (one.part('propertyName') ?? one.part('name'))!.text,
        one.part('name')!.text,
      ]);
      return [
        {
          from: call.parts('arguments')[0]?.value ?? '',
          statement,
          names: new Map(names),
          ...(elements.length > 0 ? { closes: elements.at(-1)!.end } : { whole: name.text }),
        },
      ];
    });
}

/** Modules that a test file imports, as written, with the names that it takes from them. */
export const importedBy = (text: string, path: string): readonly Pick<ImportText, 'from' | 'names'>[] =>
  importsOf(text, path);

/** Whether what an import is called by is the function itself: a default import, or a `require` of one that is called so. */
const isItself = ({ statement, whole }: ImportText, name: string): boolean =>
  whole === name || (statement.kind === 'ImportDeclaration' && !statement.text.includes('*'));

/** How a file writes its tests; undefined where it has none that are understood. */
export function styleOf(text: string, path: string): TestStyle | undefined {
  const { root } = syntaxTreeOf(text, path);
  const top = blocksIn(root.parts('statements'));
  const all: Block[] = [];
  const visit = (blocks: readonly Block[]): void => {
    for (const block of blocks) {
      all.push(block);
      if (isGroup(block)) visit(blocksIn(block.body?.parts('statements') ?? []));
    }
  };
  visit(top);
  const tests = all.filter((one) => !isGroup(one));
  const words = tests.filter(({ word }) => word === 'it').length;
  if (tests.length === 0) return undefined;
  const imports = importsOf(text, path);
  const count = (pattern: RegExp): number => (text.match(pattern) ?? []).length;
  const chai = count(/\)\.(?:not\.)?(?:to|be)\.\w/g) > 0 || imports.some(({ from }) => from === 'chai');
  const judge = imports.find(({ from }) => JUDGE.test(from));
  const isExpect = count(/\bexpect\(/g) > 0;
  if (!isExpect && !judge) return undefined;
  const isStrict = judge !== undefined && (judge.from.endsWith('/strict') || /\bstrict\b/.test(judge.statement.text));
  const has = (name: string): boolean => new RegExp(`\\b${name}\\(`).test(text);
  const [equal, deep] = isExpect
    ? chai
      ? ['equal', 'deep.equal']
      : [has('toBe') || !has('toEqual') ? 'toBe' : 'toEqual', has('toStrictEqual') ? 'toStrictEqual' : 'toEqual']
    : isStrict && !has('strictEqual')
      ? ['equal', 'deepEqual']
      : ['strictEqual', 'deepStrictEqual'];
  const own = imports.filter(({ from }) => from.startsWith('.'));
  const ends = own.map(({ from }) => /\.([cm]?[jt]sx?)$/.exec(from)?.[1]);
  const indent = /^(\t+| {2,8})(?=[^\s*])/m.exec(text)?.[1] ?? '  ';
  return {
    word: words * 2 >= tests.length ? 'it' : 'test',
    describes: top.some(isGroup),
    asserts: isExpect ? (chai ? 'chai' : 'expect') : 'assert',
    by: isExpect ? 'expect' : (judge?.whole ?? judge?.names.get('strict') ?? ''),
    equal,
    deep,
    quote: count(/'/g) >= count(/"/g) ? "'" : '"',
    semicolon: count(/;[ \t]*$/gm) > 0 ? ';' : '',
    indent: indent.startsWith('\t') ? '\t' : indent,
    isFunction: count(/\b(?:it|test)\([^\n]*function\b/g) * 2 > tests.length,
    ending: ends.some((one) => one?.endsWith('ts')) ? 'ts' : ends.some((one) => one !== undefined) ? 'js' : 'none',
    isCommonJs: imports.length > 0 && imports.every(({ statement }) => statement.kind === 'VariableStatement'),
    runner: imports.filter(({ from }) => RUNNER.test(from)).map(({ statement }) => statement.text),
  };
}

/** Texts in quotes, and what of them is written otherwise in other quotes. */
const TEXT = /"(?:[^"\\]|\\.)*"/g;

const requoted = (source: string, { quote }: TestStyle): string =>
  source.replace(TEXT, (one) => quoted(JSON.parse(one) as string, quote));

function quoted(value: string, quote: string): string {
  const json = JSON.stringify(value);
  if (quote === '"' || (value.includes("'") && !value.includes('"'))) return json;
  return `'${json.slice(1, -1).replace(/\\"/g, '"').replace(/'/g, "\\'")}'`;
}

/** Title of a case, by which it is found again. */
export function titleOf({ before, call, expected }: TestCase): string {
  const done = [...before, call].join('; ');
  const says =
    expected.kind === 'throws' ? `throws${expected.error ? ` ${expected.error}` : ''}` : `is ${expected.source}`;
  const whole = `${done} ${says}`;
  return whole.length < TITLE ? whole : `${whole.slice(0, TITLE)}…`;
}

/** The lines of one test, without indentation. `falsified`: another result is asked for, which no draft gives. */
function linesOf(one: TestCase, style: TestStyle, rename: (code: string) => string, falsified: boolean): string[] {
  const { semicolon: end, by, asserts } = style;
  const code = (source: string): string => requoted(rename(source), style);
  const judged = (call: string, source: string, plain: boolean): string => {
    const wanted = falsified ? quoted('assay: something else', style.quote) : code(source);
    const actual = one.waited && call === one.call ? `await ${code(call)}` : code(call);
    const isPlain = falsified || plain;
    if (asserts === 'expect') return `${by}(${actual}).${isPlain ? style.equal : style.deep}(${wanted})${end}`;
    // Chai tells NaN and -0 only where it compares deeply.
    if (asserts === 'chai')
      return `${by}(${actual}).to.${isPlain && !/NaN|-0/.test(source) ? style.equal : style.deep}(${wanted})${end}`;
    return `${by}${by ? '.' : ''}${isPlain ? style.equal : style.deep}(${actual}, ${wanted})${end}`;
  };
  const { expected } = one;
  const lines = one.before.map((statement) => `${code(statement)}${end}`);
  if (expected.kind === 'value') {
    lines.push(judged(one.call, expected.source, expected.plain));
  } else {
    const error = expected.error ?? '';
    const call = falsified ? 'undefined' : code(one.call);
    const called = falsified ? '() => undefined' : `() => ${call}`;
    if (!one.waited) {
      if (asserts === 'expect') lines.push(`${by}(${called}).toThrow(${error})${end}`);
      else if (asserts === 'chai') lines.push(`${by}(${called}).to.throw(${error})${end}`);
      else lines.push(`${by}${by ? '.' : ''}throws(${called}${error ? `, ${error}` : ''})${end}`);
    } else {
      const promise = falsified ? 'Promise.resolve()' : call;
      if (asserts === 'expect') lines.push(`await ${by}(${promise}).rejects.toThrow(${error})${end}`);
      else if (asserts === 'assert')
        lines.push(`await ${by}${by ? '.' : ''}rejects(${promise}${error ? `, ${error}` : ''})${end}`);
      else
        lines.push(
          `const failed = await ${promise}.then(() => undefined, (error) => error)${end}`,
          `${by}(failed).to.be.an.instanceOf(${error || 'Error'})${end}`,
        );
    }
  }
  for (const { call, source, plain } of one.reads) lines.push(judged(call, source, plain));
  return lines;
}

function testText(
  one: TestCase,
  style: TestStyle,
  margin: string,
  local: ReadonlyMap<string, string>,
  falsified: boolean,
): string {
  const { word, quote, indent, isFunction, semicolon } = style;
  const [made] = one.names;
  const instance = made === undefined ? 'instance' : `${made.slice(0, 1).toLowerCase()}${made.slice(1)}`;
  const free = local.has(instance) || instance === made ? 'instance' : instance;
  const rename = (code: string): string => {
    const named = code.replace(
      /("(?:[^"\\]|\\.)*")|\bit\b/g,
      (found, text?: string) => text ?? (found === 'it' ? free : found),
    );
    return [...local].reduce(
      (done, [name, here]) =>
        name === here
          ? done
          : done.replace(
              new RegExp(`("(?:[^"\\\\]|\\\\.)*")|(?<![.\\w$])${name}\\b`, 'g'),
              (_, text?: string) => text ?? here,
            ),
      named,
    );
  };
  const lines = linesOf(one, style, rename, falsified);
  const isAsync = lines.some((line) => /\bawait\b/.test(line)) ? 'async ' : '';
  const opens = isFunction ? `${isAsync}function () {` : `${isAsync}() => {`;
  return [
    `${margin}${word}(${quoted(titleOf(one), quote)}, ${opens}`,
    ...lines.map((line) => `${margin}${indent}${line}`),
    `${margin}})${semicolon}`,
  ].join('\n');
}

/** An edit of a text: what stands at an offset. */
interface Insert {
  readonly at: number;
  readonly text: string;
}

export interface Added {
  readonly text: string;
  /** Titles that were there already. */
  readonly known: readonly string[];
}

/**
 * A test file with cases added, in its own style: into the group of the symbol where there is one, with the imports that it
 * already has. `specifier`: the module as this file would name it; `same` tells whether another one leads to it too.
 */
export function withCases(
  text: string,
  path: string,
  style: TestStyle,
  cases: readonly TestCase[],
  symbol: string,
  specifier: string,
  same: (from: string) => boolean,
  isNew: boolean,
  falsified = false,
): Added {
  const end = text.includes('\r\n') ? '\r\n' : '\n';
  const { root } = syntaxTreeOf(text, path);
  const imports = importsOf(text, path);
  const own = imports.filter(({ from }) => same(from));
  const local = new Map<string, string>();
  const missing: string[] = [];
  for (const name of new Set(cases.flatMap(({ names }) => names))) {
    const named = own.find(({ names }) => names.has(name));
    const whole = own.find((one) => one.whole !== undefined && one.names.size === 0);
    if (named) local.set(name, named.names.get(name)!);
    else if (whole) local.set(name, isItself(whole, name) ? whole.whole! : `${whole.whole}.${name}`);
    else {
      missing.push(name);
      local.set(name, name);
    }
  }
  const inserts: Insert[] = [];
  const open = own.find(({ closes }) => closes !== undefined);
  if (missing.length > 0) {
    if (open) inserts.push({ at: open.closes!, text: `, ${missing.join(', ')}` });
    else {
      const names = `{ ${missing.join(', ')} }`;
      const from = quoted(specifier, style.quote);
      const line = style.isCommonJs
        ? `const ${names} = require(${from})${style.semicolon}`
        : `import ${names} from ${from}${style.semicolon}`;
      const last = imports.at(-1);
      inserts.push(last ? { at: last.statement.end, text: `\n${line}` } : { at: 0, text: `${line}\n\n` });
    }
  }
  const known = cases.map(titleOf).filter((title) => text.includes(quoted(title, style.quote)));
  const fresh = cases.filter((one) => !known.includes(titleOf(one)));
  const top = blocksIn(root.parts('statements'));
  const speaks = ({ title, statement }: Block): boolean =>
    title.split(/\W+/).includes(symbol) || new RegExp(`\\b${local.get(symbol) ?? symbol}\\b`).test(statement.text);
  const direct = ({ body }: Block): readonly Block[] => blocksIn(body?.parts('statements') ?? []);
  const within = (block: Block): Block[] => [block, ...direct(block).filter(isGroup).flatMap(within)];
  // The innermost group that is about the symbol and has tests of its own.
  const groups = top
    .filter(isGroup)
    .flatMap(within)
    .filter((one) => direct(one).some((inner) => !isGroup(inner)));
  const group = groups.findLast(({ title }) => title.split(/\W+/).includes(symbol)) ?? groups.findLast(speaks);
  const inside = group && direct(group).findLast((one) => !isGroup(one));
  const place = inside?.statement ?? top.findLast((one) => !isGroup(one))?.statement;
  const tests = (margin: string): string[] => fresh.map((one) => testText(one, style, margin, local, falsified));
  const judge = imports.find(({ from }) => JUDGE.test(from));
  if (style.asserts === 'assert' && style.by === '' && judge?.closes !== undefined) {
    const used = new Set(
      tests('')
        .join('\n')
        .match(/\b(?:throws|rejects|\w*[eE]qual)(?=\()/g),
    );
    const lacking = [...used].filter((name) => !judge.names.has(name));
    if (lacking.length > 0) inserts.push({ at: judge.closes, text: `, ${lacking.join(', ')}` });
  }
  if (fresh.length > 0 && place) {
    const margin = /[ \t]*$/.exec(text.slice(0, place.start))![0];
    // Tests that stand apart go on standing apart.
    const isApart = place.text.includes('\n') && /^[ \t]*\}\)?;?\r?\n[ \t]*\r?\n[ \t]*(?:it|test)\b/m.test(text);
    const gap = isApart || !inside ? '\n\n' : '\n';
    inserts.push({
      at: place.end,
      text: tests(margin)
        .map((one) => `${gap}${one}`)
        .join(''),
    });
  } else if (fresh.length > 0) {
    const inner = style.describes ? style.indent : '';
    const all = tests(inner).join('\n\n');
    const opens = style.isFunction ? 'function () {' : '() => {';
    const written = style.describes
      ? `describe(${quoted(symbol, style.quote)}, ${opens}\n${all}\n})${style.semicolon}`
      : all;
    inserts.push({ at: text.trimEnd().length, text: `\n\n${written}${text.endsWith('\n') ? '' : '\n'}` });
  }
  // What was found first stands first, at the same place too.
  const done = inserts
    .toReversed()
    .sort((a, b) => b.at - a.at)
    .reduce((whole, one) => whole.slice(0, one.at) + one.text.replaceAll('\n', end) + whole.slice(one.at), text);
  return { text: fresh.length === 0 ? text : isNew ? tidied(done, path) : done, known };
}

/** A new file without what its model imported and it does not need. */
function tidied(text: string, path: string): string {
  const uses = (name: string): boolean => (text.match(new RegExp(`(?<![.\\w$])${name}\\b`, 'g')) ?? []).length > 1;
  return importsOf(text, path)
    .toReversed()
    .reduce((done, { statement, names }) => {
      const unused = [...names.values()].filter((name) => !uses(name));
      if (unused.length === 0) return done;
      const kept = [...names.keys()].filter((name) => !unused.includes(names.get(name)!));
      const written = kept.length === 0 ? '' : statement.text.replace(/\{[^}]*\}/, `{ ${kept.join(', ')} }`);
      return done.slice(0, statement.start) + written + done.slice(statement.end);
    }, text)
    .replace(/^\s+/, '')
    .replace(/\n{3,}/g, '\n\n');
}

/** The head of a new test file in the style of another: its runner's imports. */
export const headOf = ({ runner }: TestStyle): string => `${runner.join('\n')}\n`;
