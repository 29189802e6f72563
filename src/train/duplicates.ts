/** Part of a file's telling lines that has to have been seen before for the file to be left out. */
const SEEN_SHARE = 0.8;
/** Fewer telling lines than this say nothing about a file; it is then only compared as a whole. */
const LINES = 8;
/** A line of fewer characters, blanks not counted, is shared by chance (`return undefined`). */
const LINE_LENGTH = 16;

/**
 * Says whether a file repeats what came before it: the same text once comments and blanks are gone, or telling lines of
 * which four in five stand in files that were kept (a moved, re-licensed or lightly edited copy; build variants).
 */
export class Duplicates {
  readonly #whole = new Set<number>();
  readonly #lines = new Set<number>();

  /** True where the text repeats; otherwise it is remembered. */
  repeats(text: string): boolean {
    const bare = text.replace(/\/\*[\s\S]*?\*\/|(?<![:'"`])\/\/[^\n]*/g, '');
    const whole = hash(bare.replace(/\s+/g, ''));
    if (this.#whole.has(whole)) return true;
    const lines = new Set<number>();
    for (const line of bare.split('\n')) {
      const ink = line.replace(/\s+/g, '');
      if (ink.length >= LINE_LENGTH && !ink.startsWith('import')) lines.add(hash(ink));
    }
    if (lines.size >= LINES) {
      let seen = 0;
      for (const line of lines) if (this.#lines.has(line)) seen++;
      if (seen >= lines.size * SEEN_SHARE) return true;
    }
    this.#whole.add(whole);
    for (const line of lines) this.#lines.add(line);
    return false;
  }
}

/** 52 bits of two multiplicative hashes: a few million lines collide with a chance of about one in a thousand. */
function hash(text: string): number {
  let a = 0x811c9dc5;
  let b = 0x9747b28c;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b ^ code, 0x5bd1e995) ^ (b >>> 13);
  }
  a ^= a >>> 16;
  b ^= b >>> 15;
  return (a >>> 0) * 1_048_576 + (b & 0xfffff);
}
