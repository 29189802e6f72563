import type { Command } from 'commander';
import { type Result, visible } from '../../../base/index.ts';
import type { CompareQuestion, CompareReport, Comparison, Reply, WrittenTests } from '../../../jobs/index.ts';
import { EXIT, type Exit, type Io } from '../io.ts';
import type { Define } from '../main.ts';
import { issueText, json, paint, progress, refuse } from '../render.ts';

interface Options {
  readonly symbol?: string;
  readonly doc?: string;
  readonly answers?: string;
  /** True where no file is named. */
  readonly writeTests?: string | true;
  readonly allowRestricted?: boolean;
  readonly json?: boolean;
}

/** Questions asked at a terminal. */
const QUESTIONS = 8;
/** Options and inputs shown. */
const OPTIONS = 6;
const SHOWN = 3;
/** Why answers are not written where the answers or the drafts are to blame, and neither the request nor the surroundings. */
const UNWRITTEN = /^compare\/tests-(?:none|not-written)$/;
/** What can be said to a question beside one of its options. */
export const REPLIES = '  = and a value or throws, d does not matter, n I do not know, q no more questions';

export const defineCompare: Define = (program: Command, io, exit) => {
  program
    .command('compare')
    .description(
      'alternatives of a function, class or module run against each other: which do the same, on what they part, which to take',
    )
    .argument('<files...>', 'two files or more, each with one alternative')
    .option('--symbol <name>', 'the function or class; without it, all that all files export')
    .option('--doc <file>', 'what the function is to do, with examples: a doc comment or any text')
    .option('--answers <file>', 'JSON of inputs and what must come of them, both as source: {"[1, 2], 0": "3"}')
    .option('--write-tests [file]', "put the answers into the project's own tests, into this file or where they belong")
    .option('--allow-restricted', 'run the files even where only restricted isolation is to be had')
    .option('--json', 'print one JSON document')
    .action(async (files: readonly string[], options: Options) => exit(await run(io, files, options)));
};

async function run(io: Io, files: readonly string[], options: Options): Promise<Exit> {
  const { openComparison } = await import('../../../jobs/index.ts');
  const shown = progress(io);
  const opened = await openComparison({
    cwd: io.cwd,
    files,
    ...(options.symbol === undefined ? {} : { symbol: options.symbol }),
    ...(options.doc === undefined ? {} : { doc: options.doc }),
    ...(options.answers === undefined ? {} : { answers: options.answers }),
    allowRestricted: options.allowRestricted ?? false,
    events: shown,
  });
  shown.done();
  if (!opened.ok) return refuse(io, opened.issues);
  for (const issue of opened.issues) io.err(issueText({ ...io, colour: false }, issue));
  const comparison = opened.value;
  if (io.ask && !options.json) await converse(io, io.ask, comparison);
  const report = comparison.report();
  if (!options.json) io.out(text(io, report));
  const written = await intoTests(io, options, comparison);
  if (options.json) json(io, document(report, written?.ok ? written.value : undefined));
  if (written?.ok) {
    for (const reason of written.value.left) io.err(`no test was written: ${visible(reason)}\n`);
    if (!options.json) io.out(testsText(io, written.value, report));
  } else if (written) {
    const status = refuse(io, written.issues);
    if (!written.issues.some(({ code }) => UNWRITTEN.test(code))) return status;
  }
  if (report.clusters.length === 0) return EXIT.unknown;
  return report.chosen === null || written?.ok === false ? EXIT.fail : EXIT.pass;
}

/** Writes the answers into tests where that was asked for, on the command line or at the terminal. */
async function intoTests(
  io: Io,
  { writeTests: wanted, allowRestricted, json: isDocument }: Options,
  comparison: Comparison,
): Promise<Result<WrittenTests> | undefined> {
  let test = wanted;
  if (test === undefined) {
    if (!io.ask || isDocument || !comparison.answered().ok) return undefined;
    const line = (await io.ask("into the project's tests? y, a file, or nothing for no: "))?.trim() ?? '';
    if (line === '' || /^no?$/i.test(line)) return undefined;
    test = /^y(?:es)?$/i.test(line) ? true : line;
  }
  const { writeTests } = await import('../../../jobs/index.ts');
  const shown = progress(io);
  const written = await writeTests(comparison, {
    cwd: io.cwd,
    ...(test === true ? {} : { test }),
    allowRestricted: allowRestricted ?? false,
    insideCheck: io.env.ASSAY_INSIDE_CHECK !== undefined,
    events: shown,
  });
  shown.done();
  return written;
}

function testsText(io: Io, { path, added, known, place, diff }: WrittenTests, { chosen }: CompareReport): string {
  let out = diff === '' ? '' : `\n${diff}`;
  if (added.length > 0)
    out += `${paint(io, 'green', visible(path))} ${added.length} ${added.length === 1 ? 'test' : 'tests'} added, which hold with ${visible(chosen ?? '')} as ${visible(place)}\n`;
  if (known.length > 0) out += `  ${known.length} ${known.length === 1 ? 'was' : 'were'} there already\n`;
  return out;
}

