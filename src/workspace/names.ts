/**
 * Names of files as the system has them: bytes. A `RepoPath` is text, so a name that is not UTF-8 has none. Where both
 * can come up, names go about as byte strings: one character a byte. ASCII names are their own byte strings, and byte
 * strings compare with `<` in the order of their bytes, which is git's.
 */

// biome-ignore lint/suspicious/noControlCharactersInRegex: the range is ASCII as a whole
const ASCII = /^[\x00-\x7f]*$/;

/** The UTF-8 bytes of a text, one character a byte. */
export const toByteString = (text: string): string => (ASCII.test(text) ? text : Buffer.from(text).toString('latin1'));

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The text a byte string encodes, or undefined where it is not UTF-8. */
export function fromByteString(name: string): string | undefined {
  if (ASCII.test(name)) return name;
  try {
    return decoder.decode(Buffer.from(name, 'latin1'));
  } catch {
    return undefined;
  }
}

/** A byte string for people: as text, or what is not printable ASCII as `\xNN` where it is not UTF-8. */
export const showName = (name: string): string =>
  fromByteString(name) ??
  name.replace(/[^\x20-\x5b\x5d-\x7e]/g, (byte) => `\\x${byte.charCodeAt(0).toString(16).padStart(2, '0')}`);

/** Where a name lies on disk, for the functions of `node:fs`. */
export const diskPath = (root: string, name: string): string | Buffer =>
  ASCII.test(name)
    ? `${root}/${name}`
    : Buffer.concat([Buffer.from(root), Buffer.from('/'), Buffer.from(name, 'latin1')]);

/** NUL-ended fields as byte strings. */
export function nulFields(bytes: Buffer): string[] {
  const fields = bytes.toString('latin1').split('\0');
  fields.pop();
  return fields;
}
