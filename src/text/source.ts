import { isUtf8 } from 'node:buffer';
import { fail, LIMITS, ok, type RepoPath, type Result, sha256 } from '../base/index.ts';
import type { SourceText } from './types.ts';

const decoder = new TextDecoder('utf-8', { ignoreBOM: true, fatal: true });
const encoder = new TextEncoder();

/**
 * Decodes a file. Strict: what is not UTF-8, holds a NUL byte or reaches `LIMITS.fileBytes` is refused with the byte
 * offset, never repaired. A byte order mark stays as U+FEFF, so `encodeText(source.text)` gives the same bytes.
 */
export function sourceText(path: RepoPath, bytes: Uint8Array): Result<SourceText> {
  if (bytes.length >= LIMITS.fileBytes) {
    return fail('text/too-large', `expected a text file under ${LIMITS.fileBytes} bytes, found ${bytes.length}`, {
      path,
    });
  }
  // Before NUL, because UTF-16 is full of them and deserves the better message.
  const wide =
    bytes[0] === 0xff && bytes[1] === 0xfe ? 'LE' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'BE' : undefined;
  if (wide !== undefined) {
    return fail('text/not-utf8', `expected UTF-8, found a UTF-16 ${wide} byte order mark at byte 0`, {
      path,
      suggestion: 'Save the file as UTF-8.',
    });
  }
  const nul = bytes.indexOf(0);
  if (nul >= 0) return fail('text/binary', `expected text, found a NUL byte at byte ${nul}`, { path });
  if (!isUtf8(bytes)) {
    const at = invalidUtf8At(bytes);
    const hex = bytes[at]!.toString(16).padStart(2, '0');
    return fail('text/not-utf8', `expected UTF-8, found byte 0x${hex} at byte ${at}, which cannot stand there`, {
      path,
      suggestion: 'Save the file as UTF-8.',
    });
  }
  return ok({ path, text: decoder.decode(bytes), hash: sha256(bytes) });
}

/** The file that `text` would make at `path`. Throws RangeError where `text` has no UTF-8 encoding (a lone surrogate). */
export function sourceFromText(path: RepoPath, text: string): SourceText {
  return { path, text, hash: sha256(encodeText(text)) };
}

/** The UTF-8 bytes of a text. Throws RangeError on a lone surrogate, which would otherwise silently become U+FFFD. */
export function encodeText(text: string): Uint8Array {
  if (!text.isWellFormed()) throw new RangeError('a text with a lone surrogate has no UTF-8 encoding');
  return encoder.encode(text);
}

/**
 * Offset of the first byte that begins no well-formed UTF-8 sequence (Unicode 16, table 3-7), where a sequence cut short
 * counts from its first byte; -1 where all is well.
 */
export function invalidUtf8At(bytes: Uint8Array): number {
  let i = 0;
  while (i < bytes.length) {
    const lead = bytes[i]!;
    if (lead < 0x80) {
      i++;
      continue;
    }
    const length =
      lead >= 0xc2 && lead <= 0xdf ? 2 : lead >= 0xe0 && lead <= 0xef ? 3 : lead >= 0xf0 && lead <= 0xf4 ? 4 : 0;
    if (length === 0 || i + length > bytes.length) return i;
    // The second byte excludes overlong forms, surrogates and what lies past U+10FFFF.
    const low = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
    const high = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
    if (bytes[i + 1]! < low || bytes[i + 1]! > high) return i;
    for (let k = 2; k < length; k++) if (bytes[i + k]! < 0x80 || bytes[i + k]! > 0xbf) return i;
    i += length;
  }
  return -1;
}