/** Asks what drafts part on, the most telling first, until nothing is left or the person has had enough. */
async function converse(io: Io, ask: NonNullable<Io['ask']>, comparison: Comparison): Promise<void> {
  for (let asked = 0; asked < QUESTIONS; asked++) {
    const question = comparison.question();
    if (!question) return;
    io.err(questionText(io, question));
    for (;;) {
      const line = await ask('which? ');
      if (line === undefined || /^q(?:uit)?$/i.test(line.trim())) return;
      const reply = readReply(line, question);
      if (!reply) continue;
      const taken = comparison.reply(reply);
      if (taken.ok) break;
      for (const issue of taken.issues) io.err(issueText({ ...io, colour: false }, issue));
    }
  }
}

/** `for [] three drafts say 0, one says NaN: which?` and what can be answered. */
export function questionText(io: Io, { input, options }: CompareQuestion): string {
  const said = options
    .slice(0, OPTIONS)
    .map(({ output, drafts }, index) => `${counted(drafts.length, index === 0)} ${visible(output)}`)
    .join(', ');
  let out = `\n${paint(io, 'bold', `for ${visible(input) || 'no arguments'} ${said}: which?`)}\n`;
  options.slice(0, OPTIONS).forEach(({ output }, index) => {
    out += `  ${index + 1}  ${visible(output)}\n`;
  });
  return `${out}${paint(io, 'dim', REPLIES)}\n`;
}

const WORDS = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];
const counted = (drafts: number, first: boolean): string => {
  const number = WORDS[drafts] ?? String(drafts);
  return `${number}${first ? (drafts === 1 ? ' draft' : ' drafts') : ''} ${drafts === 1 ? 'says' : 'say'}`;
};

/** A reply as it is typed; undefined for an empty line. */
export function readReply(line: string, { options }: CompareQuestion): Reply | undefined {
  const typed = line.trim();
  if (typed === '') return undefined;
  if (/^(?:d|does not matter)$/i.test(typed)) return { kind: 'any' };
  if (/^(?:n|i do not know|\?)$/i.test(typed)) return { kind: 'unsure' };
  if (/^\d+$/.test(typed) && Number(typed) >= 1 && Number(typed) <= options.length)
    return { kind: 'option', index: Number(typed) - 1 };
  return { kind: 'text', text: typed.replace(/^=\s*/, '') };
}

/** The document of `--json`: schema assay/compare/1. */
function document({ clusters, chosen, confidence, parting, ...rest }: CompareReport, written?: WrittenTests): unknown {
  const { path, added, known, place } = written ?? {};
  return {
    schema: 'assay/compare/1',
    clusters,
    chosen,
    confidence,
    parting,
    ...rest,
    ...(written ? { tests: { path, added, known, place } } : {}),
  };
}

function text(io: Io, report: CompareReport): string {
  const {
    kind,
    symbol,
    symbols = [],
    clusters,
    chosen,
    confidence,
    parting,
    unknown,
    examples,
    inputs,
    isolation,
    ms,
  } = report;
  const dim = (line: string): string => paint(io, 'dim', line);
  let out = '';
  if (chosen !== null) out += `${paint(io, 'green', visible(chosen))} ${Math.round(confidence * 100)} % sure\n`;
  else if (clusters.length > 0) out += `${paint(io, 'red', 'none')} no draft does what the answers say\n`;
  else out += `${paint(io, 'yellow', 'unknown')} nothing could be compared\n`;
  clusters.forEach(({ members, support, examples: passed, pruned }, index) => {
    const notes = [
      `${Math.round(support * 100)} %`,
      ...(examples > 0 ? [`${passed} of ${examples} ${examples === 1 ? 'example' : 'examples'}`] : []),
      ...(pruned ? ['ruled out by an answer'] : []),
    ];
    out += `  ${index + 1}  ${members.map(visible).join(', ')} ${dim(notes.join(', '))}\n`;
  });
  for (const { member, reason } of unknown) out += `  ?  ${visible(member)} ${dim(visible(reason))}\n`;
  for (const one of symbols) {
    const ways = one.clusters.map((members) => members.map(visible).join(', ')).join(' | ');
    out += `  ${visible(one.symbol)} ${dim(ways === '' ? 'unknown' : one.clusters.length > 1 ? ways : 'all the same')}\n`;
  }
  for (const { input, outputs } of parting.slice(0, SHOWN)) {
    out += kind === 'function' ? `  ${visible(symbol)}(${visible(input)})\n` : `  ${visible(input)}\n`;
    for (const { cluster, output } of outputs.slice(0, OPTIONS)) out += `      ${cluster + 1}  ${visible(output)}\n`;
  }
  if (clusters.length === 1 && unknown.length === 0) out += '  all drafts did the same on every input\n';
  return `${out}${dim(`  ${inputs} inputs, isolation ${isolation}, ${(ms / 1000).toFixed(1)} s`)}\n`;
}
