import { createHash } from 'node:crypto';
import type { Hash } from './units.ts';

/** SHA-256 of bytes, or of a string's UTF-8 encoding. */
export function sha256(data: string | Uint8Array): Hash {
  return createHash('sha256').update(data).digest('hex') as Hash;
}

/**
 * JSON with object keys sorted at every depth, so that equal values give equal text. `undefined` members are left out,
 * as `JSON.stringify` does.
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) => {
    if (member === null || typeof member !== 'object' || Array.isArray(member)) return member;
    return Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
  });
}
