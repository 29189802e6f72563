import { javascriptOf, plainValue, type SyntaxNode, syntaxTreeOf } from '../../lang/index.ts';
import { Code } from '../compare/print.ts';

/** Calls taken from one text. */
const CALLS = 240;
/** Characters of one argument. */
const ARGUMENT = 2_000;
/** Constants that one argument may need. */
const CONSTANTS = 8;

const GLOBALS = new Set(
  `undefined NaN Infinity Math Number String Boolean Symbol BigInt Object Array Map Set WeakMap WeakSet Date RegExp Promise Error
  TypeError RangeError JSON Uint8Array Uint16Array Uint32Array Int8Array Int16Array Int32Array Float32Array Float64Array ArrayBuffer
  DataView Buffer URL URLSearchParams Request Response Headers Blob parseInt parseFloat isNaN isFinite encodeURIComponent
  decodeURIComponent structuredClone Reflect Proxy AbortController TextEncoder TextDecoder`.split(/\s+/),
);

/**
 * Arguments that a text calls a function with, where they stand for themselves: values, functions and instances written out, and
 * constants beside them. `name`: as the text calls it, `f` or the last part of `a.f`.
 */
export function callsIn(text: string, path: string, name: string): readonly (readonly unknown[])[] {
  const found: (readonly unknown[])[] = [];
  const visit = (node: SyntaxNode): void => {
    if (found.length >= CALLS) return;
    if (node.kind === 'CallExpression') {
      const callee = node.part('expression')!;
      const own = callee.kind === 'PropertyAccessExpression' ? callee.part('name')?.value : callee.value;
      if (own === name) {
        const args = node.parts('arguments').map((one) => argument(one));
        if (args.every((one) => one !== undefined)) found.push(args.map((one) => one!.value));
      }
    }
    for (const child of node.children) visit(child);
  };
  visit(syntaxTreeOf(text, path).root);
  return found;
}

function argument(node: SyntaxNode, depth = 0): { readonly value: unknown } | undefined {
  if (node.text.length >= ARGUMENT || node.kind === 'SpreadElement') return undefined;
  const plain = plainValue(node.text);
  if (plain) return plain;
  const constant = node.kind === 'Identifier' && !GLOBALS.has(node.text) ? constantAbove(node, node.text) : undefined;
  if (constant) return depth >= CONSTANTS ? undefined : argument(constant, depth + 1);
  const constants = new Map<string, SyntaxNode>();
  if (!isWhole(node, constants)) return undefined;
  const lines = [...constants].reverse().map(([name, value]) => `const ${name} = ${value.text};`);
  const source = lines.length === 0 ? `(${node.text})` : `(() => { ${lines.join(' ')} return (${node.text}); })()`;
  // As a module, which needs no mark that it is strict.
  const code = javascriptOf(`export default ${source}`, 'argument.ts')
    .replace(/^\s*export default /, '')
    .trim()
    .replace(/;$/, '');
  return code.length < ARGUMENT && !/\bimport\b|\brequire\b/.test(code) ? { value: new Code(code) } : undefined;
}

/** Whether an expression uses nothing but the language and constants that can stand before it. */
function isWhole(node: SyntaxNode, constants: Map<string, SyntaxNode>): boolean {
  const inner = new Set<string>();
  declare(node, inner);
  for (const name of free(node)) {
    if (inner.has(name) || GLOBALS.has(name) || constants.has(name)) continue;
    const value = constantAbove(node, name);
    if (!value || constants.size >= CONSTANTS || value.text.length >= ARGUMENT) return false;
    constants.set(name, value);
    if (!isWhole(value, constants)) return false;
    // What it needs itself comes before it.
    constants.delete(name);
    const own = new Map(constants);
    constants.clear();
    constants.set(name, value);
    for (const [key, one] of own) constants.set(key, one);
  }
  return true;
}

/** Names that an expression declares itself. */
function declare(node: SyntaxNode, names: Set<string>): void {
  if (/^(?:Parameter|VariableDeclaration|BindingElement|FunctionExpression|FunctionDeclaration)$/.test(node.kind)) {
    const own = node.part('name');
    if (own?.kind === 'Identifier') names.add(own.value!);
  }
  for (const child of node.children) declare(child, names);
}

/** Names that an expression reads; of types nothing is left when it runs. */
function free(node: SyntaxNode): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (one: SyntaxNode): void => {
    if (/(?:Type|TypeReference|Keyword|TypeNode|TypeLiteral)$/.test(one.kind) && one.kind !== 'ThisKeyword') return;
    if (one.kind === 'Identifier') {
      const { parent } = one;
      const at = (part: string): boolean =>
        parent?.part(part)?.start === one.start && parent.part(part)?.end === one.end;
      const isMember = parent?.kind === 'PropertyAccessExpression' && at('name');
      const isKey =
        /^(?:PropertyAssignment|MethodDeclaration|GetAccessor|SetAccessor)$/.test(parent?.kind ?? '') && at('name');
      if (!isMember && !isKey) found.add(one.value!);
    }
    if (one.kind === 'ThisKeyword' || one.kind === 'AwaitExpression' || one.kind === 'MetaProperty') found.add('this');
    for (const child of one.children) visit(child);
  };
  visit(node);
  return found;
}

/** The value of a constant that is declared in a block above. */
function constantAbove(node: SyntaxNode, name: string): SyntaxNode | undefined {
  for (let at = node.parent; at; at = at.parent) {
    for (const statement of at.parts('statements')) {
      if (statement.kind !== 'VariableStatement' || statement.start >= node.start) continue;
      for (const one of statement.part('declarationList')?.parts('declarations') ?? [])
        if (one.part('name')?.value === name) return one.part('initializer');
    }
  }
  return undefined;
}
