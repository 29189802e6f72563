import type { Command } from 'commander';
import { fail, ok, visible } from '../../../base/index.ts';
import type { ReviewReport } from '../../../jobs/index.ts';
import { EXIT, type Exit, type Io } from '../io.ts';
import type { Define } from '../main.ts';
import { issueText, json, paint, progress, refuse } from '../render.ts';
import { readDiff } from './check.ts';

interface Options {
  readonly diff?: string;
  readonly top?: string;
  readonly allTests?: boolean;
  readonly allowRestricted?: boolean;
  readonly json?: boolean;
}

export const defineReview: Define = (program: Command, io, exit) => {
  program
    .command('review')
    .description('where in a change a minute of reading is worth most, and which lines need none')
    .argument(
      '[range]',
      '<base> or <base>..<head>; without it, HEAD against the working tree, untracked files included',
    )
    .option('--diff <file>', 'read a unified diff from a file, or from standard input with -')
    .option('--top <n>', 'regions that are shown, the ones worth most first; without it 7, with --json all')
    .option('--all-tests', 'run every test, not only those related to the change')
    .option(
      '--allow-restricted',
      'run code that is not the working tree even where only restricted isolation is to be had',
    )
    .option('--json', 'print one JSON document')
    .action(async (range: string | undefined, options: Options) => exit(await run(io, range, options)));
};

async function run(io: Io, range: string | undefined, options: Options): Promise<Exit> {
  const { parseRange, review } = await import('../../../jobs/index.ts');
  if (options.top !== undefined && !/^[1-9]\d{0,5}$/.test(options.top))
    return refuse(io, fail('usage/top', `expected a whole number from 1, found --top ${options.top}`).issues);
  const diff = options.diff === undefined ? undefined : await readDiff(io, options.diff);
  if (diff && !diff.ok) return refuse(io, diff.issues);
  if (diff && range !== undefined)
    return refuse(io, fail('usage/conflict', 'expected a range or --diff, found both: give one of them').issues);
  const change = diff ? ok({ kind: 'diff' as const, diff: diff.value }) : parseRange(range);
  if (!change.ok) return refuse(io, change.issues);
  const shown = progress(io);
  const report = await review({
    cwd: io.cwd,
    change: change.value,
    allTests: options.allTests ?? false,
    allowRestricted: options.allowRestricted ?? false,
    insideCheck: io.env.ASSAY_INSIDE_CHECK !== undefined,
    events: shown,
  });
  shown.done();
  if (!report.ok) return refuse(io, report.issues);
  const top = Number(options.top ?? (options.json ? report.value.regions.length : SHOWN));
  if (options.json) json(io, document(report.value, top));
  else io.out(text(io, report.value, top));
  for (const issue of report.issues) io.err(issueText({ ...io, colour: false }, issue));
  return EXIT.pass;
}

/** The document of `--json`: schema assay/review/1. */
function document(report: ReviewReport, top: number): unknown {
  const { base, head, verdict, regions, first, lines, skipped, elsewhere, record } = report;
  const { treeHash, status } = verdict;
  const told = { base, head, treeHash, status, lines, first, regions: regions.slice(0, top), skipped, elsewhere };
  return { schema: 'assay/review/1', ...told, left: Math.max(0, regions.length - top), record };
}

const COLOUR = { pass: 'green', fail: 'red', unknown: 'yellow' } as const;
/** Regions that are shown, and reasons of one. */
const SHOWN = 7;
const REASONS = 4;

const counted = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;

function text(
  io: Io,
  { base, head, verdict, regions, first, lines, skipped, elsewhere, record }: ReviewReport,
  top: number,
): string {
  const dim = (line: string): string => paint(io, 'dim', line);
  const all = regions.length + skipped.reduce((sum, one) => sum + one.regions, 0);
  let out = `${paint(io, COLOUR[verdict.status], verdict.status)} ${base}..${head}  `;
  if (all === 0) return `${out}nothing to read: the change is empty\n`;
  out +=
    regions.length === 0
      ? `none of ${counted(all, 'region')} needs reading\n`
      : `read ${first.regions} of ${counted(all, 'region')} first: ${first.lines} of ${counted(lines, 'line')}\n`;
  if (elsewhere.length > 0) out += '\n';
  for (const { path, message, code } of elsewhere.slice(0, SHOWN))
    out += `${paint(io, 'red', 'error')} ${visible(`${path === undefined ? '' : `${path} `}${message.split('\n')[0]} [${code}]`)}\n`;
  if (elsewhere.length > SHOWN) out += `${dim(`and ${counted(elsewhere.length - SHOWN, 'more error')}`)}\n`;
  regions.slice(0, top).forEach(({ path, first: from, last, worth, reasons, excerpt, added }, index) => {
    if (index === first.regions) out += `\n${dim('then')}\n`;
    const place = from === last ? `${path}:${from}` : `${path}:${from}-${last}`;
    out += `\n${paint(io, 'bold', `${index + 1}  ${visible(place)}`)}  ${dim(String(worth))}\n`;
    for (const reason of reasons.slice(0, REASONS)) out += `   ${visible(reason.text)} ${dim(`[${reason.source}]`)}\n`;
    if (reasons.length > REASONS) out += `   ${dim(`and ${counted(reasons.length - REASONS, 'more reason')}`)}\n`;
    const mark = added > 0 ? '│' : '-';
    for (const line of excerpt) out += `   ${dim(`${mark} ${visible(line.slice(0, 120))}`)}\n`;
  });
  out += '\n';
  if (regions.length > top)
    out += `${counted(regions.length - top, 'region')} more, worth less (--top ${regions.length} shows all)\n`;
  if (skipped.length > 0) {
    const sum = skipped.reduce((total, one) => total + one.lines, 0);
    const told = skipped.map((one) => `${one.lines} ${one.why}`).join(', ');
    out += `${counted(sum, 'line')} ${sum === 1 ? 'needs' : 'need'} no reading (${Math.round((100 * sum) / Math.max(1, lines))} %): ${told}\n`;
  }
  return `${out}${dim(`evidence: ${record}`)}\n`;
}
