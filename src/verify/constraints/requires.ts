import { statSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join, posix } from 'node:path';
import { type RepoPath, span } from '../../base/index.ts';
import { type ModuleReference, type SyntaxNode, syntaxTreeOf } from '../../lang/index.ts';

/** Endings that a path without one, or with that of what it is built to, may have. */
const ENDINGS = ['', '.ts', '.tsx', '.mts', '.cts', '.js', '.jsx', '.mjs', '.cjs', '/index.ts', '/index.js'];

/**
 * Modules that a file loads while it runs and the compiler knows nothing of: `require` in a file of TypeScript, what
 * `createRequire` gives under any name, `module.require`, `require.resolve`, `process.getBuiltinModule`.
 */
export function requiresIn(text: string, path: RepoPath, root: string): readonly ModuleReference[] {
  if (!/require|getBuiltinModule/i.test(text)) return [];
  const tree = syntaxTreeOf(text, path).root;
  // In JavaScript the compiler takes `require` for an import itself.
  const found: ModuleReference[] = [];
  const isTyped = !/\.[cm]?jsx?$/.test(path);
  const made = new Set<string>();
  const others = new Set<string>();
  const declare = (node: SyntaxNode): void => {
    const name = node.part('name')?.value;
    if (name !== undefined && /^(?:VariableDeclaration|Parameter|FunctionDeclaration|BindingElement)$/.test(node.kind))
      (isMaker(node.part('initializer')) ? made : others).add(name);
    node.children.forEach(declare);
  };
  declare(tree);
  const isLoader = (name: string): boolean =>
    name === 'require' ? isTyped && (made.has(name) || !others.has(name)) : made.has(name);
  const loads = (callee: SyntaxNode | undefined): boolean => {
    if (callee?.kind === 'Identifier') return isLoader(callee.value!);
    if (callee?.kind === 'CallExpression') return isMaker(callee);
    if (callee?.kind !== 'PropertyAccessExpression') return false;
    const member = callee.part('name')?.value;
    const of = callee.part('expression');
    if (member === 'resolve') return loads(of);
    return (
      (member === 'require' && of?.value === 'module') || (member === 'getBuiltinModule' && of?.value === 'process')
    );
  };
  const visit = (node: SyntaxNode): void => {
    const [given] = node.kind === 'CallExpression' ? node.parts('arguments') : [];
    if (
      given &&
      /^(?:StringLiteral|NoSubstitutionTemplateLiteral)$/.test(given.kind) &&
      loads(node.part('expression'))
    ) {
      const specifier = given.value ?? '';
      const target = targetOf(specifier, path, root);
      found.push({ specifier, span: span(given.start, given.end), typeOnly: false, ...(target ? { target } : {}) });
    }
    node.children.forEach(visit);
  };
  visit(tree);
  return found;
}

const isMaker = (node: SyntaxNode | undefined): boolean =>
  node?.kind === 'CallExpression' && /(?:^|\.)createRequire$/.test(node.part('expression')?.text ?? '');

function targetOf(specifier: string, path: RepoPath, root: string): ModuleReference['target'] {
  if (isBuiltin(specifier)) return { builtin: specifier.replace(/^node:/, '') };
  if (!/^\.{1,2}(?:\/|$)/.test(specifier)) return undefined;
  const plain = posix.join(posix.dirname(path), specifier);
  const stems = [plain, plain.replace(/\.([cm]?)jsx?$/, '.$1ts')];
  const file = stems
    .flatMap((stem) => ENDINGS.map((ending) => stem + ending))
    .find((one) => statSync(join(root, one), { throwIfNoEntry: false })?.isFile());
  return { path: (file ?? plain) as RepoPath };
}
