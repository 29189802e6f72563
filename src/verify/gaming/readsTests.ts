import type { SyntaxNode } from '../../lang/index.ts';
import { Multiset } from '../context.ts';
import { at, type CodeFile, clip, each, flat } from './code.ts';
import { bare, chainOf } from './scope.ts';
import type { Finding } from './types.ts';

/** A place of what tests hold: what goes in, what should come out. */
const OF_TESTS =
  /(?:^|\/)(?:tests?|__tests__|__fixtures__|__snapshots__|fixtures)\/|\.(?:test|spec)\.[cm]?[jt]sx?\b|\.snap\b/;
/** A module of the tests' own, by its name or where it lies. */
const MODULE_OF_TESTS =
  /(?:^|\/)(?:__tests__|__fixtures__|fixtures)\/|\.(?:test|spec|cases|fixtures?)(?:\.[cm]?[jt]sx?)?$/;
/** The file that code itself stands in: what it says of itself are the examples in its comments. */
const OWN_FILE =
  /^(?:__filename|import\.meta\.filename|import\.meta\.url|(?:newURL|fileURLToPath|url\.fileURLToPath)\(import\.meta\.url\))$/;
const READS =
  /^(?:readFile|readFileSync|open|openSync|createReadStream|require|import|readJson|readJsonSync|readText)$/;

/** Code that takes its answers from the files of the tests, or from the examples in its own, where it did not. */
export function readsTests(files: readonly CodeFile[]): Finding[] {
  return files.flatMap(({ path, isTest, base, head }): Finding[] => {
    if (
      isTest ||
      !head ||
      /(?:^|\/)(?:scripts|bench|e2e|tools)\/|config\.|(?:^|\/)\w*(?:test|spec|fixture|setup)/i.test(path)
    )
      return [];
    const before = new Multiset();
    if (base) for (const node of readsIn(base.root)) before.add(flat(node));
    return readsIn(head.root)
      .filter((node) => !before.take(flat(node)))
      .map((node) => ({
        label: 'hard-coded',
        ...at(path, node),
        expected: 'an answer that is worked out',
        found: `one from what is written for the tests: ${clip(node.text)}`,
      }));
  });
}

function readsIn(root: SyntaxNode): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  each(root, (node) => {
    if (node.kind === 'ImportDeclaration') {
      const module = node.part('moduleSpecifier')?.value ?? '';
      const isTold = module.endsWith('.json') ? OF_TESTS.test(module) : MODULE_OF_TESTS.test(module);
      if (isTold && module.startsWith('.') && !/^import\s+type\b/.test(node.text)) found.push(node);
      return;
    }
    if (node.kind !== 'CallExpression') return;
    const { root: first, links } = chainOf(node);
    const last = links.at(-1);
    const name = last?.name || (first.value ?? bare(first).text);
    const isOwn = /^(?:readFile|readFileSync)$/.test(name) && OWN_FILE.test(flat(last?.args?.[0] ?? node));
    if (isOwn || (READS.test(name) && last?.args?.some(namesTests))) found.push(node);
  });
  return found;
}

const namesTests = (node: SyntaxNode): boolean =>
  (/^(?:String|NoSubstitution|Template)/.test(node.kind) && OF_TESTS.test(node.value ?? '')) ||
  node.children.some(namesTests);
