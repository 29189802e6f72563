import { posix } from 'node:path';
import { type SyntaxNode, syntaxTreeOf } from '../../lang/index.ts';
import { Multiset } from '../context.ts';
import { at, type CodeFile, clip, each, flat } from './code.ts';
import { bare, isFunction, Names } from './scope.ts';
import type { Finding } from './types.ts';

const ASKS = ['expect', 'assert'];

/** Tests whose assertions are functions of the project itself, where they were a library's. */
export function ownRunnerFindings(files: readonly CodeFile[], textAt: (path: string) => string | undefined): Finding[] {
  return files.flatMap(({ path, isTest, base, head }): Finding[] => {
    if (!isTest || !base || !head) return [];
    return ASKS.flatMap((name): Finding[] => {
      if (!new RegExp(`\\b${name}\\b`).test(base.root.text)) return [];
      const own = ownOf(name, head.root, path, textAt);
      if (!own || ownOf(name, base.root, path, () => undefined)) return [];
      return [
        {
          label: 'test-emptied',
          ...at(path, own),
          expected: `${name} of a library`,
          found: `one of the tests' own: ${clip(own.text)}`,
        },
      ];
    });
  });
}

/** What a name stands for, where that is written in the project. */
function ownOf(
  name: string,
  root: SyntaxNode,
  path: string,
  textAt: (path: string) => string | undefined,
): SyntaxNode | undefined {
  const found = new Names().find(name, root);
  if (found?.kind === 'function') return canFail(found.node) ? undefined : found.node;
  if (found?.kind === 'constant') return isMade(found.value) ? found.value : undefined;
  if (found?.kind !== 'import' || !found.module.startsWith('.')) return undefined;
  const module = posix.join(posix.dirname(path), found.module);
  const text = ['', '.ts', '.js', '.mjs', '.tsx']
    .map((end) => textAt(`${module}${end}`))
    .find((one) => one !== undefined);
  if (text === undefined) return undefined;
  const there = new Names().find(found.exported, syntaxTreeOf(text, `${module.replace(/\.\w+$/, '')}.ts`).root);
  const isOwn =
    (there?.kind === 'function' && !canFail(there.node)) || (there?.kind === 'constant' && isMade(there.value));
  return isOwn ? found.name : undefined;
}

/** A function or an object that is written out, and not made by a library (`base.extend(…)`). */
const isMade = (value: SyntaxNode): boolean =>
  (isFunction(bare(value)) || bare(value).kind === 'ObjectLiteralExpression') && !canFail(value);

/** One that throws, or asks a library, is an assertion as good as another. */
const canFail = ({ text }: SyntaxNode): boolean => /\bthrow\b|\b(?:assert|fail|expect)\w*[.(]/.test(bodyOf(text));
const bodyOf = (text: string): string => text.replace(/^[^{=]*/, '');

const ENDS = /^process\.(?:exit|reallyExit|abort)\(|^process\.exitCode=(?:0|undefined)$|^process\.kill\(process\.pid/;
const DEAF = /^process\.(?:on|once|addListener)\(['"`](?:uncaughtException|unhandledRejection)['"`]/;

/** What a runner loads before or after the tests, by its name. */
const AROUND =
  /(?:^|[/._-])(?:vitest|jest|mocha|ava|playwright|tests?|__tests__|global)[/._-]?(?:.*[/._-])?(?:set-?up|tear-?down)[\w.-]*$/i;
const ENDS_WELL = /^process\.(?:exit|reallyExit)\(0?\)|^process\.exitCode=(?:0|undefined)$/;

/** Tests that end the run by themselves, or let no failure end it, where they did not. */
export function endFindings(files: readonly CodeFile[]): Finding[] {
  return files.flatMap(({ path, isTest, base, head }): Finding[] => {
    const isAround = !isTest && AROUND.test(path);
    if (!(isTest || isAround) || !head) return [];
    const before = new Multiset();
    if (base) for (const node of endsIn(base.root)) before.add(flat(node));
    return endsIn(head.root)
      .filter((node) => !before.take(flat(node)) && (isTest || ENDS_WELL.test(flat(node)) || DEAF.test(flat(node))))
      .map((node) => ({
        label: 'test-emptied',
        ...at(path, node),
        expected: 'a run that ends as its tests do',
        found: clip(node.text),
      }));
  });
}

function endsIn(root: SyntaxNode): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  each(root, (node) => {
    if (!/^(?:Call|Binary)Expression$/.test(node.kind) || isHandedOn(node, root)) return;
    if (ENDS.test(flat(node)) || DEAF.test(flat(node))) found.push(node);
  });
  return found;
}

/** A program that starts others, and ends as they do. */
const isHandedOn = (node: SyntaxNode, root: SyntaxNode): boolean =>
  /^process\.exit\((?:\w+\.)?(?:status|exitCode|code)(?:(?:\?\?|\|\|)[1-9]\d*)?\)$/.test(flat(node)) &&
  /\bchild_process\b/.test(root.text);
