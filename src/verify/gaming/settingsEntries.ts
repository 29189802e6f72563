import { type RepoPath, type Span, span } from '../../base/index.ts';
import { type SyntaxNode, syntaxTreeOf } from '../../lang/index.ts';
import { Canon } from './canon.ts';
import type { Entry } from './entries.ts';
import { bare, Names } from './scope.ts';
import { yamlEntries } from './yaml.ts';

/** The values of a file of settings; undefined where it cannot be read. */
export function entriesOf(path: RepoPath, text: string | undefined): Entry[] | undefined {
  if (text === undefined) return [];
  if (/mocha\.opts$/.test(path)) return optionsIn(text);
  const isYaml = /\.ya?ml$|\.taprc$/.test(path) || (/\/?\.\w+rc$/.test(path) && !/^\s*(?:\{|\/[/*])/.test(text));
  if (isYaml)
    return listed(yamlEntries(text).map((one) => ({ ...one, path: one.keys.filter((key) => key !== '-').join('.') })));
  if (/ignore$/.test(path)) {
    const lines = text
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '' && !line.startsWith('#'));
    return [{ path: 'ignore', text: lines.join(), items: lines, span: span(0, 0) }];
  }
  const isJson = /\.jsonc?$|rc$/.test(path);
  const tree = syntaxTreeOf(isJson ? `(${text.replace(/^\uFEFF/, ' ')}\n)` : text, isJson ? 'settings.ts' : path);
  if (tree.problem) return undefined;
  const canon = new Canon(new Names());
  const found: Entry[] = [];
  const shift = isJson ? 1 : 0;
  // Sets of rules that a list names.
  const sets = text.match(/\b[\w$]+\.configs(?:\.[\w-]+|\[['"][\w/-]+['"]\])+/g);
  if (!isJson && /eslint/.test(path) && sets)
    found.push({ path: 'sets', text: sets.join(), items: sets, span: span(0, 0) });
  const visit = (node: SyntaxNode, at: string): void => {
    if (node.kind === 'PropertyAssignment') {
      const key = node.part('name')?.value ?? node.part('name')?.text ?? '';
      const own = at === '' ? key : `${at}.${key}`;
      const value = bare(node.part('initializer')!);
      const where = span(node.start - shift, Math.min(node.end, node.start + 200) - shift);
      const printed = canon.print(value);
      if (value.kind === 'ArrayLiteralExpression')
        found.push({
          path: own,
          text: printed.text,
          items: value.parts('elements').map((one) => canon.print(one).text),
          span: where,
        });
      else if (value.kind !== 'ObjectLiteralExpression') found.push({ path: own, text: printed.text, span: where });
      // What a rule is given beside its severity is its own matter.
      if (!(value.kind === 'ArrayLiteralExpression' && /(?:^|\.)rules\./.test(own))) visit(value, own);
      return;
    }
    for (const child of node.children) visit(child, at);
  };
  visit(tree.root, '');
  return found;
}

function listed(entries: readonly { readonly path: string; readonly value: string; readonly span: Span }[]): Entry[] {
  const found = new Map<string, Entry>();
  for (const { path, value, span: where } of entries) {
    if (value === '') continue;
    const text = /^-?\d+(?:\.\d+)?%?$|^(?:true|false)$/.test(value) ? value : JSON.stringify(value);
    const known = found.get(path);
    found.set(
      path,
      known
        ? { ...known, items: [...(known.items ?? [known.text]), text] }
        : { path, text, items: [text], span: where },
    );
  }
  return [...found.values()];
}

/** Flags, one or more to a line; what has none before it is a file of tests. */
function optionsIn(text: string): Entry[] {
  const words = text
    .split('\n')
    .filter((line) => !line.trim().startsWith('#'))
    .flatMap((line) => line.match(/"[^"]*"|'[^']*'|[^\s=]+/g) ?? [])
    .map((word) => word.replace(/^["']|["']$/g, ''));
  const options = words.flatMap((word, index) => {
    const value = words[index + 1];
    if (word.startsWith('-'))
      return value === undefined || value.startsWith('-') || SWITCH.test(word)
        ? [{ path: nameOf(word), value: 'true' }]
        : [];
    const before = words[index - 1] ?? '';
    return [{ path: before.startsWith('-') && !SWITCH.test(before) ? nameOf(before) : 'spec', value: word }];
  });
  return listed(options.map((one) => ({ ...one, span: span(0, 0) })));
}

const SWITCH =
  /^--?(?:i|b|invert|bail|exit|no-[\w-]+|recursive|forbid-\w+|check-leaks|async-only|allow-uncaught|sort|full-trace|colors?)$/;
const SHORT: Readonly<Record<string, string>> = { g: 'grep', f: 'fgrep', i: 'invert', r: 'require', t: 'timeout' };
const nameOf = (flag: string): string => SHORT[flag.replace(/^-+/, '')] ?? flag.replace(/^-+/, '');
