import { span } from '../../src/base/index.ts';
import type { LanguageService, NameUse } from '../../src/lang/index.ts';
import type { NameCase } from './cases/names.ts';
import { known, path } from './tree.ts';

/** The text without its marks, and the ranges between them. */
export function marked(source: string): { text: string; ranges: { start: number; end: number }[] } {
  const ranges: { start: number; end: number }[] = [];
  let text = '';
  for (const part of source.split(/(«|»)/)) {
    if (part === '«') ranges.push({ start: text.length, end: text.length });
    else if (part === '»') ranges.at(-1)!.end = text.length;
    else text += part;
  }
  return { text, ranges };
}

export const caseFile = (index: number, { as }: NameCase): string => `src/case${index}.${as ?? 'ts'}`;

/** One use as one line of text. */
export function line({ role, name, resolution }: NameUse): string {
  const head = `${role} ${name} ${resolution.status}`;
  if (resolution.status === 'unknown') return head;
  if (resolution.status === 'missing') return [head, ...resolution.nearest.slice(0, 1)].join(' → ');
  const [first] = resolution.declarations;
  if (!first) return head;
  const where = first.package ? `${first.package.name}@${first.package.version}` : first.path;
  const deprecated = first.deprecated === undefined ? '' : ` deprecated: ${first.deprecated}`;
  return `${head} ${first.kind} ${first.name} ${where.replace(/^typescript@.*/, 'typescript')}${deprecated}`;
}

/** The uses of a case as lines, the case's own file written as `here`. */
export function usesOf(service: LanguageService, index: number, one: NameCase): string[] {
  const file = caseFile(index, one);
  const { ranges } = marked(one.source);
  const uses = known(
    service.names(
      path(file),
      ranges.map(({ start, end }) => span(start, end)),
    ),
  );
  return uses.map((use) =>
    line(use)
      .replace(file, 'here')
      .replace(/"[^"]*"/, 'module'),
  );
}
