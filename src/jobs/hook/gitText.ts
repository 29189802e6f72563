import type { Installation } from './shell.ts';
import { quoted } from './shell.ts';

export const GIT_HOOKS = ['pre-commit', 'pre-push'] as const;
export type GitHook = (typeof GIT_HOOKS)[number];

/** What `bin/hook.js` ends with where it refuses; a missing or broken Node ends with other numbers, which let git go on. */
export const REFUSED = 10;

const BEGIN = '# assay: begin (assay hook uninstall --git takes this out)';
const END = '# assay: end';

/**
 * The lines for a hook of `sh`. Git gives the remote's name first, and a push on standard input, which what comes after has to
 * find there, too.
 */
function block(hook: GitHook, { hook: script, node }: Installation, strict: boolean): string {
  const call = `${quoted(node)} ${quoted(script)} git ${hook}${strict ? ' --strict' : ''}`;
  const lines =
    hook === 'pre-commit'
      ? [`if [ -f ${quoted(script)} ]; then`, `  ${call} || [ $? -ne ${REFUSED} ] || exit 1`, 'fi']
      : [
          'assay_refs=$(cat)',
          `if [ -f ${quoted(script)} ]; then`,
          `  printf '%s\\n' "$assay_refs" | ${call} -- "\${1-}" || [ $? -ne ${REFUSED} ] || exit 1`,
          'fi',
          'exec <<ASSAY_REFS',
          '$assay_refs',
          'ASSAY_REFS',
        ];
  return [BEGIN, ...lines, END, ''].join('\n');
}

/** Whether our lines can stand before a hook's own: it is one for a shell that reads them. */
export const isShell = (text: string): boolean =>
  !text.startsWith('#!') || /^#![^\n]*\b(?:ba|da|k|z|a)?sh\b/.test(text);

/** A hook with our lines first: what comes after may end with `exit` or `exec`. They replace lines of ours. */
export function withBlock(
  text: string | undefined,
  hook: GitHook,
  installation: Installation,
  strict: boolean,
): string {
  const own = block(hook, installation, strict);
  if (text === undefined) return `#!/bin/sh\n${own}`;
  const bare = withoutBlock(text);
  const at = bare.startsWith('#!') ? bare.indexOf('\n') + 1 || bare.length : 0;
  const head = bare.slice(0, at);
  return `${head}${head === '' || head.endsWith('\n') ? '' : '\n'}${own}${bare.slice(at)}`;
}

export function withoutBlock(text: string): string {
  const start = text.indexOf(`${BEGIN}\n`);
  const end = text.indexOf(`${END}\n`, start);
  return start < 0 || end < 0 ? text : text.slice(0, start) + text.slice(end + END.length + 1);
}

/** Nothing but what we made ourselves. */
export const isBare = (text: string): boolean => text.trim() === '#!/bin/sh' || text.trim() === '';
