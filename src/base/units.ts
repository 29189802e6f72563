/**
 * Branded units. A number that counts UTF-16 code units cannot be passed where bytes or tokens are meant.
 */

declare const unit: unique symbol;

/** Index into a vocabulary. */
export type TokenId = number & { readonly [unit]: 'TokenId' };
/** Offset into a JavaScript string, in UTF-16 code units, 0-based. */
export type Utf16Offset = number & { readonly [unit]: 'Utf16Offset' };
/** Offset into UTF-8 bytes, 0-based. */
export type ByteOffset = number & { readonly [unit]: 'ByteOffset' };
/** Path inside the repository: relative, forward slashes, no `.` or `..` segment, never empty. */
export type RepoPath = string & { readonly [unit]: 'RepoPath' };
/** SHA-256 as 64 lower-case hexadecimal digits. */
export type Hash = string & { readonly [unit]: 'Hash' };

export const tokenId = (value: number): TokenId => value as TokenId;
export const utf16 = (value: number): Utf16Offset => value as Utf16Offset;
export const byteOffset = (value: number): ByteOffset => value as ByteOffset;

/** Half-open range `[start, end)` in UTF-16 code units. */
export interface Span {
  readonly start: Utf16Offset;
  readonly end: Utf16Offset;
}

export const span = (start: number, end: number): Span => ({ start: utf16(start), end: utf16(end) });

/** Line and column as people and editors show them: both 1-based, the column in UTF-16 code units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/**
 * Normalises a path given relative to the repository root. Returns undefined for an absolute path, one that leaves the
 * root through `..`, one that holds a NUL byte, or the root itself.
 */
export function repoPath(path: string): RepoPath | undefined {
  if (path.includes('\0') || path.startsWith('/') || /^[A-Za-z]:[\\/]/.test(path)) return undefined;
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') {
      if (parts.length === 0) return undefined;
      parts.pop();
    } else parts.push(part);
  }
  return parts.length === 0 ? undefined : (parts.join('/') as RepoPath);
}
