/**
 * How `tokenizer.json` writes bytes: each byte is one printable character, itself where it is printable Latin-1, else
 * U+0100 and up in byte order (GPT-2's `bytes_to_unicode`).
 */
const CHARACTERS: readonly string[] = (() => {
  let other = 0x100;
  return Array.from({ length: 256 }, (_, byte) => {
    const printable = (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
    return String.fromCharCode(printable ? byte : other++);
  });
})();

const BYTE_OF: ReadonlyMap<string, number> = new Map(CHARACTERS.map((character, byte) => [character, byte]));

export const toByteLevel = (bytes: Uint8Array): string => Array.from(bytes, (byte) => CHARACTERS[byte]!).join('');

/** Undefined where some character stands for no byte. */
export function fromByteLevel(text: string): Uint8Array | undefined {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const byte = BYTE_OF.get(text[i]!);
    if (byte === undefined) return undefined;
    bytes[i] = byte;
  }
  return bytes;
}
