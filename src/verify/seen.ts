import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Issue, RepoPath, Span } from '../base/index.ts';
import { type SyntaxNode, syntaxTreeOf } from '../lang/index.ts';
import { type CheckContext, textAt } from './context.ts';
import { casesOf, notesIn, noting, reaching } from './tests/around.ts';
import { detectRunner, isTestFile, packageFolders } from './tests/detect.ts';
import type { Check, Ran } from './types.ts';

/** What the function that looks is called. */
const LOOK = '$assaySeen';

/** A member that the compiler cannot know, and where it is read. */
interface Site {
  readonly issue: Issue;
  readonly path: RepoPath;
  readonly span: Span;
}

/**
 * What `names` leaves open, looked at while tests run: a member of `any` that was there, on whatever it was read from, is no
 * invented one. The related tests run once more, in a copy in which each such place tells what it comes upon. The record is the
 * run's own word: it holds against mistakes, not against who writes it on purpose, and nothing but `unknown` is ever taken back.
 */
export async function seenByTests(context: CheckContext, names: Check): Promise<Omit<Check, 'name' | 'decides'>> {
  const { status, summary } = names;
  const sites = names.issues.flatMap((issue): Site[] =>
    issue.code === 'names/unknown' && issue.path !== undefined && issue.span
      ? [{ issue, path: issue.path as RepoPath, span: issue.span }]
      : [],
  );
  const ran: Ran[] = [];
  const there = new Set<Issue>();
  const gone = new Set<Issue>();
  for (const [folder, paths] of sites.length > 0 ? packageFolders(context) : []) {
    const own = sites.filter(({ path }) => paths.includes(path));
    const detected = own.length > 0 ? detectRunner(context, folder) : { reason: 'nothing is open' };
    if ('reason' in detected) continue;
    const files = [...new Set(own.map(({ path }) => path))];
    const asked = [...new Set([...files.filter(isTestFile), ...reaching(context, files)])];
    const bench = asked.length > 0 ? await context.bench('fresh') : undefined;
    if (!bench?.ok) continue;
    const { root } = bench.value;
    for (const [path, sites] of Map.groupBy(own, (site) => site.path)) {
      const numbers = sites.map((site) => ({ span: site.span, number: own.indexOf(site) }));
      writeFileSync(join(root, path), telling(textAt(context, path) ?? '', path, numbers));
    }
    await casesOf(detected.runner, bench.value, asked, ran);
    const told = new Set(notesIn(bench.value, detected.runner, isSeen).map(({ seen }) => seen));
    for (const [index, { issue, path, span }] of own.entries()) {
      // What is written need not have been there.
      const isRead = !/^\s*=(?![=>])/.test(textAt(context, path)!.slice(span.end));
      if (told.has(`${index}+`)) there.add(issue);
      else if (told.has(`${index}-`) && isRead) gone.add(issue);
    }
  }
  const done = [...names.ran, ...ran];
  if (there.size + gone.size === 0) return { status, issues: names.issues, ran: done, summary };
  const issues = names.issues.flatMap((issue): Issue[] => {
    if (there.has(issue)) return [];
    return [gone.has(issue) ? { ...issue, message: `${issue.message}; where tests read it, it was not there` } : issue];
  });
  const isOpen = issues.some(({ code }) => code !== 'names/deprecated');
  return {
    status: isOpen ? status : 'pass',
    issues,
    ran: done,
    summary: `${summary}, of which ${there.size} ${there.size === 1 ? 'was' : 'were'} there when tests ran`,
  };
}

/** The number of a place, and `+` or `-`. */
interface Seen {
  readonly seen: string;
}
const isSeen = (one: Partial<Seen>): one is Seen => typeof one.seen === 'string';

/** The text of a file in which members tell whether they are there when they are read. */
export function telling(
  text: string,
  path: string,
  members: readonly { readonly span: Span; readonly number: number }[],
): string {
  const edits: { readonly at: number; readonly put: string }[] = [];
  const visit = (node: SyntaxNode): void => {
    const name = node.kind === 'PropertyAccessExpression' ? node.part('name') : undefined;
    const member = name && members.find(({ span: at }) => at.start === name.start && at.end === name.end);
    const of = member && node.part('expression')!;
    if (of && canBeHanded(of)) {
      // Behind `new` a call would be taken for what is constructed.
      const isNew = isBehindNew(node);
      edits.push({ at: of.start, put: `${isNew ? '(' : ''}${LOOK}(` });
      edits.push({ at: of.end, put: `, ${JSON.stringify(name!.text)}, ${member.number})${isNew ? ')' : ''}` });
    }
    node.children.forEach(visit);
  };
  visit(syntaxTreeOf(text, path).root);
  let out = '';
  let from = 0;
  for (const { at, put } of edits.toSorted((a, b) => a.at - b.at)) {
    out += text.slice(from, at) + put;
    from = at;
  }
  const head = /\.[cm]?tsx?$/.test(path) ? '// @ts-nocheck\n' : '';
  return `${head}${out}${text.slice(from)}\n${LOOKING}`;
}

/** Whether what a member is read from is a value of its own: no `super`, nothing that ends early with the rest of its chain. */
function canBeHanded(of: SyntaxNode): boolean {
  for (let at: SyntaxNode | undefined = of; at; at = at.part('expression')) {
    if (/^(?:SuperKeyword|MetaProperty|ImportKeyword)$/.test(at.kind) || at.part('questionDotToken')) return false;
    if (!/^(?:PropertyAccess|ElementAccess|Call|NonNull)Expression$/.test(at.kind)) break;
  }
  for (let at = of.parent; at; at = at.parent) {
    if (at.kind === 'HeritageClause') return false;
    if (/Statement$|^(?:Block|SourceFile)$/.test(at.kind)) break;
  }
  return true;
}

function isBehindNew(node: SyntaxNode): boolean {
  let at = node;
  while (at.parent && /^(?:PropertyAccess|ElementAccess)Expression$/.test(at.parent.kind)) at = at.parent;
  return at.parent?.kind === 'NewExpression' && at.parent.part('expression')?.start === at.start;
}

/** The function that looks: it gives back what it is given, and notes each answer once. */
const LOOKING = `function ${LOOK}(value, name, number) {
  try {
    const known = (globalThis.${LOOK}Told ??= new Set());
    const seen = number + (name in Object(value) ? '+' : '-');
    if (value !== null && value !== undefined && !known.has(seen)) {
      known.add(seen);
      ${noting('{ seen }')};
    }
  } catch {}
  return value;
}
`;
