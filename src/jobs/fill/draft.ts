import { type Result, span } from '../../base/index.ts';
import { applyDraft, type Draft, draft } from '../../draft/index.ts';
import { ChangeSet, formatUnifiedDiff, type SourceText } from '../../text/index.ts';
import type { Body, FillTask } from './types.ts';

/** What stands before the function on its line. */
export function marginOf({ text, written }: FillTask): string {
  const lineStart = text.lastIndexOf('\n', written.span.start - 1) + 1;
  return /^[ \t]*/.exec(text.slice(lineStart))![0];
}

/** A body as it stands in the file: statements in a block that is indented as the function is, with the file's own line ends. */
export function bodyText(task: FillTask, body: Body): string {
  if (typeof body !== 'string') return body.whole;
  const { text } = task;
  const margin = marginOf(task);
  const step = indentOf(text);
  const end = text.includes('\r\n') ? '\r\n' : '\n';
  const lines = body.split('\n').map((line) => {
    const depth = /^ */.exec(line)![0].length / 2;
    return line === '' ? '' : `${margin}${step.repeat(1 + depth)}${line.trimStart()}`;
  });
  return ['{', ...lines, `${margin}}`].join(end);
}

/** One step of indentation, as most lines of a file have it. */
export function indentOf(text: string): string {
  if (/^\t/m.test(text)) return '\t';
  const [first] = /^ {2,8}(?=[^\s*])/m.exec(text) ?? [];
  return first ?? '  ';
}

/** The draft that gives a stub its body, with its unified diff. */
export function bodyDraft(
  task: FillTask,
  source: SourceText,
  body: Body,
): Result<{ readonly draft: Draft; readonly diff: string }> {
  const { body: at } = task.written;
  const change = ChangeSet.of(source.text.length, [{ span: span(at.start, at.end), insert: bodyText(task, body) }]);
  const made = draft([{ path: task.path, baseHash: source.hash, change }]);
  if (!made.ok) return made;
  const after = applyDraft(made.value, () => ({ ok: true, value: source, issues: [] }));
  if (!after.ok) return after;
  const changed = after.value.get(task.path);
  if (!changed) throw new Error('a body was replaced, and the file is gone');
  return {
    ok: true,
    value: { draft: made.value, diff: formatUnifiedDiff([{ before: source, after: changed }]) },
    issues: [],
  };
}
