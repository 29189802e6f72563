import { type RepoPath, span } from '../../base/index.ts';
import { weakerCommand } from './commands.ts';
import { type Entry, grown, itemsOf, numberIn, type Tell, within } from './entries.ts';
import { VERIFIES } from './masks.ts';
import { calls, callsIfThere, type Scripts, type Side } from './project.ts';
import { entriesOf } from './settingsEntries.ts';
import { lintFinding, stagedFinding } from './settingsLint.ts';
import { joinMoved } from './settingsMoves.ts';
import { typesFinding } from './settingsTypes.ts';
import type { Finding, Label } from './types.ts';

/** A file of settings on both sides. */
export interface SettingsFile {
  readonly path: RepoPath;
  readonly base?: string;
  readonly head?: string;
}

type Kind = 'manifest' | 'tests' | 'lint' | 'types' | 'coverage';

const FILES: readonly (readonly [Kind, RegExp])[] = [
  ['manifest', /(?:^|\/)package\.json$/],
  ['types', /(?:^|\/)[tj]sconfig(?:\.[\w.-]+)?\.json$/],
  [
    'coverage',
    /(?:^|\/)(?:\.nycrc(?:\.\w+)?|nyc\.config\.[cm]?js|\.c8rc(?:\.json)?|codecov\.ya?ml|\.codecov\.ya?ml|\.coveralls\.yml)$/,
  ],
  [
    'tests',
    /(?:^|\/)(?:(?:vitest|vite|jest|playwright|karma|ava|cypress|web-test-runner)(?:\.[\w-]+)*\.(?:config|workspace|setup)(?:\.[\w-]+)?\.(?:[cm]?[jt]s|json)|jasmine(?:\.[\w-]+)*\.m?js(?:on)?|\.mocharc(?:\.\w+)?|mocha\.opts|\.taprc|jest\.config\.json|vitest\.workspace\.\w+)$/,
  ],
  [
    'lint',
    /(?:^|\/)(?:eslint\.config\.[cm]?[jt]s|\.eslintrc(?:\.\w+)?|biome\.jsonc?|tslint\.json|oxlint\.config\.[cm]?[jt]s|\.?oxlintrc\.json|\.oxlintrc|\.eslintignore|\.biomeignore|\.prettierignore|\.stylelintignore|\.lintstagedrc(?:\.\w+)?|\.prettierrc(?:\.\w+)?|prettier\.config\.[cm]?[jt]s)$/,
  ],
];

export const settingsKind = (path: string): Kind | undefined => FILES.find(([, pattern]) => pattern.test(path))?.[0];

/** What a file for mocha alone that is new leaves out: its tests were run without it. */
const OF_MOCHA = /^(?:ignore|exclude|grep|fgrep|invert|retries)$/;

/** Settings by which less is run, asked or counted. */
export function settingsFindings(files: readonly SettingsFile[], scripts: Scripts): Finding[] {
  const moved = new Map<Kind, { base: Entry[]; head: Entry[] }>();
  const findings: Finding[] = [];
  const sides = files.map(({ path, base, head }) => ({
    path,
    at: path,
    base: entriesOf(path, base),
    head: entriesOf(path, head),
    wasThere: base !== undefined,
    isThere: head !== undefined,
  }));
  joinMoved(sides);
  for (const file of sides) {
    const kind = settingsKind(file.path)!;
    const { base, head } = file;
    if (base && !head && kind === 'manifest')
      findings.push({
        label: 'test-command-changed',
        path: file.path,
        span: span(0, 0),
        expected: `${file.path} to be read, as at the base`,
        found: 'a text that is no JSON, of which no script runs',
      });
    if (!base || !head) continue;
    if (!file.wasThere || !file.isThere) {
      // How code is laid out is no rule that another file may hold now.
      if (/prettier(?:rc|\.config)/.test(file.path)) continue;
      const both = moved.get(kind) ?? { base: [], head: [] };
      both.base.push(...base);
      // What a workspace was is a list among other settings now.
      both.head.push(...head.map((one) => ({ ...one, path: one.path.replace(/^test\.projects\./, '') })));
      moved.set(kind, both);
      continue;
    }
    findings.push(...compared(kind, file.at, base, head, scripts));
  }
  // A file that went and another of its kind that came are taken for one that moved.
  for (const [kind, { base, head }] of moved) {
    const to = sides.find((file) => settingsKind(file.path) === kind && !file.wasThere);
    const isMocha = base.length === 0 && to !== undefined && /mocha/.test(to.path);
    if (isMocha)
      findings.push(
        ...compared(
          kind,
          to.path,
          [],
          head.filter((one) => OF_MOCHA.test(one.path)),
          scripts,
        ),
      );
    if (base.length > 0 && to) findings.push(...compared(kind, to.path, base, head, scripts));
    const from = sides.find((file) => settingsKind(file.path) === kind && !file.isThere);
    if (base.length > 0 && !to && from && kind !== 'manifest') {
      const thresholds = base.filter((one) => isThreshold(kind, one.path));
      if (thresholds.length > 0)
        findings.push({
          label: 'threshold-lowered',
          path: from.path,
          span: span(0, 0),
          expected: `the thresholds of ${from.path}`,
          found: 'the file deleted',
        });
    }
  }
  return findings;
}

