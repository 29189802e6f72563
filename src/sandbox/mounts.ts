/** One line of `/proc/<pid>/mountinfo` (proc(5)). */
export interface Mount {
  /** `major:minor` of the file system. */
  readonly device: string;
  readonly path: string;
  /** Of this mount, not of its file system: `rw`, `nosuid`, `relatime` … */
  readonly options: readonly string[];
  readonly type: string;
}

/** Mounts in the order they were made; a later one covers an earlier one at the same path. */
export function parseMounts(mountinfo: string): Mount[] {
  return mountinfo
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const fields = line.split(' ');
      // Optional fields end with a lone hyphen.
      const rest = fields.indexOf('-', 6);
      return {
        device: fields[2] ?? '',
        path: unescaped(fields[4] ?? ''),
        options: (fields[5] ?? '').split(','),
        type: fields[rest + 1] ?? '',
      };
    });
}

/** Space, tab, newline and backslash are written in octal. The text is bytes as Latin-1; the result is UTF-8 decoded. */
function unescaped(text: string): string {
  const bytes = text.replace(/\\([0-7]{3})/g, (_all, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
