import { type AssayEvent, type EventSink, type Issue, type Severity, visible, visibleLine } from '../../base/index.ts';
import { EXIT, type Exit, type Io } from './io.ts';

const ANSI = { red: 31, green: 32, yellow: 33, dim: 2, bold: 1 } as const;

/** Wraps text in a colour where the output is a terminal. */
export const paint = (io: Io, colour: keyof typeof ANSI, text: string): string =>
  io.colour ? `\u001b[${ANSI[colour]}m${text}\u001b[0m` : text;

const COLOURS: Readonly<Record<Severity, keyof typeof ANSI>> = { error: 'red', warning: 'yellow', info: 'dim' };

/** Others' text of several lines, which is not to look like lines of ours. */
const indented = (text: string): string => visible(text).replaceAll('\n', '\n    ');

/** `path:line:column severity message [code]`, and on a line of its own what to try: a name, or one sentence. */
export function issueText(io: Io, issue: Issue): string {
  const place = issue.path
    ? `${visibleLine(issue.path)}${issue.at ? `:${issue.at.line}:${issue.at.column}` : ''} `
    : '';
  const head = `${place}${paint(io, COLOURS[issue.severity], issue.severity)} ${indented(issue.message)} ${paint(io, 'dim', `[${issue.code}]`)}\n`;
  return issue.suggestion ? `${head}    try: ${indented(issue.suggestion)}\n` : head;
}

/** Tells what was wrong with the input or the surroundings and gives the exit status for it. */
export function refuse(io: Io, issues: readonly Issue[]): Exit {
  for (const issue of issues) io.err(issueText({ ...io, colour: false }, issue));
  return EXIT.usage;
}

export const json = (io: Io, document: unknown): void => io.out(`${JSON.stringify(document, null, 2)}\n`);

/** Progress on standard error: a line that is rewritten on a terminal, one line a finished task elsewhere. */
export function progress(io: Io): EventSink & { done(): void } {
  let shown = 0;
  const started = new Map<string, number>();
  const line = (text: string): void => {
    if (!io.motion) return;
    const cut = visibleLine(text).slice(0, 100);
    io.err(`\r${cut.padEnd(shown)}`);
    shown = cut.length;
  };
  const clear = (): void => {
    if (shown > 0) io.err(`\r${' '.repeat(shown)}\r`);
    shown = 0;
  };
  const sink = (event: AssayEvent): void => {
    switch (event.type) {
      case 'check-start':
        line(`checking ${event.check}`);
        break;
      case 'command-start':
        line(`running ${event.command.join(' ')}`);
        break;
      case 'progress-start':
        started.set(event.task, performance.now());
        if (!io.motion) io.err(`${event.task}\n`);
        else line(event.task);
        break;
      case 'progress-delta':
        line(
          `${event.task}: ${counted(event.done, event.total)}${timeLeft(started.get(event.task), event.done, event.total)}${event.note ? ` ${event.note}` : ''}`,
        );
        break;
      case 'progress-end':
        clear();
        io.err(`${event.task}: done in ${(event.ms / 1000).toFixed(1)} s\n`);
        break;
      case 'limit-hit':
        clear();
        io.err(`limit reached: ${event.limit} (${event.value}), found ${event.found}\n`);
        break;
      case 'issue-found':
        clear();
        io.err(issueText({ ...io, colour: false }, event.issue));
        break;
      default:
    }
  };
  return Object.assign(sink, { done: clear });
}

const counted = (done: number, total: number | undefined): string =>
  total === undefined ? `${done}` : `${done} of ${total}`;

function timeLeft(started: number | undefined, done: number, total: number | undefined): string {
  if (started === undefined || total === undefined || done <= 0) return '';
  const seconds = ((performance.now() - started) / 1000 / done) * (total - done);
  return `, ${seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`} left`;
}
