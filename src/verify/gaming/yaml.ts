import { isAlias, isMap, isScalar, isSeq, type Node, parseAllDocuments } from 'yaml';
import { type Span, span } from '../../base/index.ts';

/** A value of a YAML file; of a block of text each line is one. */
export interface YamlEntry {
  /** Keys from the outermost; items of a sequence have the key `-`. */
  readonly keys: readonly string[];
  readonly value: string;
  readonly span: Span;
  /** Which item of the innermost sequence in block style it belongs to, counted through the file. */
  readonly item: number;
}

/** Characters of a file that is read, and values and levels of it. */
const TEXT = 1_000_000;
const VALUES = 20_000;
const DEPTH = 64;

/** The values of a YAML file with the keys that they stand under. What is not understood is left out. */
export function yamlEntries(text: string): readonly YamlEntry[] {
  if (text.length >= TEXT) return [];
  const found: YamlEntry[] = [];
  let items = 0;
  const tell = (node: Node | null, keys: readonly string[], item: number, at: number): void => {
    if (found.length >= VALUES) return;
    if (isScalar(node) && /^BLOCK_/.test(node.type ?? '')) {
      const [start, end] = node.range!;
      let offset = start;
      for (const line of text.slice(start, end).split('\n')) {
        const value = line.trim();
        const from = offset + line.indexOf(value);
        // The first line holds the sign of the block.
        if (offset > start && value !== '') found.push({ keys, value, span: span(from, from + value.length), item });
        offset += line.length + 1;
      }
      return;
    }
    const value = isScalar(node) ? String(node.value ?? '') : isAlias(node) ? `*${node.source}` : '';
    const [start, end] = node?.range ?? [at, at];
    found.push({ keys, value, span: span(start, end), item });
  };
  const visit = (node: Node | null, keys: readonly string[], item: number, at: number): void => {
    const isEmpty = (isMap(node) || isSeq(node)) && node.items.length === 0;
    if (keys.length >= DEPTH || isEmpty || !(isMap(node) || isSeq(node))) tell(node, keys, item, at);
    else if (isMap(node))
      for (const { key, value } of node.items)
        visit(value as Node | null, [...keys, nameOf(key)], item, (key as Node | null)?.range?.[0] ?? at);
    else
      for (const one of node.items) {
        if (!node.flow) items++;
        visit(one as Node | null, [...keys, '-'], node.flow ? item : items, at);
      }
  };
  try {
    for (const { contents } of parseAllDocuments(text, { prettyErrors: false, logLevel: 'silent' }))
      visit(contents, [], 0, 0);
  } catch (error) {
    // Levels without end end the stack of who reads them.
    if (!(error instanceof RangeError)) throw error;
  }
  return found;
}

const nameOf = (key: unknown): string => (isScalar(key) ? String(key.value) : '');
