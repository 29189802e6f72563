import { posix } from 'node:path';
import { span } from '../../base/index.ts';
import { type SyntaxNode, syntaxTreeOf } from '../../lang/index.ts';
import { parsed } from '../manifest.ts';
import { Canon } from './canon.ts';
import { each } from './code.ts';
import type { Replacement } from './confirm.ts';
import { Names } from './scope.ts';

export interface Data {
  readonly node: SyntaxNode;
  readonly values: readonly string[];
  readonly without: readonly Replacement[];
}

/** Values of data files that came with the change and that code takes in as a module. */
export function dataIn(path: string, root: SyntaxNode, dataAt: (path: string) => string | undefined): readonly Data[] {
  return root.parts('statements').flatMap((node): readonly Data[] => {
    const module = node.kind === 'ImportDeclaration' ? (node.part('moduleSpecifier')?.value ?? '') : '';
    const name = node.part('importClause')?.part('name')?.value;
    const text = /^\..*\.json$/.test(module) ? dataAt(posix.join(posix.dirname(path), module)) : undefined;
    if (text === undefined || name === undefined) return [];
    const held = parsed(text);
    const value = syntaxTreeOf(`(${text}\n)`, 'data.ts').root.parts('statements')[0]?.part('expression');
    if (held === undefined || !value) return [];
    const values = new Set(new Canon(new Names()).print(value).literals);
    each(value, (one) => {
      const key = one.kind === 'PropertyAssignment' ? one.part('name')?.value : undefined;
      if (key !== undefined) values.add(JSON.stringify(key));
    });
    // What reads it finds the same shape, and nothing in it.
    const empty = JSON.stringify(emptied(held));
    const without = [{ span: span(node.start, node.end), text: `const ${name}: any = ${empty};` }];
    // Names of members and small numbers are of every file.
    return [{ node, values: [...values].filter((one) => one.length > 3 && /[^a-z"]/.test(one)), without }];
  });
}

function emptied(value: unknown): unknown {
  if (Array.isArray(value)) return [];
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, one]) => (typeof one === 'object' ? [[key, emptied(one)]] : [])),
  );
}
