import { syntaxTreeOf } from '../../lang/index.ts';
import type { ChangeView, FileChange } from '../../workspace/index.ts';
import { type CheckContext, isCode } from '../context.ts';

/** Comments that a compiler, a runner, a bundler or what counts lines goes by. */
const READ =
  /@ts-|@jsx|@jest|@vitest|@vite|@flow|istanbul|\b[cv]8\s+ignore|node:coverage|[#@]__[A-Z_]+__|webpack|source(?:Mapping)?URL|^\/\/\/|^#!/i;

const known = new WeakMap<ChangeView, ReadonlySet<FileChange>>();

/** Changed files whose code is what it was, but for comments that nothing goes by: no test can tell them from before. */
export function runAsBefore({ change }: CheckContext): ReadonlySet<FileChange> {
  const found = known.get(change) ?? new Set(change.files.filter(isAsBefore));
  known.set(change, found);
  return found;
}

function isAsBefore({ kind, path, before, after }: FileChange): boolean {
  if (kind !== 'modified' || !isCode(path) || !before || !after) return false;
  const was = codeOf(before.text, path);
  return was !== undefined && was === codeOf(after.text, path);
}

/** The text without its comments, and without the lines that hold nothing else; undefined where it cannot be read. */
function codeOf(text: string, path: string): string | undefined {
  const { comments, problem } = syntaxTreeOf(text, path);
  if (problem) return undefined;
  let code = '';
  let at = 0;
  for (const { text: comment, span } of comments) {
    if (READ.test(comment)) continue;
    const ahead = text.slice(at, span.start);
    const before = /(?:^|\n)[ \t]*$/.exec(ahead);
    const after = /^[ \t]*(?:\r?\n|$)/.exec(text.slice(span.end));
    const isAlone = before !== null && after !== null && (before[0].startsWith('\n') || /(?:^|\n)$/.test(code));
    code += ahead.replace(/[ \t]+$/, '');
    // What stands between two words keeps them apart, and a line that ends in it ends there.
    if (after === null) code += comment.includes('\n') ? '\n' : ' ';
    at = span.end + (isAlone ? after[0].length : /^[ \t]*/.exec(text.slice(span.end))![0].length);
  }
  return code + text.slice(at);
}
