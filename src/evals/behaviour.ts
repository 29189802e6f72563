import { readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type EventSink, noEvents, ok, type RepoPath, type Result } from '../base/index.ts';
import { type LanguageService, openLanguage, transpilerPath } from '../lang/index.ts';
import { openSandbox, type Sandbox } from '../sandbox/index.ts';
import { type Finding, probe, testsOf } from '../verify/index.ts';
import { type CaseEdit, substitute } from './edits.ts';
import { type SuiteReport, share, sharesBy } from './report.ts';
import { checkoutOf, git, readCases } from './repositories.ts';

/** A small edit of a function, and whether it changes what the function does. */
export interface BehaviourCase extends CaseEdit {
  readonly id: string;
  readonly repo: string;
  readonly commit: string | null;
  readonly changes: boolean;
  /** The function, or `Class.member`, that the case is about. */
  readonly export: string;
  readonly kind: string;
  readonly call?: string;
  readonly old?: string;
  readonly new?: string;
}

export interface BehaviourOptions {
  readonly cases: string;
  readonly repositories: string;
  /** Takes one case of so many, the first among them. */
  readonly every?: number;
  readonly events?: EventSink;
}

/** For one case, milliseconds: more than a check takes, so that a busy machine does not change the figures. */
const CASE_MS = 6_000;
const SEED = 1;

interface Opened {
  readonly root: string;
  readonly language: LanguageService;
  readonly sandbox: Sandbox;
}

interface Judged {
  readonly right: boolean;
  readonly found: string;
  readonly isKnown: boolean;
  readonly ms: number;
}

/**
 * Probes each edit as `assay check` does, with the text of the edited file given and nothing written into the checkout: a change of
 * behaviour must be seen with an input, a refactor must not be called one.
 */
export async function behaviour(options: BehaviourOptions): Promise<Result<SuiteReport>> {
  const cases = readCases<BehaviourCase>(options.cases);
  if (!cases.ok) return cases;
  const { every = 1 } = options;
  const chosen = cases.value.filter((_, index) => index % every === 0);
  const events = options.events ?? noEvents;
  const outcomes: (Judged & { readonly one: BehaviourCase })[] = [];
  const open = new Map<string, Result<Opened> | undefined>();
  const skipped = new Set<string>();
  const started = performance.now();
  events({ type: 'progress-start', task: 'behaviour', total: chosen.length });
  try {
    for (const [index, one] of chosen.entries()) {
      if (!open.has(one.repo)) open.set(one.repo, await opened(options.repositories, one));
      const place = open.get(one.repo);
      if (place && !place.ok) return place;
      if (!place) skipped.add(one.repo);
      else outcomes.push({ one, ...(await judge(place.value, one)) });
      events({ type: 'progress-delta', task: 'behaviour', done: index + 1, total: chosen.length, note: one.id });
    }
  } finally {
    for (const place of open.values()) {
      place?.value?.language.close();
      await place?.value?.sandbox.close();
    }
  }
  events({ type: 'progress-end', task: 'behaviour', ms: performance.now() - started });
  const changes = outcomes.filter(({ one }) => one.changes);
  const refactors = outcomes.filter(({ one }) => !one.changes);
  const times = outcomes.map(({ ms }) => ms).sort((a, b) => a - b);
  return ok({
    suite: 'behaviour',
    figures: [
      share('changes with an input that shows them', changes.filter(({ right }) => right).length, changes.length),
      share('refactors called a difference', refactors.filter(({ right }) => !right).length, refactors.length),
      share('refactors that were compared', refactors.filter(({ isKnown }) => isKnown).length, refactors.length),
      ...sharesBy('change', changes, ({ kind }) => kind),
      ...sharesBy('changes in', changes, ({ repo }) => repo),
      ...sharesBy('refactors in', refactors, ({ repo }) => repo),
      { what: 'milliseconds of a case, median', value: Math.round(times[Math.floor(times.length / 2)] ?? 0) },
      { what: 'milliseconds of a case, most', value: Math.round(times.at(-1) ?? 0) },
      ...[...skipped].map((repo) => share(`no checkout of ${repo}`, 0, 0)),
    ],
    wrong: outcomes
      .filter(({ right, one, isKnown }) => !right || (!one.changes && !isKnown))
      .map(({ one, found }) => ({ id: one.id, expected: one.changes ? `${one.call} differs` : 'the same', found })),
  });
}

/** A repository's checkout with a compiler and a sandbox over it, for all of its cases; undefined where there is none. */
async function opened(repositories: string, { repo, commit }: BehaviourCase): Promise<Result<Opened> | undefined> {
  const folder = checkoutOf(repositories, repo);
  if (folder === undefined) return undefined;
  const root = realpathSync(folder);
  if (commit && (await git(root, 'rev-parse', 'HEAD')) !== commit)
    await git(root, 'checkout', '--quiet', '--force', commit);
  const language = openLanguage({ root });
  if (!language.ok) return language;
  const sandbox = await openSandbox({
    access: { read: [root, dirname(transpilerPath())], write: [], network: false },
    levels: ['strong', 'namespaces', 'restricted'],
  });
  if (!sandbox.ok) return sandbox;
  return ok({ root, language: language.value, sandbox: sandbox.value });
}

async function judge({ root, language, sandbox }: Opened, one: BehaviourCase): Promise<Judged> {
  const path = one.path as RepoPath;
  const textOf = (of: string): string | undefined => {
    try {
      return readFileSync(join(root, of), 'utf8');
    } catch {
      return undefined;
    }
  };
  const before = textOf(path);
  const after = before === undefined ? undefined : substitute(before, one);
  if (before === undefined || after === undefined)
    return { right: false, found: 'the case does not apply to the checkout', isKnown: false, ms: 0 };
  language.setOverlay(new Map([[path, after]]));
  // A check has asked the compiler before; here the first case of a repository waits for it.
  language.surface(path);
  testsOf(language, path);
  const started = performance.now();
  const [probed] = await probe(
    {
      modules: [{ path, before, after }],
      language,
      place: async () => ({ root, sandbox }),
      textOf,
      testsOf: (of) => testsOf(language, of),
      seed: SEED,
      ms: CASE_MS,
    },
    [],
  );
  const ms = performance.now() - started;
  language.setOverlay(new Map());
  const findings = probed?.findings ?? [];
  // Where only the message of an error differs, the case must say so too.
  const counts = ({ differs, code }: Finding): boolean =>
    differs || (code === 'probes/message' && one.changes && messageOnly(one));
  const told = findings.filter(counts).map(({ code, message }) => `${code}: ${message}`);
  const doubts = [...(probed?.unknown ?? [])].map(([name, reason]) => `${name}: ${reason}`);
  const known = [...(probed?.tried ?? [])].filter(([, count]) => count > 0);
  return {
    right: one.changes === told.length > 0,
    found:
      [...told, ...(told.length === 0 ? doubts : [])].join('; ').slice(0, 500) ||
      `the same on ${known.map(([name, count]) => `${count} inputs of ${name}`).join(', ') || 'nothing'}`,
    isKnown: known.length > 0,
    ms,
  };
}

/** Whether both sides throw the same kind of error. */
function messageOnly({ old = '', new: now = '' }: BehaviourCase): boolean {
  const [was, is] = [old, now].map((text) => /^throws ([\w$]+)/.exec(text)?.[1]);
  return was !== undefined && was === is;
}
