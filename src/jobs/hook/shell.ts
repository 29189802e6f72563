/** A word for `sh`, whatever is in it. */
export const quoted = (word: string): string => `"${word.replaceAll(/["$`\\]/g, '\\$&')}"`;

/** Where this installation of assay is, and the Node to run it with. */
export interface Installation {
  /** Absolute path of `bin/hook.js`. */
  readonly hook: string;
  /** Absolute path of Node. */
  readonly node: string;
}

const PACKAGE = '/node_modules/@assay-code/assay/bin/hook.js';

/**
 * `node hook.js`, as `sh` is to run it: by the project's own copy where assay is installed in it, so that the line is the
 * same for everyone who has the project; else by the paths of this machine. `rootWord` is what stands for the root there.
 */
export function invocation(
  { hook, node }: Installation,
  root: string,
  rootWord: string,
): { hook: string; node: string } {
  return hook === root + PACKAGE
    ? { hook: `"${rootWord}"${PACKAGE}`, node: 'node' }
    : { hook: quoted(hook), node: quoted(node) };
}
