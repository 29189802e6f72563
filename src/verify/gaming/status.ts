import { fails, VERIFIES } from './masks.ts';

/** What shows the lines of a test run in another way, and fails where they tell of failures. */
const SHOWS = /\btap-|\bfaucet\b|\btap-?(?:spec|dot|nyan)|reporter|pino-|junit/;

/** Why the status of a command line is no longer that of what checks in it; undefined where it is. */
export function maskedBy(line: string, hasPipefail: boolean, stopsAtFailures: boolean): string | undefined {
  const plain = line.replace(/"[^"]*"|'[^']*'/g, (text) => (VERIFIES.test(text) ? text.replace(/[;|&]/g, ' ') : ''));
  if (/^!\s/.test(plain.trim()) && VERIFIES.test(plain)) return 'it passes where that fails';
  if (/\b(?:ba)?sh -c\b.*;\s*(?:exit 0|true)\b/.test(line)) return 'a failure is ignored';
  if (/catch\s*(?:\(\w*\))?\s*\{\s*\}/.test(line)) return 'a failure is caught';
  const statements = plain.split(/;|(?<![&>])&(?![&>\d])/);
  const masked = stopsAtFailures ? undefined : statements.slice(0, -1).find((one) => VERIFIES.test(one));
  if (masked !== undefined && !/\$\?|\$\{?PIPESTATUS|\bwait\b|\bset -\w*e/.test(plain))
    return `what follows ${masked.trim()} is its status`;
  if (hasPipefail || /pipefail|PIPESTATUS/.test(plain)) return undefined;
  for (const statement of statements) {
    const parts = statement.split(/(?<!\|)\|(?!\|)/);
    const last = parts.at(-1)!.trim();
    const isCheck = VERIFIES.test(/^\S+/.exec(last)?.[0] ?? '') || /^(?:npm|npx|pnpm|yarn|bun)\b/.test(last);
    if (!isCheck && !SHOWS.test(last) && parts.slice(0, -1).some((one) => VERIFIES.test(one)))
      return `what ${JSON.stringify(last)} gives is its status`;
  }
  return undefined;
}

/** What a script of the shell no longer stops at, of what checks in it; undefined where nothing of it is new. */
export function shellGoesOn(before: string, after: string): string | undefined {
  const lines = (text: string): readonly string[] => text.split('\n').filter((line) => !/^\s*#(?!!)/.test(line));
  const sets = (text: string, what: RegExp): boolean => lines(text).some((line) => what.test(line));
  const isLost = (what: RegExp): boolean => sets(before, what) && !sets(after, what);
  const checks = lines(after).filter((line) => VERIFIES.test(line));
  if (isLost(/^\s*set\s+-\w*e|^#!.*sh\s+-\w*e|errexit/) && checks.length > 0) return 'set -e';
  return isLost(/pipefail/) && checks.some((line) => /(?<!\|)\|(?!\|)/.test(line)) ? 'pipefail' : undefined;
}

/** How a script of the shell loses the status of a check, its own or one that it is handed; undefined where it keeps it. */
export function losesStatus(text: string): string | undefined {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/^#(?!!)/.test(line));
  const piped = lines.find((line) => VERIFIES.test(line) && /(?<!\|)\|(?!\|)/.test(line));
  const taken =
    piped === undefined || lines.some((line) => /pipefail/.test(line)) ? undefined : maskedBy(piped, false, true);
  if (taken !== undefined) return taken;
  if (lines.some((line) => /^set\s+-\w*e|^#!.*sh\s+-\w*e|errexit/.test(line))) return undefined;
  const at = lines.findLastIndex(
    (line) => VERIFIES.test(line) || /^(?:npm|pnpm|yarn|bun|npx)\b.*\$[1@*]|^"?\$@/.test(line),
  );
  const rest = lines.slice(at + 1);
  const isKept = at < 0 || rest.every((line) => /^[})]$|^(?:fi|done)$/.test(line)) || [lines[at]!, ...rest].some(fails);
  return isKept ? undefined : `what follows ${lines[at]} is its status`;
}

/** Variables set for one command by which less is run, or files that are loaded before the tests. */
export function variableOf(before: string, after: string): string | undefined {
  const set = (text: string): readonly string[] => text.match(/(?<![\w-])[A-Z_]{2,}=(?:"[^"]*"|'[^']*'|\S*)/g) ?? [];
  const known = set(before);
  for (const one of set(after)) {
    if (known.includes(one)) continue;
    const [name = '', value = ''] = one.split(/=(.*)/s);
    if (/SKIP|^FAST$|^QUICK$/.test(name) && !/^["']?(?:0|false|)["']?$/.test(value)) return one;
    if (name === 'CI' && /^["']?(?:0|false|)["']?$/.test(value)) return one;
    if (name === 'NODE_OPTIONS' && PRELOADS.test(value)) return one;
  }
  return undefined;
}

export const PRELOADS = /--(?:require|import|loader|experimental-loader)[= ]\.{0,2}\//;

/** How a script of the shell ends well now whatever failed in it: by its last word, or by that of what it does at its end. */
export function endsWell(before: string, after: string): string | undefined {
  const [was, is] = [endsOf(before), endsOf(after)];
  return is.find((one) => !was.includes(one));
}

function endsOf(text: string): readonly string[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !/^\s*#(?!!)/.test(line));
  const isWell = (line: string | undefined): boolean =>
    /^\s*(?:exit|return)(?:\s+0)?\s*;?$|^\s*(?:true|:)$/.test(line ?? '');
  const ends: string[] = [];
  const stops = lines.some((line) => /^\s*set\s+-\w*e|^#!.*sh\s+-\w*e|errexit/.test(line));
  const last = lines.at(-1);
  if (!stops && /^\s*exit\s+0/.test(last ?? '') && lines.some((line) => VERIFIES.test(line)))
    ends.push('exit 0 at its end');
  // Of what runs at the end the status is that of the script.
  for (const [, name = ''] of text.matchAll(/^\s*trap\s+['"]?(\w+)['"]?\s.*\b(?:EXIT|ERR|0)\b/gm)) {
    const from = lines.findIndex((line) =>
      new RegExp(`^\\s*(?:function\\s+)?${name}\\s*(?:\\(\\))?\\s*\\{`).test(line),
    );
    const to = from < 0 ? -1 : lines.findIndex((line, at) => at > from && /^\}/.test(line));
    if (to > from && isWell(lines[to - 1]) && /exit/.test(lines[to - 1]!)) ends.push(`exit 0 in ${name}`);
  }
  return ends;
}
