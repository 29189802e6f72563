import { escaped, type Issue, identifierWords, type RepoPath } from '../../base/index.ts';
import { functionsOf, type SyntaxNode, saysUnwritten, syntaxTreeOf } from '../../lang/index.ts';
import { doneBy, type Verdict } from '../../verify/index.ts';
import type { Workspace } from '../../workspace/index.ts';
import type { FillTask } from './types.ts';

/** Words of a name that only say that it is another name. */
const OTHER_NAME = new Set('alias of legacy deprecated old compat'.split(' '));

/**
 * What a draft was asked for and does not do: failures of the test it is written for, else of the tests of its function, and its own
 * examples. A check of a change has nothing to say where these failed before; who writes a function has.
 */
export function unmet(workspace: Workspace, task: FillTask, test: RepoPath | undefined, verdict: Verdict): Issue[] {
  const { path, sources, callees } = task;
  const of = (check: string): readonly Issue[] => verdict.checks.find(({ name }) => name === check)?.issues ?? [];
  const tested = new Set<string>(test === undefined ? sources.map(({ from }) => from) : [test]);
  const titles = new Map<string, readonly string[]>();
  // That another one is not written yet is no failure of this function.
  const isAsked = ({ path: from, message }: Issue): boolean => {
    if (from === undefined || from === path || !tested.has(from) || saysUnwritten(message)) return false;
    const text = workspace.read(from as RepoPath).value?.text ?? '';
    if (!titles.has(from)) titles.set(from, titlesOf(text, from, callees.get(from) ?? []));
    const own = titles.get(from)!;
    return own.some((title) => message.includes(title)) || (own.length === 0 && test !== undefined);
  };
  const { comment } = task.written;
  return [
    ...of('tests').filter((one) => /^tests\/(?:failing-before|failed-perhaps-before)$/.test(one.code) && isAsked(one)),
    ...of('examples').filter(
      ({ code, path: from, span: at }) =>
        code === 'examples/stale-before' &&
        from === path &&
        comment !== undefined &&
        at !== undefined &&
        comment.start <= at.start &&
        at.end <= comment.end,
    ),
  ];
}

/** Names of the tests whose own text calls a function, or one beside them that does, as far as they are written out. */
function titlesOf(text: string, path: string, names: readonly string[]): readonly string[] {
  if (names.length === 0) return [];
  const callsOf = (all: readonly string[]): RegExp => new RegExp(`(?<![\\w$])(?:${all.map(escaped).join('|')})\\s*\\(`);
  const helpers = functionsOf(text, path).filter((one) =>
    callsOf(names).test(text.slice(one.span.start, one.span.end)),
  );
  const calls = callsOf([...names, ...helpers.map((one) => one.name)]);
  const found: string[] = [];
  const visit = (node: SyntaxNode): void => {
    const isCall = node.kind === 'CallExpression' && calls.test(node.text);
    if (isCall && !/^(?:describe|suite|context)\b/.test(node.part('expression')!.text)) {
      const [title, ...rest] = node.parts('arguments');
      const isTest = rest.some(({ kind }) => /^(?:ArrowFunction|FunctionExpression)$/.test(kind));
      // What rows of a table put in is not known.
      if (isTest && title?.value !== undefined) found.push(title.value.split(/[%$]/)[0]!);
    }
    for (const child of node.children) visit(child);
  };
  visit(syntaxTreeOf(text, path).root);
  return found;
}

/** Another function of the project that a draft was found to be on all inputs tried, where nothing says that this is meant. */
export function twinOf({ text, written }: FillTask, { checks }: Verdict): string | undefined {
  const { name, comment } = written;
  const issues = checks.find((check) => check.name === 'reuse')?.issues ?? [];
  const others = issues.flatMap((issue) => doneBy(issue, name));
  if (others.includes(name)) return undefined;
  const told = comment ? text.slice(comment.start, comment.end) : '';
  return others.find((other) => !isAliasOf(name, told, other));
}

function isAliasOf(name: string, comment: string, other: string): boolean {
  const words = identifierWords(name).filter((word) => !OTHER_NAME.has(word));
  const own = escaped(other);
  const says = new RegExp(
    `\\b(?:alias|synonym|another name|same as|short(?:hand)? for)\\b[^.\\n]*(?<![\\w$])${own}(?![\\w$])`,
    'i',
  );
  return words.join(' ') === identifierWords(other).join(' ') || says.test(comment);
}
