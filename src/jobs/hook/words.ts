import { type Issue, visible } from '../../base/index.ts';
import type { Verdict } from '../../verify/index.ts';
import type { Judgement } from '../resident/index.ts';
import type { GitHook } from './gitText.ts';

/** Findings told at once; an agent repairs a few things at a time, and hosts cut long texts. */
const FINDINGS = 10;
/** Characters of one finding and of the whole text: below what the hosts take whole (10,000). */
const FINDING = 600;
const WHOLE = 8_000;

const cut = (text: string, limit: number): string => (text.length < limit ? text : `${text.slice(0, limit - 2)} …`);

function finding({ code, path, at, message, suggestion }: Issue): string {
  const place = path === undefined ? '' : `${path}${at ? `:${at.line}:${at.column}` : ''} `;
  const real =
    suggestion === undefined ? '' : `\n    ${code.startsWith('names/') ? 'what exists' : 'try'}: ${suggestion}`;
  return cut(visible(`${place}${message} [${code}]${real}`), FINDING);
}

function listed(issues: readonly Issue[]): string {
  const lines = issues.slice(0, FINDINGS).map(finding);
  if (issues.length > FINDINGS) lines.push(`and ${issues.length - FINDINGS} more`);
  return lines.join('\n');
}

const errors = (count: number): string => (count === 1 ? '1 error' : `${count} errors`);

/** What an agent is told after an edit; undefined where there is nothing to tell. */
export function editWords({ errors: found }: Judgement, edited: readonly string[]): string | undefined {
  if (found.length === 0) return undefined;
  const own = found.filter(({ path }) => path === undefined || edited.includes(path));
  const others = found.filter((issue) => !own.includes(issue));
  const parts: string[] = [];
  if (own.length > 0) {
    parts.push(
      `assay: the edit is on disk, but it brought ${errors(own.length)} that HEAD does not have. Repair ${own.length === 1 ? 'it' : 'them'}; use names that exist:\n${listed(own)}`,
    );
  }
  if (others.length > 0) {
    parts.push(
      `assay: ${errors(others.length)} in files that use what an earlier edit of yours changed. Change these too, or take that edit back:\n${listed(others)}`,
    );
  }
  return cut(parts.join('\n'), WHOLE);
}

/** What an agent is told whose work did not pass, `left` more refusals to come at most. */
export function stopWords(verdict: Verdict, left: number): string {
  const { names, found } = failures(verdict);
  const head = `assay: not done. The change fails ${names} (${errors(found.length)} against the commit this session began with). Repair this, then finish:`;
  const rest =
    left > 0
      ? 'Do not weaken or skip tests to get past this.'
      : 'This is the last time that the end is refused; say plainly what still fails if you cannot repair it.';
  return cut(`${head}\n${listed(found)}\n${rest}`, WHOLE);
}

/** What a person is told whose commit or push did not pass. */
export function gitWords(verdict: Verdict, hook: GitHook): string {
  const { names, found } = failures(verdict);
  const what = hook === 'pre-commit' ? 'what is staged' : 'what is pushed';
  const past = hook === 'pre-commit' ? 'git commit --no-verify' : 'git push --no-verify';
  return cut(
    `assay: ${what} fails ${names} (${errors(found.length)}):\n${listed(found)}\n\`${past}\` goes past this.`,
    WHOLE,
  );
}

function failures(verdict: Verdict): { readonly names: string; readonly found: readonly Issue[] } {
  const failing = verdict.checks.filter(({ decides, status }) => decides && status === 'fail');
  return {
    names: failing.map(({ name }) => name).join(', '),
    found: onePlaceOnce(failing.flatMap(({ issues }) => issues.filter(({ severity }) => severity === 'error'))),
  };
}

/** What a person is told where the verdict is no plain pass. */
export function unknownWords(verdict: Verdict): string {
  const unknown = verdict.checks.filter(({ decides, status }) => decides && status === 'unknown');
  return visible(
    cut(
      `assay: nothing failed, but not everything could be checked: ${unknown.map(({ name, summary }) => `${name} (${summary})`).join('; ')}`,
      WHOLE,
    ),
  );
}

/** `names` comes before the compiler and knows the nearest real name; the same place is told once. */
function onePlaceOnce(issues: readonly Issue[]): Issue[] {
  const seen = new Set<string>();
  return issues.filter(({ path, span }) => {
    const place = `${path}:${span?.start}`;
    if (span && seen.has(place)) return false;
    seen.add(place);
    return true;
  });
}
