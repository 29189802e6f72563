/** What runs tests, types, lint; what else a command line holds says nothing of quality. */
export const VERIFIES =
  /\b(?:test|tests|vitest|jest|mocha|ava|tap|uvu|pytest|tox|nox|mypy|ruff|flake8|rspec|phpunit|c8|nyc|playwright|cypress|tsd|attw|publint|knip|eslint|biome|oxlint|prettier|xo|standard|lint|tsc|vue-tsc|typecheck|type-check|check|coverage|verify|audit|e2e)\b/;

/** Programs and actions that carry what others found somewhere; whether they fail says nothing of the code. */
const CARRIES =
  /^(?:codecov|coveralls|cc-test-reporter|curl|wget|echo|printf|cat|ls|find|head|tail|grep|gh|git|aws|gsutil|rsync|scp|sleep|mkdir|cp|mv|rm|tar|zip|df|du|env|date|chmod|touch|docker|cd|export|:|true)$/;
const CARRYING_ACTION =
  /(?:^|[/-])(?:(?:upload|download)-[\w-]+|cache|codecov-action|coveralls?|github-action|slack[\w-]*|[\w-]*(?:notif|comment|report)[\w-]*|action-(?:junit|slack)[\w-]*)(?:[/@]|$)/i;
const REPORTS = /^(?:nyc|c8|playwright|vitest|istanbul)\s+(?:report|show-report|merge)\b|^\S*(?:codecov|coveralls)\b/;

const PARTS = /&&|\|\||;|(?<!\|)\|(?!\|)/;
const START =
  /^(?:[({!]\s*|if\s+|then\s+|else\s+|do\s+|(?:npx|bunx|sudo|exec|time|cross-env|timeout\s+\S+|[A-Z_]+=\S*)\s+)+/;
const bareOf = (part: string): string => part.trim().replace(START, '').trim();

/** Whether a command, or an action, tells nothing of the code by failing. */
export const isCarrier = (command: string): boolean =>
  /^[\w.-]+\/[\w./-]+@/.test(command)
    ? CARRYING_ACTION.test(command) && (!/github-action/.test(command) || /coveralls/.test(command))
    : command
        .split(PARTS)
        .map(bareOf)
        .every(
          (part) =>
            (!/--check/.test(part) && REPORTS.test(part)) ||
            (CARRIES.test(part.match(/^\S+/)?.[0] ?? 'true') && !/--check/.test(part)),
        );

/** The names of what checks in a command line: programs, and scripts without what follows a colon. */
const checkers = (text: string): ReadonlySet<string> =>
  new Set(
    text
      .split(PARTS)
      .map(bareOf)
      .filter((part) => VERIFIES.test(part) && !/^(?:test\s|\[)/.test(part) && !isCarrier(part))
      .flatMap((part) => part.match(/[\w@/.-]+/g) ?? [])
      .filter((word) => VERIFIES.test(word) && !word.startsWith('-')),
  );

const FAILS =
  /\b(?:exit|return)\s+(?:[1-9]|["']?\$)|(?:^|[;&|({]|\b(?:then|else|do)\b)\s*false\b|process\.exit\((?!0?\))|\bthrow\b|\bkill\b|setFailed/;

/** Whether a command line fails by itself; what it prints says nothing. */
export const fails = (line: string): boolean => FAILS.test(line.replace(/\b(?:echo|printf)\b[^;&|]*/g, ''));

/**
 * What a command line falls back to where its check fails, so that it goes on: the other side of `||`, where that neither
 * fails nor runs the same check again. Undefined where a failure counts.
 */
export function fallback(line: string): string | undefined {
  for (const statement of line.split(/;(?![^({]*[)}])|\n/)) {
    const [first = '', ...others] = statement.split('||');
    const asked = checkers(first);
    if (asked.size === 0) continue;
    for (const other of others) {
      // A status that is kept may be asked for later.
      if (fails(other) || refusesFailure(other) || /^\s*\w+=\$\?\s*$/.test(other)) continue;
      const again = checkers(other);
      if (![...again].some((name) => [...asked].some((one) => sameCheck(one, name)))) return other.trim();
    }
  }
  return undefined;
}

/** Whether a look at the status lets only other ends pass than that of what found something, which is 1. */
function refusesFailure(command: string): boolean {
  const [, sign, number] = /^(?:\[\[?|test|\(\()\s*"?\$\?"?\s*(\S+)\s*(\d+)/.exec(command.trim()) ?? [];
  if (sign === undefined) return false;
  const status = Number(number);
  if (/^(?:-eq|==?)$/.test(sign)) return status !== 1;
  if (/^(?:-ne|!=)$/.test(sign)) return status === 1;
  return /^(?:-l[et]|<=?)$/.test(sign)
    ? 1 > status - (/t$|^<$/.test(sign) ? 1 : 0)
    : 1 < status + (/t$|^>$/.test(sign) ? 1 : 0);
}

const sameCheck = (a: string, b: string): boolean => a === b || a.replace(/[:-].*$/, '') === b.replace(/[:-].*$/, '');

/**
 * Why a step as a whole passes although a command in it fails; undefined where it does not.
 *
 * @param isAsked whether another step fails, which may be by what this one writes down
 */
export function passesAnyway(given: readonly string[], isAsked = false): string | undefined {
  const lines = given.flatMap((line) => (/^(?:for|while|until)\b.*\bdone\b/.test(line) ? line.split(/;\s*/) : [line]));
  let isOff = false;
  for (const [index, line] of lines.entries()) {
    if (/^set\s+\+\w*e|^set\s+\+o\s+errexit/.test(line)) isOff = true;
    else if (/^set\s+-\w*e|^set\s+-o\s+errexit/.test(line)) isOff = false;
    if (checkers(line.replace(/&\s*$/, '')).size === 0) continue;
    const rest = lines.slice(index);
    if (/[^&>]&$/.test(line) && !rest.some((one) => /^wait\b/.test(one))) return line;
    const isWritten = isAsked && rest.some((one) => /GITHUB_(?:OUTPUT|ENV)/.test(one));
    if (rest.some(fails) || /^(?:\[|test\s|\(\()/.test(lines.at(-1)!) || isWritten) continue;
    if (isOff && index < lines.length - 1) return 'set +e';
    if (/^if\s/.test(line) || /\|\|\s*\w+=\$\?/.test(line) || (isHeld(line) && !isLast(lines, index))) return line;
  }
  return undefined;
}

/** Whether something that is no check follows a check by `&&`: such a list does not end the shell where the check fails. */
const isHeld = (line: string): boolean =>
  /&&/.test(line) && !/\|\|/.test(line) && checkers(line.split('&&').at(-1)!).size === 0;

/** Whether the status of a line is that of all, as nothing comes after it, or only the end of the loop it is in. */
const isLast = (lines: readonly string[], index: number): boolean =>
  lines.slice(index + 1).every((line) => /^(?:done|fi|\}|\))$/.test(line));
