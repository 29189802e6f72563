import { posix } from 'node:path';
import { escaped } from '../../base/index.ts';
import { type SyntaxNode, syntaxTreeOf } from '../../lang/index.ts';
import { clip, each, flat } from './code.ts';
import { VERIFIES } from './masks.ts';
import type { SettingsFile } from './settings.ts';
import { entriesOf } from './settingsEntries.ts';
import { losesStatus } from './status.ts';
import type { Finding } from './types.ts';

const RUNS = /(?:^|\.)(?:spawn|spawnSync|exec|execFile|fork|execa|execaCommand|\$)$/;
const LOOP = /^(?:For|ForOf|ForIn|While|Do)Statement$/;
const ENDS = /\b(?:process|Deno)\.exit\((?!0?\))|\bexitCode\s*=(?!=|\s*0\b)|\bthrow\b|\breject\(/;

/** Programs of the project that a script runs its tests by where it ran them by itself, and that lose how they end. */
export function wrapperFindings(
  files: readonly SettingsFile[],
  textAt: (path: string) => string | undefined,
): Finding[] {
  return files.flatMap(({ path, base, head }): Finding[] => {
    if (!/(?:^|\/)package\.json$/.test(path) || base === undefined || head === undefined) return [];
    const was = new Map((entriesOf(path, base) ?? []).map((one) => [one.path, one.text]));
    return (entriesOf(path, head) ?? []).flatMap((entry): Finding[] => {
      const before = was.get(entry.path);
      if (!entry.path.startsWith('scripts.') || before === undefined || before === entry.text) return [];
      if (!VERIFIES.test(entry.path) && !VERIFIES.test(before)) return [];
      const program =
        /\b(?:node|tsx|bun)\s+(?:--\S+\s+)*([\w./-]+\.[cm]?[jt]s)\b/.exec(entry.text)?.[1] ??
        /(?:^"?|\b(?:ba|z|da)?sh\s+(?:-\w+\s+)*|\s)([\w./-]+\.(?:ba)?sh)\b/.exec(entry.text)?.[1];
      if (program === undefined || before.includes(program)) return [];
      const file = posix.join(posix.dirname(path), program);
      const text = textAt(file);
      const reason =
        text === undefined ? undefined : /sh$/.test(file) ? losesStatus(text) : lossOf(syntaxTreeOf(text, file).root);
      if (reason === undefined) return [];
      return [
        {
          label: 'test-command-changed',
          path,
          span: entry.span,
          expected: `${entry.path.replace('scripts.', 'the script ')} to end as what it runs does (${clip(before, 50)})`,
          found: `${program}, where ${reason}`,
        },
      ];
    });
  });
}

/** How a program loses the end of what it runs; undefined where it keeps it. */
function lossOf(root: SyntaxNode): string | undefined {
  const runs: SyntaxNode[] = [];
  each(root, (node) => {
    if (node.kind === 'CallExpression' && RUNS.test(flat(node.part('expression')!))) runs.push(node);
  });
  // The runner as a function says of failures in what it gives, and ends nothing.
  const isOwn = /\brun\b[^;]*(?:from|require\()\s*['"]node:test['"]/.test(root.text) && /\brun\(/.test(root.text);
  if (isOwn && !ENDS.test(root.text)) return 'what its tests end with is lost';
  const [first] = runs;
  if (first && !ENDS.test(root.text) && !runs.some(isHandedOn)) return `the end of ${clip(first.text, 40)} is lost`;
  for (const run of runs)
    for (let at = run.parent; at; at = at.parent)
      if (LOOP.test(at.kind) && isTriedAgain(at)) return `${clip(run.text, 40)} is tried again`;
  return undefined;
}

/** What a promise ends with ends the program too, where it is waited for and not asked for its status. */
const isHandedOn = (run: SyntaxNode): boolean =>
  run.parent?.kind === 'AwaitExpression' && !/reject:\s*false|nothrow/.test(run.text);

/** A loop that counts, and that is left where what it runs went well. */
function isTriedAgain(loop: SyntaxNode): boolean {
  const counter = loop.kind === 'ForStatement' ? loop.part('initializer')?.text : undefined;
  const name = /(?:let|var)\s+(\w+)\s*=\s*\d/.exec(counter ?? '')?.[1];
  const body = loop.part('statement')?.text ?? '';
  const isCounted =
    name === undefined ? loop.kind === 'WhileStatement' : !new RegExp(`\\b${escaped(name)}\\b`).test(body);
  return isCounted && /\b(?:break|return|exit)\b/.test(body) && /===?\s*0|![\w.]*status|\bok\b/.test(body);
}
