import { VERIFIES } from './masks.ts';

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
    if (
      parts.slice(0, -1).some((one) => VERIFIES.test(one)) &&
      !SHOWS.test(parts.at(-1)!) &&
      !VERIFIES.test(parts.at(-1)!)
    )
      return `what ${JSON.stringify(parts.at(-1)!.trim())} gives is its status`;
  }
  return undefined;
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
