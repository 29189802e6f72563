import { fallback, VERIFIES } from './masks.ts';
import { maskedBy, PRELOADS, variableOf } from './status.ts';

const IGNORED = /\|\|\s*(?:true|:|exit\s+0|echo\b|node -e)|;\s*(?:exit\s+0|true)\s*$|^\s*set \+e\b|\|\|\s*\(?exit 0/;
const NOTHING = /^(?:exit\s+0|true|:|echo\b[^&|;]*|node -e ["'](?:process\.exit\(0\))?["'])?$/;

/** Flags that have less run, or less fail. */
const LESS =
  /^(?:--passWithNoTests|--pass-with-no-tests|-t|--testNamePattern|--test-name-pattern|--test-skip-pattern|--grep|-g|--fgrep|-f|--invert|--testPathPatterns?|--testPathIgnorePatterns|--exclude|--test-coverage-exclude|--ignore(?:-pattern)?|--changed|--onlyChanged|-o|--lastCommit|--findRelatedTests|-u|--update|--updateSnapshot|--update-snapshots?|--retry|--retries|--dangerouslyIgnoreUnhandledErrors|--allowOnly|--quiet|--no-errors-on-unmatched|--success|--if-present|--exit|--shard|--test-only|--no-error-on-unmatched-pattern|--noErrorTruncation|--skip|--listTests|--list|--dry-run|--dryRun|--projects?|--selectProjects|--rootDir|--root|--dir|--match|-m|--test-force-exit|--no-eslintrc|--no-config-lookup|--rule|--ext|--diagnostic-level|--workspace|-w|--grep-invert|--ignoreProjects|--unhandled-rejections|--config|-c|--noCheck)(?:=|$)/;
/** Flags of which each leaves something out. */
const LEAVES = /^--(?:(?:test-)?coverage[.-])?(?:exclude|ignore)\b/;
/** Flags that ask for more. */
const MORE =
  /^(?:--coverage|--forbid-only|--forbidOnly|--check-coverage|--ci|--strict|--max-warnings|--fail-on\S*|--error-on-warnings|--failZero|--typecheck|--frozen-lockfile|--check|--list-different)(?:=|$)/;

/** Thresholds of coverage by which nothing is too little, types that are not looked at. */
const EMPTIED = /--coverage[-.]?thresholds?(?:\.[\w-]+)?[= ](?:\{\s*\}|0(?![\d.])|false)/i;
const TRANSPILES = /transpile-?only/i;

const RUNNER =
  /^(?:vitest|jest|mocha|ava|tap|tape|borp|node|tsx|playwright|cypress|uvu|bun|deno|eslint|biome|oxlint|tsc|xo|prettier|tsd)$/;

interface Step {
  readonly program: string;
  readonly flags: readonly string[];
  readonly paths: readonly string[];
  /** What the program is told to do. */
  readonly mode: string;
  readonly text: string;
}

/** Why a command proves less than the one before it; undefined where it does not. */
export function weakerCommand(
  before: string,
  after: string,
  { hasPipefail = false, stopsAtFailures = false, isNamed = false } = {},
): string | undefined {
  if (squeeze(before) === squeeze(after)) return undefined;
  if (/^-(?!-)/.test(after) && !after.startsWith('- ') && !before.startsWith('-')) return 'a failure is ignored';
  if (NOTHING.test(after.trim()) && !NOTHING.test(before.trim())) return 'it does nothing';
  if (IGNORED.test(after) && !IGNORED.test(before)) return 'a failure is ignored';
  const instead = fallback(after);
  if (instead !== undefined && fallback(before) === undefined)
    return `where it fails, ${JSON.stringify(instead.slice(0, 60))} makes good for it`;
  const masked = maskedBy(after, hasPipefail, stopsAtFailures);
  if (masked !== undefined && maskedBy(before, hasPipefail, stopsAtFailures) === undefined) return masked;
  const variable = variableOf(before, after);
  if (variable !== undefined) return `it is run with ${variable}`;
  if (/\bnode\b.*--test\b/.test(after) && PRELOADS.test(after) && !PRELOADS.test(before))
    return 'a file is loaded before the tests';
  if (squeeze(before).replaceAll('&&', '||') === squeeze(after)) return 'one part is run only where another fails';
  if (/2>\s*\/dev\/null|>\s*\/dev\/null 2>&1|&>\s*\/dev\/null/.test(after) && !/\/dev\/null/.test(before))
    return 'what it says is thrown away';
  const [emptied] = EMPTIED.exec(squeeze(after)) ?? [];
  if (emptied !== undefined && !EMPTIED.test(squeeze(before))) return `it is run with ${emptied}`;
  if (TRANSPILES.test(after) && !TRANSPILES.test(before)) return 'types are not looked at';
  const [old, now] = [stepsOf(before), stepsOf(after)];
  for (const step of old) {
    const same = now.find((one) => one.program === step.program);
    if (!same || now.some(({ text }) => squeeze(text) === squeeze(step.text))) continue;
    const less = same.flags.find((flag) => LESS.test(flag) && !step.flags.some((one) => nameOf(one) === nameOf(flag)));
    if (less !== undefined) return `it is run with ${less}`;
    const many = (flag: string, { flags }: Step): number => flags.filter((one) => nameOf(one) === flag).length;
    const left = same.flags.map(nameOf).find((flag) => LEAVES.test(flag) && many(flag, same) > many(flag, step));
    if (left !== undefined) return `it is run with one more ${left}`;
    if (isFiltered(same) && !isFiltered(step)) return 'it is run with --filter';
    const more = step.flags.find((flag) => MORE.test(flag) && !same.flags.some((one) => nameOf(one) === nameOf(flag)));
    if (more !== undefined && !now.some((one) => one.flags.some((flag) => nameOf(flag) === nameOf(more))))
      return `it is run without ${more}`;
    if (
      step.mode !== same.mode &&
      /^(?:check|ci|lint|run)?$/.test(step.mode) &&
      /^(?:format|list|related|init)$/.test(same.mode)
    )
      return `it is ${same.program} ${same.mode}`;
    const lowered = numbers(step, same) ?? shorter(step, same);
    if (lowered !== undefined) return lowered;
    if (narrower(pathsRun(step), pathsRun(same))) return `it is run on ${pathsRun(same).join(' ')} alone`;
  }
  const lost = old.find(
    (step) =>
      VERIFIES.test(isNamed ? step.text : programIn(step.text)) &&
      !now.some((one) => one.program === step.program || one.text.includes(step.program)),
  );
  const dropped = lost ? undefined : droppedIn(old, now);
  if (dropped) return `${dropped.text} is no longer run`;
  // Another runner in its place is a matter of taste.
  return lost && !now.some((one) => VERIFIES.test(one.text) && !old.some((other) => other.program === one.program))
    ? `${lost.text} is no longer run`
    : undefined;
}

/** With other programs it is packages that are filtered. */
const isFiltered = ({ program, flags }: Step): boolean =>
  program === 'jasmine' && flags.some((flag) => nameOf(flag) === '--filter');

/** A command without the folder that its program lies in: that says nothing of what it does. */
const programIn = (text: string): string => text.replace(/^((?:(?:ba)?sh\s+)?)\S*\//, '$1');

/** One of several runs of a program that is gone, where the others are as they were. */
function droppedIn(old: readonly Step[], now: readonly Step[]): Step | undefined {
  const texts = (steps: readonly Step[]): readonly string[] => steps.map(({ text }) => squeeze(text));
  return old.find((step) => {
    const [was, is] = [old, now].map((steps) => steps.filter(({ program }) => program === step.program));
    const isLess = is!.length > 0 && is!.length < was!.length && !texts(is!).includes(squeeze(step.text));
    return isLess && RUNNER.test(step.program) && texts(is!).every((text) => texts(was!).includes(text));
  });
}

/** What a runner is given, behind what counts its coverage too; nothing of what is no runner. */
function pathsRun({ program, paths }: Step): readonly string[] {
  if (RUNNER.test(program)) return paths;
  const at = /^(?:c8|nyc)$/.test(program) ? paths.findIndex((one) => RUNNER.test(one)) : -1;
  return at < 0 ? [] : paths.slice(at + 1);
}

const squeeze = (text: string): string => text.replace(/["']/g, '').replace(/\s+/g, ' ').trim();
const nameOf = (flag: string): string => flag.replace(/=.*$/, '');

function stepsOf(command: string): Step[] {
  return command
    .split(/&&|\|\||;|\n|(?<!\|)\|(?!\|)/)
    .map((text) => text.trim())
    .filter((text) => text !== '')
    .map((text) => {
      const words = (text.match(/"[^"]*"|'[^']*'|\S+/g) ?? []).map((word) => word.replace(/^["']|["']$/g, ''));
      while (
        words.length > 1 &&
        (/^[A-Z_]+=/.test(words[0]!) || /^(?:npx|bunx|cross-env|sudo|exec|dlx|--)$/.test(words[0]!))
      )
        words.shift();
      const run =
        /^(?:npm|pnpm|yarn|bun)$/.test(words[0] ?? '') &&
        words.findIndex((word) => !/^(?:npm|pnpm|yarn|bun|run|run-script|exec|-\S+|--\S+)$/.test(word));
      const at = typeof run === 'number' && run > 0 ? run : 0;
      const rest = words.slice(at + 1);
      const isNode =
        words[at] === 'node' &&
        !rest.includes('--test') &&
        rest.some((word) => !word.startsWith('-') && /\.[cm]?js$/.test(word));
      const program = isNode
        ? (rest.find((word) => /\.[cm]?js$/.test(word)) ?? 'node')
        : (words[at] ?? '').replace(/^.*\//, '');
      return {
        program: program === 't' ? 'test' : program,
        mode: rest.find((word) => !word.startsWith('-')) ?? '',
        flags: rest.filter((word) => word.startsWith('-') && word !== '--'),
        paths: rest.filter(
          (word, index) =>
            !word.startsWith('-') &&
            !/^(?:run|watch|test|lint|check|ci|list|related|format)$|^\d+$/.test(word) &&
            !isValue(rest, index),
        ),
        text,
      };
    });
}

/** Whether a word belongs to the flag before it. */
const isValue = (words: readonly string[], index: number): boolean =>
  /^(?:-c|-p|-r|-R|-t|-g|-n|-e|-o|-f|--config|--project|--require|--import|--loader|--reporter|--grep|--max-warnings|--timeout|--testNamePattern|--ext|--env|--pool|--retry|--retries|--project|--rule|--dir|--root|--rootDir|--match|-m|--workspace|-w|--bail)$/.test(
    words[index - 1] ?? '',
  );

/** A list handed to a flag that became shorter. */
function shorter(before: Step, after: Step): string | undefined {
  const read = ({ text }: Step): Map<string, readonly string[]> =>
    new Map(
      [...text.matchAll(/(--[\w-]+)[= ]([\w.*/-]+(?:,[\w.*/-]+)*)/g)].map((match) => [match[1]!, match[2]!.split(',')]),
    );
  const now = read(after);
  for (const [flag, values] of read(before)) {
    const is = now.get(flag);
    const isLess = is && is.length < values.length && is.every((one) => values.includes(one));
    // What was written in TypeScript is not in JavaScript now.
    const isOther = flag === '--ext' && values.some((one) => /^\.?[cm]?tsx?$/.test(one) && !is?.includes(one));
    if (is && (isLess || isOther)) return `${flag} is ${is.join()}`;
  }
  return undefined;
}

/** A threshold in the command itself, by itself or within JSON. */
function numbers(before: Step, after: Step): string | undefined {
  const read = ({ text }: Step): Map<string, number> => {
    const within = /--coverage-?threshold/i.test(text)
      ? [...text.matchAll(/\\*"(branches|lines|functions|statements)\\*"\s*:\s*(\d+(?:\.\d+)?)/g)]
      : [];
    return new Map([
      ...[...text.matchAll(/(--[\w.-]+)[= ](\d+(?:\.\d+)?)/g)].map(([, flag, is]) => [flag!, Number(is)] as const),
      ...within.map(([, name, is], at) => [`threshold ${at + 1} of ${name}`, Number(is)] as const),
    ]);
  };
  const now = read(after);
  for (const [flag, value] of read(before)) {
    const is = now.get(flag);
    if (is === undefined) continue;
    if (/lines|branches|functions|statements|threshold|^--coverage$/i.test(flag) && is < value)
      return `${flag} is ${is}, was ${value}`;
    if (/max-warnings|retr/.test(flag) && is > value) return `${flag} is ${is}, was ${value}`;
  }
  return undefined;
}

/** Whether fewer files are taken: none were named and some are, some are left out, a folder became a file in it. */
function narrower(before: readonly string[], after: readonly string[]): boolean {
  if (after.length === 0) return false;
  if (before.length === 0) return true;
  const plain = (path: string): string => path.replace(/^\.(?:\/|$)/, '').replace(/\/$/, '');
  const isWide = (path: string): boolean => /\*|\/$/.test(path) || !/\.\w+$/.test(path);
  const takes = (one: string, path: string): boolean =>
    plain(one) === plain(path) ||
    (isWide(one) && plain(path).startsWith(plain(one).replace(/\/?\*.*$/, '')) && takesAll(one, path));
  return (
    after.every((path) => before.some((one) => takes(one, path))) &&
    before.some((path) => !after.some((one) => takes(one, path)))
  );
}

/** Whether of two patterns for the same folder the first goes as deep, and takes all endings, where both say so. */
function takesAll(one: string, path: string): boolean {
  if (!one.includes('*')) return true;
  if (path.includes('**') && !one.includes('**')) return false;
  const endings = (pattern: string): readonly string[] | undefined =>
    /\*\.(?:\{([\w,.]+)\}|([\w.]+))$/.exec(pattern)?.slice(1).join('').split(',');
  const own = endings(one);
  // A project that is written in TypeScript now has no JavaScript to look at.
  const isOfTypes = own?.some((ending) => /tsx?$/.test(ending)) ?? false;
  return (
    !own || !(endings(path)?.some((ending) => !own.includes(ending) && !(isOfTypes && /jsx?$/.test(ending))) ?? false)
  );
}
