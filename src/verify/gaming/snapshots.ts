import { type RepoPath, span } from '../../base/index.ts';
import { type CheckContext, textAt } from '../context.ts';
import type { CodeFacts } from './facts.ts';
import { count } from './telling.ts';
import type { Finding } from './types.ts';

const SNAPSHOT = /\.snap(?:\.\w+)?$|(?:^|\/)__(?:file_)?snapshots__\//;
/** Files of a test folder that hold what should come out. */
const EXPECTED = /(?:^|[/._-])(?:expected|golden|goldens|approved|snapshots?)(?=[/._-])/i;

export const isExpectation = (path: string, inTests: boolean): boolean =>
  SNAPSHOT.test(path) || (inTests && EXPECTED.test(path));

const ASKS = /(?<!Inline)[sS]napshot\(/;

/** Whether a test file is there and compares with what is stored, if it did. */
function asksSnapshots(context: CheckContext, path: RepoPath): boolean {
  const text = textAt(context, path);
  const before = context.change.files.find((one) => one.path === path)?.before?.text;
  return text !== undefined && (before === undefined || !ASKS.test(before) || ASKS.test(text));
}

/** Stored expectations that are others now, in a change of the code that they are about. */
export function snapshotFindings(
  files: readonly { readonly path: RepoPath; readonly base?: string; readonly head?: string }[],
  { changed: isCodeChanged, declared, rewritten }: CodeFacts,
  context: CheckContext,
): Finding[] {
  return files.flatMap(({ path, base, head }): Finding[] => {
    if (base === undefined || (head !== undefined && !isCodeChanged)) return [];
    if (head === undefined) {
      const test = path.replace(/(?:__snapshots__|(?<=\/)snapshots)\//, '').replace(/\.snap(?:\.\w+)?$/, '');
      if (!asksSnapshots(context, test as RepoPath)) return [];
      return [
        {
          label: 'snapshot-updated',
          path,
          span: span(0, 0),
          expected: `the snapshots of ${test} to stay`,
          found: 'them gone, to be written anew by the next run',
        },
      ];
    }
    const [was, is] = [entriesOf(base), entriesOf(head)];
    if (was.size === 0)
      return base === head
        ? []
        : [
            {
              label: 'snapshot-updated',
              path,
              span: span(0, 0),
              expected: 'the stored output to stay',
              found: 'another one, with a change of the code',
            },
          ];
    const changed = [...was]
      .filter(([name, text]) => is.has(name) && is.get(name)!.text !== text.text)
      .map(([name]) => name);
    const gone = [...was.keys()].filter((name) => !is.has(name) && !isRenamed(was.get(name)!.text, was, is));
    if (changed.length + gone.length === 0) return [];
    const [first] = [...changed, ...gone];
    const isNote =
      gone.length === 0 &&
      (declared || changed.every((name) => rewritten.explains(was.get(name)!.text, is.get(name)!.text)));
    const at = is.get(changed[0] ?? '')?.at ?? 0;
    return [
      {
        label: 'snapshot-updated',
        path,
        span: span(at, at),
        expected: `${count(changed.length + gone.length, 'snapshot')} to stay (${first!.slice(0, 80)})`,
        found: changed.length > 0 ? `${changed.length} written anew` : `${gone.length} gone`,
        ...(isNote ? { isNote } : {}),
      },
    ];
  });
}

/** The same output under a name that is new. */
const isRenamed = (text: string, was: ReadonlyMap<string, Entry>, is: ReadonlyMap<string, Entry>): boolean =>
  [...is].some(([name, entry]) => entry.text === text && !was.has(name));

interface Entry {
  readonly text: string;
  readonly at: number;
}

function entriesOf(text: string): Map<string, Entry> {
  const found = new Map<string, Entry>();
  for (const match of text.matchAll(/^exports\[`((?:[^`\\]|\\.)*)`\]\s*=\s*(`(?:[^`\\]|\\.)*`);?/gm))
    found.set(match[1]!, { text: match[2]!, at: match.index });
  return found;
}
