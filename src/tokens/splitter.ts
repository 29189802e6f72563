import type { PieceScanner, Splitter } from './types.ts';

/** A splitter that asks a scanner for one piece after the other. */
export function splitterOf(scanner: PieceScanner): Splitter {
  return (bytes) => {
    let ends = new Int32Array(64 + (bytes.length >> 2));
    let count = 0;
    for (let start = 0; start < bytes.length; ) {
      const end = scanner(bytes, start, bytes.length);
      if (!(end > start)) throw new Error(`the scanner made no progress at byte ${start}`);
      if (count >= ends.length) {
        const wider = new Int32Array(ends.length * 2);
        wider.set(ends);
        ends = wider;
      }
      ends[count++] = end;
      start = end;
    }
    return ends.subarray(0, count);
  };
}
