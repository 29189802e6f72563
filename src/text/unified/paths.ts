import { fail, ok, type RepoPath, type Result, repoPath } from '../../base/index.ts';

/**
 * Names in unified diffs. Git puts `a/` and `b/` (or other prefixes, or none) before paths and quotes those with control
 * characters, quotes, backslashes or, by default, bytes past ASCII in the manner of C; GNU diff adds a tab and a time.
 */

const ESCAPES: Readonly<Record<string, number>> = { a: 7, b: 8, t: 9, n: 10, v: 11, f: 12, r: 13, '"': 34, '\\': 92 };

/** Decodes a C-quoted name at the start of `text`, and says where it ended; undefined where it is not one. */
export function unquote(text: string): { readonly name: string; readonly end: number } | undefined {
  if (!text.startsWith('"')) return undefined;
  const bytes: Uint8Array[] = [];
  let i = 1;
  while (i < text.length) {
    const char = text[i]!;
    if (char === '"') {
      try {
        return {
          name: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.concat(bytes)),
          end: i + 1,
        };
      } catch {
        return undefined;
      }
    }
    if (char !== '\\') {
      const whole = String.fromCodePoint(text.codePointAt(i)!);
      bytes.push(Buffer.from(whole));
      i += whole.length;
      continue;
    }
    const octal = /^[0-3][0-7]{2}/.exec(text.slice(i + 1, i + 4))?.[0];
    const code = octal === undefined ? ESCAPES[text[i + 1] ?? ''] : Number.parseInt(octal, 8);
    if (code === undefined) return undefined;
    bytes.push(Uint8Array.of(code));
    i += octal === undefined ? 2 : 4;
  }
  return undefined;
}

/** A name as git writes it: quoted only where an unquoted one could not be read back. */
export function quote(name: string): string {
  let special = false;
  let quoted = '';
  for (const char of name) {
    const code = char.charCodeAt(0);
    if (code >= 32 && code !== 127 && char !== '"' && char !== '\\') {
      quoted += char;
      continue;
    }
    special = true;
    const letter = Object.entries(ESCAPES).find(([, value]) => value === code)?.[0];
    quoted += `\\${letter ?? code.toString(8).padStart(3, '0')}`;
  }
  return special ? `"${quoted}"` : name;
}

/** The name of a `---` or `+++` line after its marker: `null` for `/dev/null`, undefined for broken quoting. */
export function headerName(rest: string): { readonly name: string | null; readonly time: string } | undefined {
  const quoted = unquote(rest);
  if (rest.startsWith('"') && quoted === undefined) return undefined;
  const tab = rest.indexOf('\t');
  const end = quoted?.end ?? (tab < 0 ? rest.length : tab);
  const name = quoted?.name ?? rest.slice(0, end);
  return { name: name === '/dev/null' ? null : name, time: rest.slice(end).trim() };
}

/**
 * The one path that the two names of a file stand for: equal names as they are (no prefix), names that differ in their
 * first folder alone (`a/x` and `b/x`, `old/x` and `new/x`) without it. Undefined where they name different files.
 */
export function commonName(before: string, after: string): string | undefined {
  if (before === after) return before;
  const rest = (name: string): string | undefined => {
    const slash = name.indexOf('/');
    return slash < 0 ? undefined : name.slice(slash + 1);
  };
  const old = rest(before);
  return old !== undefined && old !== '' && old === rest(after) ? old : undefined;
}

/** The path after `diff --git `: both names must stand for one file, else the header alone does not tell. */
export function gitHeaderName(rest: string): string | undefined {
  const first = unquote(rest);
  if (first !== undefined) {
    if (rest[first.end] !== ' ') return undefined;
    const second = rest.slice(first.end + 1);
    const quoted = unquote(second);
    return commonName(first.name, quoted === undefined ? second : quoted.name);
  }
  const quote = rest.indexOf(' "');
  if (quote >= 0 && rest.endsWith('"')) {
    const second = unquote(rest.slice(quote + 1));
    return second === undefined ? undefined : commonName(rest.slice(0, quote), second.name);
  }
  // Names may hold spaces: the right place to part them is one where both halves name the same file.
  for (let at = rest.indexOf(' '); at >= 0; at = rest.indexOf(' ', at + 1)) {
    const name = commonName(rest.slice(0, at), rest.slice(at + 1));
    if (name !== undefined) return name;
  }
  return undefined;
}

/** A path inside the repository; one that is absolute or has a `..` in it is refused. */
export function diffPath(name: string, line: number): Result<RepoPath> {
  const path = name.split('/').includes('..') ? undefined : repoPath(name);
  return path === undefined
    ? fail('diff/outside', `line ${line}: expected a path inside the repository, found ${JSON.stringify(name)}`, {
        at: { line, column: 1 },
      })
    : ok(path);
}