function compared(
  kind: Kind,
  path: RepoPath,
  base: readonly Entry[],
  head: readonly Entry[],
  scripts: Scripts,
): Finding[] {
  const was = new Map(base.map((one) => [one.path, one]));
  const is = new Map(head.map((one) => [one.path, one]));
  const findings: Finding[] = [];
  const tell = (label: Label, entry: Entry | undefined, expected: string, found: string): void => {
    findings.push({ label, path, span: entry?.span ?? span(0, 0), expected, found });
  };
  for (const key of new Set([...was.keys(), ...is.keys()])) {
    const [old, now] = [was.get(key), is.get(key)];
    if (old?.text === now?.text && old?.items?.join() === now?.items?.join()) continue;
    const last = key.split('.').at(-1)!;
    if (kind === 'manifest' && key.startsWith('scripts.'))
      scriptFinding(last, old, now, { base, head }, scripts, path.replace(/\/?package\.json$/, ''), tell);
    else if (isThreshold(kind, key)) thresholdFinding(key, old, now, tell, is);
    else if (/^lint-staged\./.test(key) || /lintstaged/.test(path)) stagedFinding(old, now, tell);
    else if (kind === 'types') typesFinding(key, last, old, now, tell);
    else if (kind === 'lint' || (kind === 'manifest' && /^(?:eslintConfig|eslintIgnore|xo|prettier)\b/.test(key)))
      lintFinding(key, last, old, now, head, tell, (plugin) =>
        base.some((one) => one.path.includes(`${plugin}/`) || one.text.includes(plugin)),
      );
    else if (
      kind === 'tests' ||
      (kind === 'manifest' && /^(?:jest|vitest|mocha|ava|tap|nyc|c8)\b/.test(key)) ||
      kind === 'coverage'
    )
      testsFinding(kind, key, last, old, now, tell);
  }
  return findings;
}

const isThreshold = (kind: Kind, key: string): boolean => {
  if (!(kind === 'tests' || kind === 'coverage' || (kind === 'manifest' && /^(?:jest|nyc|c8|vitest|tap)\b/.test(key))))
    return false;
  return (
    /threshold|check-?coverage|fail_under|\.(?:target)$/i.test(key) ||
    ((kind === 'coverage' || /^(?:nyc|c8)\b|(?:^|\.)coverage\./.test(key)) &&
      /(?:^|\.)(?:branches|lines|functions|statements)$/.test(key))
  );
};

