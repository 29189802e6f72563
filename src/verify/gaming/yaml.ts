import { type Span, span } from '../../base/index.ts';

/** One line of a YAML file that holds a value; of a block of text each line is one. */
export interface YamlEntry {
  /** Keys from the outermost; items of a sequence have the key `-`. */
  readonly keys: readonly string[];
  readonly value: string;
  readonly span: Span;
  /** Which item of the innermost sequence it belongs to, counted through the file. */
  readonly item: number;
}

const LINES = 20_000;

/** The lines of a YAML file with the keys that they stand under: block style, as people write it. What is not understood is left out. */
export function yamlEntries(text: string): readonly YamlEntry[] {
  const found: YamlEntry[] = [];
  const stack: { indent: number; key: string }[] = [];
  let block: { readonly indent: number; readonly keys: readonly string[] } | undefined;
  let offset = 0;
  let item = 0;
  for (const line of text.split('\n').slice(0, LINES)) {
    const start = offset;
    offset += line.length + 1;
    const indent = line.search(/\S/);
    if (indent < 0) continue;
    if (block) {
      if (indent > block.indent) {
        found.push({
          keys: block.keys,
          value: line.trim(),
          span: span(start + indent, start + line.trimEnd().length),
          item,
        });
        continue;
      }
      block = undefined;
    }
    let rest = line
      .slice(indent)
      .replace(/\s+#.*$/, '')
      .trimEnd();
    if (rest.startsWith('#') || rest === '') continue;
    let at = indent;
    const open = (key: string): void => {
      while (
        stack.length > 0 &&
        (stack.at(-1)!.indent > at || (stack.at(-1)!.indent === at && !(key === '-' && stack.at(-1)!.key !== '-')))
      )
        stack.pop();
      stack.push({ indent: at, key });
    };
    while (rest === '-' || rest.startsWith('- ')) {
      open('-');
      item++;
      const inner = rest.slice(1).trimStart();
      at += rest.length - inner.length;
      rest = inner;
    }
    const keys = (): readonly string[] => stack.map(({ key }) => key);
    const pair = /^("[^"]*"|'[^']*'|[^\s:"'{[][^:]*?)\s*:(?:\s+(.*))?$/.exec(rest);
    let value = rest;
    if (pair) {
      open(pair[1]!.replace(/^["']|["']$/g, ''));
      value = pair[2] ?? '';
    }
    const where = span(start + indent, start + line.trimEnd().length);
    if (/^[|>][-+0-9]*$/.test(value)) {
      block = { indent: at, keys: keys() };
      continue;
    }
    const flow = /^\[(.*)\]$/.exec(value);
    const values = flow ? flow[1]!.split(',').map((one) => one.trim()) : [value];
    for (const one of values)
      found.push({
        keys: flow ? [...keys(), '-'] : keys(),
        value: one.replace(/^(["'])(.*)\1$/, '$2'),
        span: where,
        item,
      });
  }
  return found;
}
