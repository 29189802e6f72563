import { posix } from 'node:path';
import { escaped } from '../../base/index.ts';
import { type SyntaxNode, syntaxTreeOf } from '../../lang/index.ts';
import { sourceFromText } from '../../text/index.ts';
import type { FileChange } from '../../workspace/index.ts';
import { isCode } from '../context.ts';
import { titleIn } from '../tests/around.ts';
import type { TestCase } from '../tests/types.ts';
import { each } from './code.ts';

/** The part of their words that two tests share of which one stands in the place of the other. */
const ALIKE = 0.3;
/** One that is nearly as much like it may stand there as well. */
const NEARLY = 0.8;

/**
 * Tests of a file that are gone, of which those that came and are most like them all pass.
 *
 * @param gone as they stood in the file
 * @param fresh as they stand in it
 */
export function replacedBy(
  gone: readonly TestCase[],
  fresh: readonly TestCase[],
  { path, from = path, before, after }: FileChange,
): readonly TestCase[] {
  const [was, is] = [wordsIn(before?.text ?? '', from), wordsIn(after?.text ?? '', path)];
  const words = fresh.map((one) => ({ one, own: is(one.name) }));
  return gone.filter(({ name }) => {
    const own = was(name);
    const likeness = words.map((other) => ({
      ...other,
      share: own.intersection(other.own).size / own.union(other.own).size,
    }));
    const most = Math.max(...likeness.map(({ share }) => share));
    const near = likeness.filter(({ share }) => share >= most * NEARLY);
    return most >= ALIKE && near.every(({ one }) => one.status === 'passed');
  });
}

/** Words of the tests in a text, title and body. */
function wordsIn(text: string, path: string): (name: string) => ReadonlySet<string> {
  const bodies = new Map<string, string>();
  each(syntaxTreeOf(text, path).root, (node) => {
    const title = node.kind === 'CallExpression' ? node.parts('arguments')[0]?.value : undefined;
    if (title !== undefined && !bodies.has(title)) bodies.set(title, node.text);
  });
  return (name) => {
    const title = titleIn(text, name);
    return new Set(`${title} ${bodies.get(title) ?? ''}`.toLowerCase().match(/[a-z_$][\w$]*|\d+/g));
  };
}

/**
 * Code that is put back, with what tests import of it and that it does not have: `undefined`, each. Where modules are linked
 * before they run, no other test of a file could be asked without.
 */
export function importable(code: readonly FileChange[], tests: readonly FileChange[]): readonly FileChange[] {
  const wanted = tests.flatMap(({ path, after }) =>
    after && isCode(path) ? importsIn(syntaxTreeOf(after.text, path).root, path) : [],
  );
  let isMore = false;
  const standing = code.map((file): FileChange => {
    const text = file.before?.text ?? '';
    const own = wanted.filter(({ to }) => isModule(file.from ?? file.path, to));
    const names = new Set(own.flatMap(({ name }) => (name !== undefined && !mentions(text, name) ? [name] : [])));
    const isNew = file.kind === 'added' && own.length > 0;
    if ((names.size === 0 && !isNew) || file.kind === 'renamed') return file;
    isMore = true;
    const lines = [...names].map((name) =>
      name === 'default' ? 'export default undefined;' : `export const ${name} = undefined;`,
    );
    return { ...file, kind: 'modified', before: sourceFromText(file.path, [text, ...lines, ''].join('\n')) };
  });
  return isMore ? standing : code;
}

const mentions = (text: string, name: string): boolean =>
  new RegExp(`(?<![\\w$])${escaped(name)}(?![\\w$])`).test(text);

/** Whether a file is what a path without an ending names. */
const isModule = (path: string, to: string): boolean => {
  const plain = path.replace(/\.[cm]?[jt]sx?$/, '');
  return plain === to || plain === `${to}/index`;
};

interface Import {
  /** Without an ending. */
  readonly to: string;
  /** Undefined for all that a module gives. */
  readonly name?: string;
}

function importsIn(root: SyntaxNode, path: string): readonly Import[] {
  const pathOf = (from: string): string => posix.join(posix.dirname(path), from).replace(/\.[cm]?[jt]sx?$|\/$/, '');
  const required = [...root.text.matchAll(/\brequire\(\s*['"](\.[^'"]*)['"]\s*\)/g)].map(([, from]) => ({
    to: pathOf(from!),
  }));
  const imported = root.parts('statements').flatMap((statement): Import[] => {
    const from = statement.kind === 'ImportDeclaration' ? (statement.part('moduleSpecifier')?.value ?? '') : '';
    const clause = statement.part('importClause');
    if (!from.startsWith('.') || !clause || /^import\s+type\b/.test(statement.text)) return [];
    const to = pathOf(from);
    const bindings = clause.part('namedBindings');
    const names = (bindings?.kind === 'NamedImports' ? bindings.parts('elements') : []).flatMap((one) =>
      /^type\s/.test(one.text) ? [] : ((one.part('propertyName') ?? one.part('name'))?.value ?? []),
    );
    return [...names, ...(clause.part('name') ? ['default'] : [])].map((name) => ({ to, name }));
  });
  return [...required, ...imported];
}
