import { posix } from 'node:path';
import { type SyntaxNode, syntaxTreeOf } from '../../lang/index.ts';
import { bare, type Imported, Names, topOf } from './scope.ts';

/** Files of the tests' own: cases, fixtures, samples. What tests import of the code is no value of theirs. */
const OF_TESTS =
  /(?:^|[/._-])(?:tests?|__tests__|specs?|cases?|fixtures?|__fixtures__|samples?|testdata|vectors?|golden|expected|stubs?)(?=[/._-])/i;
const ENDS = ['', '.ts', '.js', '.mjs', '.cjs', '.tsx', '.json', '/index.ts', '/index.js'];
/** Characters of a file that is read, and files. */
const TEXT = 200_000;
const FILES = 200;

export const isOfTests = (path: string): boolean => OF_TESTS.test(path);

/** The values that tests take from files of their own, on one side of a change. */
export class ImportedValues {
  readonly #textAt: (path: string) => string | undefined;
  readonly #roots = new Map<string, SyntaxNode | undefined>();
  readonly #paths = new Map<SyntaxNode, string>();

  constructor(textAt: (path: string) => string | undefined) {
    this.#textAt = textAt;
  }

  /** For the names of a file at a path. */
  for(path: string, root: SyntaxNode): Imported {
    this.#paths.set(root, path);
    return {
      exported: (module, exported, from) => {
        const there = module.startsWith('.') ? this.#open(module, from) : undefined;
        if (!there) return undefined;
        if (there.kind !== 'SourceFile') return exported === 'default' || exported === '*' ? there : undefined;
        if (exported === 'default') {
          const given = there.parts('statements').find(({ kind }) => kind === 'ExportAssignment');
          return writtenOut(given?.part('expression'), there);
        }
        const found = new Names().find(exported, there);
        return found?.kind === 'constant' && found.path === '' ? writtenOut(found.value, there) : undefined;
      },
      read: (call) => {
        if (!/^JSON\.parse\(/.test(call.text)) return undefined;
        const file = /['"`]([^'"`]+\.json)['"`]/.exec(call.text)?.[1];
        return file === undefined ? undefined : this.#open(file, call);
      },
    };
  }

  #open(module: string, from: SyntaxNode): SyntaxNode | undefined {
    const path = this.#paths.get(topOf(from));
    if (path === undefined) return undefined;
    const places = [posix.join(posix.dirname(path), module), posix.normalize(module)];
    for (const place of places)
      for (const end of ENDS) {
        const there = isOfTests(place + end) && !place.startsWith('..') ? this.#rootAt(place + end) : undefined;
        if (there) return there;
      }
    return undefined;
  }

  #rootAt(path: string): SyntaxNode | undefined {
    if (!/\.(?:[cm]?[jt]sx?|json)$/.test(path)) return undefined;
    if (!this.#roots.has(path)) this.#roots.set(path, this.#roots.size >= FILES ? undefined : this.#read(path));
    return this.#roots.get(path);
  }

  #read(path: string): SyntaxNode | undefined {
    const text = this.#textAt(path);
    if (text === undefined || text.length >= TEXT) return undefined;
    const isJson = path.endsWith('.json');
    const { root, problem } = syntaxTreeOf(isJson ? `(${text}\n)` : text, isJson ? 'data.ts' : path);
    if (problem) return undefined;
    this.#paths.set(root, path);
    return isJson ? root.parts('statements')[0]?.part('expression') : root;
  }
}

/** A value that is written out; of functions and what is worked out the tests say no more by being looked into. */
function writtenOut(given: SyntaxNode | undefined, root: SyntaxNode): SyntaxNode | undefined {
  const node = given && bare(given);
  if (!node) return undefined;
  if (node.kind === 'Identifier') {
    const found = new Names().find(node.value ?? '', root);
    return found?.kind === 'constant' ? writtenOut(found.value, root) : undefined;
  }
  return /Literal(?:Expression)?$/.test(node.kind) ? node : undefined;
}