const OF_FILES = /^(.*thresholds?)\..*[/*].*\.(lines|branches|functions|statements)$/i;

function thresholdFinding(
  key: string,
  old: Entry | undefined,
  now: Entry | undefined,
  tell: Tell,
  all: ReadonlyMap<string, Entry>,
): void {
  if (/\.autoUpdate$/.test(key) && now?.text === 'true' && old?.text !== 'true')
    tell('threshold-lowered', now, 'thresholds that stay', 'them set anew by each run');
  if (!old) {
    if (/check-?coverage$/i.test(key) && now?.text === 'false')
      tell('threshold-lowered', now, 'coverage to be asked for', `${key} false`);
    // One of some files, below that of all.
    const [, of = '', what = ''] = OF_FILES.exec(key) ?? [];
    const general = all.get(`${of}.${what}`) ?? all.get(`${of}.global.${what}`);
    const [asked, own] = [numberIn(general), numberIn(now)];
    if (asked !== undefined && own !== undefined && own < asked && asked > 0 && own >= 0)
      tell('threshold-lowered', now, `${what} ${general!.text} of all files`, `${key} ${now!.text}`);
    return;
  }
  const [was, is] = [numberIn(old), numberIn(now)];
  // `codecov` calls what may be lost a threshold; the others what must be there.
  const isSlack = /codecov|(?:project|patch)\..*threshold$/.test(key);
  if (was !== undefined && is !== undefined) {
    if (isSlack ? is > was : was < 0 ? is < was : is < was)
      tell('threshold-lowered', now, `${key} ${old.text}`, now!.text);
  } else if ((now === undefined && !isAskedByFlag(all)) || now?.text === 'false')
    tell('threshold-lowered', now, `${key} ${old.text}`, now?.text ?? 'it gone');
}

/** Whether a script asks for coverage itself. */
const isAskedByFlag = (all: ReadonlyMap<string, Entry>): boolean =>
  [...all.values()].some(
    ({ path, text }) => path.startsWith('scripts.') && /\b(?:c8|nyc)\b.*\s--(?:100|check-coverage)\b/.test(text),
  );

/** Declarations, tests and what is no program: nothing of it is run as code that is asked about. */
const HOLDS_NO_CODE =
  /(?:^|[/"'])types?(?:\/|\.[cm]?ts)|\.d\.(?:\[?[cm]{1,2}\]?\??)?ts["']?$|[.*](?:test|spec|bench|stories|snap|md|json|css|scss|svg|html)(?:\.[*\w?{},[\]()|]+)?["']?$|__(?:tests|snapshots|mocks|fixtures)__|[./]generated[./]/;

/** What tests are given, left out of what is run. */
const HOLDS_NO_TESTS = /^"!.*(?:fixtures?|node_modules|dist|build|snapshots?|__mocks__)\b/;

const NEW_SWITCHES =
  /^(?:passWithNoTests|dangerouslyIgnoreUnhandledErrors|allowOnly|update|allowEmpty|failZero|bail|silent|ignoreSourceErrors|allow-uncaught|allowUncaught|isolatedModules)$/;
/** What is off by a word. */
const OFF = /^(?:diagnostics|failWithoutAssertions|enabled)$/;

function testsFinding(
  kind: Kind,
  key: string,
  last: string,
  old: Entry | undefined,
  now: Entry | undefined,
  tell: Tell,
): void {
  const isCoverage = kind === 'coverage' || /coverage|collectCoverage|nyc|c8/i.test(key);
  const label: Label = isCoverage ? 'threshold-lowered' : 'test-command-changed';
  if (
    /^(?:exclude|ignore|ignores|testPathIgnorePatterns|modulePathIgnorePatterns|coveragePathIgnorePatterns|testIgnore|watchIgnore|ignoreClassMethods)$/.test(
      last,
    )
  ) {
    const more = grown(old, now).filter(
      (item) =>
        !(isCoverage && HOLDS_NO_CODE.test(item)) &&
        !/node_modules|dist\b|build\b|\.stryker/.test(item) &&
        !item.startsWith('...') &&
        !/^\w+(?:\.\w+)+$/.test(item),
    );
    if (more.length > 0)
      tell(
        label,
        now,
        isCoverage ? 'coverage counted over the same files' : 'the same tests to run',
        `${last} with ${more.join(', ')}`,
      );
  } else if (
    /^(?:include|testMatch|testRegex|spec|spec_files|spec_dir|files|tests|collectCoverageFrom|roots|testDir|dir|require|projects|extension)$/.test(
      last,
    ) &&
    (old || (now && isDeep(now) && !/setup|require/.test(key)))
  ) {
    const fresh = grown(old, now).filter((item) => !(isCoverage ? HOLDS_NO_CODE : HOLDS_NO_TESTS).test(item));
    const gone = grown(now, old);
    const isNarrow = now
      ? (gone.length > 0 && (fresh.length === 0 || fresh.every((item) => /^"!/.test(item) || within(item, gone)))) ||
        fresh.some((item) => /^"!/.test(item)) ||
        !old ||
        (old.items === undefined && (within(now.text, [old.text]) || isTail(old.text, now.text)))
      : false;
    if (last === 'require' && fresh.some((item) => TRANSPILES.test(item)) && !TRANSPILES.test(itemsOf(old).join()))
      tell(label, now, 'tests whose types are checked', `${last} ${now?.text.slice(0, 80)}`);
    else if (isNarrow && last !== 'require')
      tell(
        label,
        now,
        isCoverage ? 'coverage counted over the same files' : 'the same tests to run',
        `${last} ${now?.text.slice(0, 80)}`,
      );
  } else if (
    /^(?:allow-(?:incomplete|empty)-coverage|allow(?:Incomplete|Empty)Coverage|disable-coverage|coverage-map)$/.test(
      last,
    ) &&
    now &&
    !old &&
    now.text !== 'false'
  )
    tell('threshold-lowered', now, 'everything to be covered', `${last} ${now.text}`);
  else if (NEW_SWITCHES.test(last) && last !== 'silent' && last !== 'bail' && now && /^(?:true|"all")$/.test(now.text))
    tell('test-command-changed', now, `a run that can fail`, `${last}: ${now.text}`);
  else if (last === 'automock' && now?.text === 'true')
    tell('subject-mocked', now, 'tests of the modules themselves', 'all of them mocked');
  else if (/^onUnhandledError$/.test(last) && now && !old)
    tell('test-command-changed', now, 'a run that can fail', last);
  else if (last === 'testRunner' && now && !old && /^"[.<]/.test(now.text))
    tell('test-command-changed', now, 'the runner itself', now.text);
  else if (
    OFF.test(last) &&
    !isCoverage &&
    now?.text === 'false' &&
    old?.text !== 'false' &&
    (last !== 'enabled' || /typecheck/.test(key))
  )
    tell('test-command-changed', now, `${key} ${old?.text ?? 'on'}`, 'it off');
  else if (last === 'informational' && now?.text === 'true')
    tell('threshold-lowered', now, 'a status that fails', 'one that only informs');
  else if (/^coverage\.status\.\w+$/.test(key) && old?.text === 'true' && now && /^(?:"off"|false)$/.test(now.text))
    tell('threshold-lowered', now, `${key} on`, now.text);
  else if (/^(?:retry|retries)$/.test(last) && (numberIn(now) ?? 0) > (numberIn(old) ?? 0))
    tell('test-command-changed', now, `${last} ${old?.text ?? 0}`, now?.text ?? '');
  else if (/^(?:testNamePattern|grep|fgrep|grepInvert|invert)$/.test(last) && now)
    tell('test-command-changed', now, 'every test to run', `${last}: ${now.text}`);
  else if (/^(?:forbidOnly|forbid-only|forbidPending|forbid-pending)$/.test(last) && old && now?.text !== 'true')
    tell('test-command-changed', now, `${last} ${old.text}`, now?.text ?? 'it gone');
  else if (
    /^(?:all|enabled|collectCoverage|check-coverage|checkCoverage|typecheck)$/.test(last) &&
    isCoverage &&
    old?.text === 'true' &&
    now?.text !== 'true'
  )
    tell('threshold-lowered', now, `${key} true`, now?.text ?? 'it gone');
  else if (
    /alias|moduleNameMapper/.test(key) &&
    now &&
    !old &&
    (/mock|fake|stub|__fixtures__|\btests?\//i.test(now.text) ||
      (/^\^?(?:\.{1,2}|\\\.)\/|\bsrc\//.test(last) && !/proxy|style/.test(now.text)))
  )
    tell('subject-mocked', now, 'tests of the module itself', `${last} as ${now.text}`);
}

const TRANSPILES = /transpile-?only/i;

/** Patterns that name a folder within others, or a file. */
const isDeep = (entry: Entry): boolean =>
  itemsOf(entry).length > 0 &&
  itemsOf(entry).every((item) => {
    const plain = item.replace(/["']/g, '').replace(/^(?:\.\/|<rootDir>\/)/, '');
    return (
      /^["'`]/.test(item) &&
      (plain.split('*')[0]!.split('/').length > 2 || (!plain.includes('*') && /\.\w+$/.test(plain)))
    );
  });

/** A pattern with more before it. */
const isTail = (old: string, now: string): boolean =>
  now.length > old.length && now.slice(1).endsWith(old.slice(1).replace(/^(?:\.\*|\^)+/, ''));

function scriptFinding(
  name: string,
  old: Entry | undefined,
  now: Entry | undefined,
  { base, head }: { readonly base: readonly Entry[]; readonly head: readonly Entry[] },
  scripts: Scripts,
  folder: string,
  tell: Tell,
): void {
  if (!old) return;
  const callers = scripts.callers(folder);
  // What counts coverage runs what it is given.
  const comesTo = (side: Side, line: string): string =>
    scripts
      .parts(side, folder, line.replace(/^(?:c8|nyc)\s+(?:--\S+\s+)*(?=(?:npm|pnpm|yarn|bun)\b)/, ''))
      .join(' && ');
  const command = (entry: Entry): string =>
    entry.text.startsWith('"') ? (JSON.parse(entry.text) as string) : entry.text;
  const text = command(old);
  // What people look at while they work decides nothing.
  if (/(?:^|[:-])(?:watch|dev|debug|ui|update)$/.test(name) || (!VERIFIES.test(name) && !VERIFIES.test(text))) return;
  const label: Label = /lint|format|style/.test(name) ? 'lint-disabled' : 'test-command-changed';
  if (!now) {
    const to = head.find((one) => one.path.startsWith('scripts.') && command(one).includes(text));
    const other = to?.path.slice('scripts.'.length) ?? '';
    // What calls it where it is there finds none now; `test` is what people and tools call without being told.
    const isLost =
      callers.some((one) => callsIfThere(one, name)) || (name === 'test' && !callers.some((one) => calls(one, other)));
    if (to && isLost && command(to) === text) {
      tell(
        label,
        to,
        `the script ${name} (${text.slice(0, 60)})`,
        `it under the name ${other}, by which nothing calls it`,
      );
      return;
    }
    const isMoved = to !== undefined;
    if (!isMoved && /^(?:pre|post)?(?:test|lint|check|type-?check|coverage|ci|verify|validate)\b/.test(name))
      tell(label, now, `the script ${name} (${text.slice(0, 60)})`, 'it gone');
    return;
  }
  // What a flag asked for may be asked by a script that it calls now.
  const called = head.flatMap((one) =>
    one.path.startsWith('scripts.') && calls(command(now), one.path.slice('scripts.'.length)) ? [command(one)] : [],
  );
  const isStaged =
    /\b(?:lint-staged|nano-staged)\b/.test(command(now)) && !/\b(?:lint-staged|nano-staged)\b/.test(text);
  const told = isStaged
    ? 'it looks at what is staged alone'
    : (weakerCommand(text, command(now), { isNamed: VERIFIES.test(name) }) ??
      weakerCommand(comesTo('base', text), comesTo('head', command(now))));
  // What is built without a look at types may be looked at by a script of its own.
  const isChecked = head.some(
    (one) => one !== now && one.path.startsWith('scripts.') && /\btsc\b(?!.*--noCheck)/.test(command(one)),
  );
  if (/--noCheck/.test(told ?? '') && isChecked) return;
  const without = /^it is run without (\S+)$/.exec(told ?? '')?.[1];
  const reason = without !== undefined && called.some((one) => one.includes(without)) ? undefined : told;
  // A step that another script runs, and did not before, has moved.
  const step = / is no longer run$/.test(reason ?? '') ? reason!.replace(/ is no longer run$/, '') : undefined;
  const runsIt = (one: Entry): boolean =>
    one.path.startsWith('scripts.') && one.path !== `scripts.${name}` && command(one).includes(step!);
  const moved =
    step !== undefined &&
    head.some((one) => runsIt(one) && !base.some((other) => other.path === one.path && runsIt(other)));
  if (reason !== undefined && !moved)
    tell(
      label,
      now,
      `the script ${name} to run ${JSON.stringify(text.slice(0, 80))}`,
      `${JSON.stringify(command(now).slice(0, 80))}: ${reason}`,
    );
}
