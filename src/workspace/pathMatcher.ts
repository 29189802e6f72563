import { glob } from './glob.ts';
import { toByteString } from './names.ts';

/** Alternatives that the braces of one pattern may stand for. */
const ALTERNATIVES = 256;

/**
 * A test of repository paths against patterns as people write them: `*`, `?`, `**`, classes and `{a,b}`; a pattern that
 * names a folder takes in what lies in it; one that starts with `!` takes out again what those before it took in.
 */
export function pathMatcher(patterns: readonly string[]): (path: string) => boolean {
  const rules = patterns.map((pattern) => {
    const takes = !pattern.startsWith('!');
    const bare = (takes ? pattern : pattern.slice(1)).replace(/^\.\//, '').replace(/\/$/, '');
    const tests = alternatives(bare).flatMap((one) => [glob(toByteString(one)), glob(toByteString(`${one}/**`))]);
    return { takes, matches: (path: string): boolean => bare === '' || tests.some((test) => test(path)) };
  });
  return (path) => {
    const name = toByteString(path);
    return rules.findLast(({ matches }) => matches(name))?.takes ?? false;
  };
}

/** `a.{ts,tsx}` as `a.ts` and `a.tsx`, braces inside of braces first; past the limit braces stand for themselves. */
function alternatives(pattern: string): string[] {
  let all = [pattern];
  for (;;) {
    const next = all.flatMap(withoutOne);
    if (next.length === all.length && next.every((one, index) => one === all[index])) return all;
    if (next.length >= ALTERNATIVES) return all;
    all = next;
  }
}

/** A pattern with its first innermost braces written out. */
function withoutOne(pattern: string): string[] {
  let open = -1;
  for (let at = 0; at < pattern.length; at++) {
    if (pattern[at] === '\\') at++;
    else if (pattern[at] === '{') open = at;
    else if (pattern[at] === '}' && open >= 0) {
      const parts = pattern.slice(open + 1, at).split(',');
      return parts.map((part) => pattern.slice(0, open) + part + pattern.slice(at + 1));
    }
  }
  return [pattern];
}
