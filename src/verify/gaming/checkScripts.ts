import { escaped } from '../../base/index.ts';
import type { SyntaxNode } from '../../lang/index.ts';
import { at, type CodeFile, each, flat } from './code.ts';
import type { Scripts } from './project.ts';
import type { Finding } from './types.ts';

const FAILS = /^process\.exit\((?!0?\))|^process\.exitCode=(?!0$)|^process\.abort\(/;
const FOLDERS = 4;

/** Programs of the project that its scripts or pipelines run to check something, and that can no longer fail. */
export function checkScriptFindings(files: readonly CodeFile[], scripts: Scripts): Finding[] {
  return files.flatMap(({ path, isTest, base, head }): Finding[] => {
    if (isTest || !base || !head) return [];
    const [was, is] = [failuresIn(base.root), failuresIn(head.root)];
    if (was.ends.length === 0 || is.ends.length > 0 || is.throws > was.throws) return [];
    const name = path
      .split('/')
      .at(-1)!
      .replace(/\.[cm]?[jt]sx?$/, '');
    const folders = path.split('/').slice(0, -1).slice(0, FOLDERS);
    const places = ['', ...folders.map((_, index) => folders.slice(0, index + 1).join('/'))];
    const isRun = places.some((folder) =>
      scripts
        .callers(folder)
        .some((command) => new RegExp(`(?:^|[\\s/])${escaped(name)}(?:\\.[cm]?[jt]s)?(?:\\s|$)`).test(command)),
    );
    if (!isRun) return [];
    return [
      {
        label: 'test-command-changed',
        ...at(path, head.root.parts('statements').at(-1) ?? head.root),
        expected: `${name} to fail where it finds something (${was.ends[0]})`,
        found: 'nothing by which it fails',
      },
    ];
  });
}

function failuresIn(root: SyntaxNode): { readonly ends: readonly string[]; readonly throws: number } {
  const ends: string[] = [];
  let throws = 0;
  each(root, (node) => {
    if (/^(?:Call|Binary)Expression$/.test(node.kind) && FAILS.test(flat(node))) ends.push(flat(node));
    if (node.kind === 'ThrowStatement') throws++;
  });
  return { ends, throws };
}
