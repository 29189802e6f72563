import type { SyntaxNode } from '../../lang/index.ts';
import { flat } from './code.ts';

/** A place that reads otherwise: what stood there and what stands there, one of them undefined where there was or is nothing. */
export interface Replaced {
  readonly old?: SyntaxNode;
  readonly now?: SyntaxNode;
}

/** The smallest places in which two syntax trees differ; what is put around something else stays whole. */
export function replacedIn(base: SyntaxNode, head: SyntaxNode): Replaced[] {
  if (flat(base) === flat(head)) return [];
  if (base.kind !== head.kind || holds(head, base) || holds(base, head)) return [{ old: base, now: head }];
  const [was, is] = [base.children, head.children];
  if (was.length === 0 || is.length === 0) return [{ old: base, now: head }];
  const [old, now] = [was.map(flat), is.map(flat)];
  let start = 0;
  while (start < was.length && start < is.length && old[start] === now[start]) start++;
  let end = 0;
  while (end < was.length - start && end < is.length - start && old.at(-1 - end) === now.at(-1 - end)) end++;
  return between(was.slice(start, was.length - end), is.slice(start, is.length - end));
}

/** Children that differ, those that are the same in order left out. */
function between(was: readonly SyntaxNode[], is: readonly SyntaxNode[]): Replaced[] {
  if (was.length === is.length) return was.flatMap((one, index) => replacedIn(one, is[index]!));
  const rest = is.map(flat);
  let from = 0;
  const found: Replaced[] = [];
  let [gone, fresh]: [SyntaxNode[], SyntaxNode[]] = [[], []];
  const flush = (): void => {
    if (gone.length === fresh.length) found.push(...gone.flatMap((one, index) => replacedIn(one, fresh[index]!)));
    else {
      const left = [...fresh];
      for (const old of gone) {
        const at = left.findIndex((now) => isAlike(old, now));
        if (at < 0) found.push({ old });
        else found.push(...replacedIn(old, left.splice(at, 1)[0]!));
      }
      found.push(...left.map((now) => ({ now })));
    }
    [gone, fresh] = [[], []];
  };
  for (const one of was) {
    const at = rest.indexOf(flat(one), from);
    if (at < 0) {
      gone.push(one);
      continue;
    }
    fresh.push(...is.slice(from, at));
    flush();
    from = at + 1;
  }
  fresh.push(...is.slice(from));
  flush();
  return found;
}

/** Characters at which two statements or members that begin the same are the same one. */
const BEGINNING = 8;
const isAlike = (old: SyntaxNode, now: SyntaxNode): boolean =>
  old.kind === now.kind && flat(old).slice(0, BEGINNING) === flat(now).slice(0, BEGINNING);

/** Whether something stands within another. */
export function holds(whole: SyntaxNode, part: SyntaxNode): boolean {
  const text = flat(part);
  const look = (node: SyntaxNode): boolean =>
    node.children.some((child) => (child.kind === part.kind && flat(child) === text) || look(child));
  return flat(whole).length > text.length && flat(whole).includes(text) && look(whole);
}
