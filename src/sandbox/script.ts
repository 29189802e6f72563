import { ARGUMENT_BYTES, ARGUMENTS_BYTES } from './limits.ts';
import type { CommandLimits } from './types.ts';

/** Said on descriptor 3 by the script below. Anything else, or nothing, means that the isolation did not come up. */
export const STARTED = 'started';
export const NO_FOLDER = 'no-folder';
export const NO_PROGRAM = 'no-program';

/** One word of a POSIX shell that stands for exactly `text`. */
export const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** Why the kernel will not start a program with these; undefined where it will. */
export function tooLong(argv: readonly string[], env: Readonly<Record<string, string>>): string | undefined {
  const sizes = [...argv, ...Object.entries(env).map(([name, value]) => `${name}=${value}`)].map((text) =>
    Buffer.byteLength(text),
  );
  const largest = Math.max(...sizes);
  if (largest >= ARGUMENT_BYTES) return `one argument or variable has ${largest} bytes, the limit is ${ARGUMENT_BYTES}`;
  // Each ends with a NUL and is pointed to.
  const all = sizes.reduce((sum, size) => sum + size + 9, 0);
  return all >= ARGUMENTS_BYTES
    ? `arguments and variables have ${all} bytes, the limit is ${ARGUMENTS_BYTES}`
    : undefined;
}

/**
 * The last step before a command, at every level: a POSIX shell script, run inside the isolation, that sets the limits
 * of the kernel, tells on descriptor 3 whether there is something to start, and becomes the command with exactly the
 * given environment.
 */
export function commandScript(command: {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly limits: CommandLimits;
  /** Where processes are counted for this command alone, their hard limit. */
  readonly processes?: number | undefined;
}): string {
  const program = quote(command.argv[0]!);
  const there = command.argv[0]!.includes('/')
    ? `{ [ -f ${program} ] && [ -x ${program} ]; }`
    : `command -v ${program} >/dev/null 2>&1`;
  const variables = Object.entries(command.env).map(([name, value]) => quote(`${name}=${value}`));
  return [
    `cd ${quote(command.cwd)} 2>/dev/null || { echo ${NO_FOLDER} >&3; exit 1; }`,
    'ulimit -c 0 2>/dev/null',
    // POSIX counts files in blocks of 512 bytes.
    `ulimit -f ${Math.ceil(command.limits.fileBytes / 512)} 2>/dev/null`,
    // -u in bash, -p in dash.
    ...(command.processes === undefined
      ? []
      : [`(ulimit -u 1) 2>/dev/null && ulimit -u ${command.processes} || ulimit -p ${command.processes} 2>/dev/null`]),
    `PATH=${quote(command.env.PATH ?? '')}`,
    `${there} || { echo ${NO_PROGRAM} >&3; exit 127; }`,
    `echo ${STARTED} >&3`,
    `exec 3>&-`,
    `exec /usr/bin/env -i ${[...variables, ...command.argv.map(quote)].join(' ')}`,
    '',
  ].join('\n');
}
