import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { escaped, type Issue } from '../../base/index.ts';
import { functionsOf, saysUnwritten } from '../../lang/index.ts';
import { type Bench, basePath, type CheckContext, type CheckDefinition, isCode, locate } from '../context.ts';
import type { Ran } from '../types.ts';
import { examplesInCode, examplesInDocument } from './find.ts';
import { isDocument, related } from './related.ts';
import { type Outcome, type Place, runExamples } from './run.ts';
import type { Example } from './types.ts';

/** Examples that are run for one change. */
const EXAMPLES = 60;

type Stale = Extract<Outcome, { status: 'stale' }>;

/** What people wrote as examples about what changed, run as tests. */
export const examples: CheckDefinition = {
  name: 'examples',
  decides: true,
  anyFile: true,
  async run(context) {
    const all = related(context);
    if (all.length === 0)
      return {
        status: 'unknown',
        decides: false,
        issues: [],
        ran: [],
        summary: 'no example claims anything about the change',
      };
    const issues: Issue[] = [];
    if (context.change.packagesUnknown !== undefined) {
      issues.push({ code: 'examples/other-lock', message: context.change.packagesUnknown, severity: 'warning' });
      return { status: 'unknown', issues, ran: [], summary: `${all.length} not run` };
    }
    const chosen = all.slice(0, EXAMPLES);
    if (all.length > EXAMPLES) {
      context.events({ type: 'limit-hit', limit: 'examples', value: EXAMPLES, found: all.length });
      const message = `${EXAMPLES} examples were run, ${all.length} are about the change`;
      issues.push({ code: 'examples/limit', message, severity: 'warning' });
    }
    const bench = await context.bench('head');
    if (!bench.ok) {
      issues.push(...bench.issues.map((issue) => ({ ...issue, severity: 'warning' as const })));
      return { status: 'unknown', issues, ran: [], summary: `${all.length} not run` };
    }
    const ran: Ran[] = [];
    const counts = { passed: 0, failed: 0, skipped: 0 };
    const place: Place = { side: 'head', bench: bench.value };
    const outcomes = [...(await runExamples(context, place, chosen, ran))];
    const lost = await heldBefore(context, place, outcomes, ran);
    const stale: [Example, Stale][] = [];
    for (const [example, outcome] of outcomes) {
      if (outcome.status === 'same') counts.passed++;
      else if (outcome.status === 'stale') stale.push([example, outcome]);
      else {
        const { path, about, span } = example;
        const reason = outcome.reason.replaceAll(`${bench.value.root}/`, '').replace(/ imported from \S+$/, '');
        const isLost = lost.has(example);
        counts[isLost ? 'failed' : 'skipped']++;
        issues.push({
          path,
          span,
          ...(isLost
            ? {
                code: 'examples/stale',
                message: `expected the example of ${about || path} to hold as it did at the base, found ${reason}`,
                severity: 'error',
              }
            : {
                code: 'examples/not-run',
                message: `the example of ${about || path} was not run: ${reason}`,
                severity: 'info',
              }),
        });
      }
    }
    counts.failed += stale.length;
    const before = await staleBefore(context, stale, ran);
    for (const [example, outcome] of stale) issues.push(staleIssue(example, outcome, before.has(example)));
    const errors = issues.filter(({ severity }) => severity === 'error').length;
    const decided = counts.passed + counts.failed > 0;
    return {
      status: errors > 0 ? 'fail' : decided ? 'pass' : 'unknown',
      ...(decided ? {} : { decides: false as const }),
      issues: locate(context, issues),
      ran,
      summary: `${counts.passed} hold, ${counts.failed} do not, ${counts.skipped} not run`,
    };
  },
};

/** Examples that were there at the base, and did not hold there either: nothing this change has to answer for. */
async function staleBefore(
  context: CheckContext,
  stale: readonly (readonly [Example, Stale])[],
  ran: Ran[],
): Promise<ReadonlySet<Example>> {
  const written = writtenNow(context);
  const there = stale
    .filter(([example, outcome]) => asAtBase(context, example, isSame) && !isOfWritten(written, example, outcome))
    .map(([example]) => example);
  if (there.length === 0) return new Set();
  const bench = await context.bench('base');
  if (!bench.ok) return new Set();
  const outcomes = await runExamples(context, { side: 'base', bench: bench.value }, there, ran);
  return new Set([...outcomes].flatMap(([example, { status }]) => (status === 'stale' ? [example] : [])));
}

/** Examples that lack a name or a module of the project now and held at the base, where they had it. */
async function heldBefore(
  context: CheckContext,
  { bench: head }: Place,
  outcomes: readonly (readonly [Example, Outcome])[],
  ran: Ran[],
): Promise<ReadonlySet<Example>> {
  const then = new Map<Example, Example>();
  for (const [example, outcome] of outcomes) {
    if (outcome.status !== 'not-run' || outcome.lacks === undefined) continue;
    const before = asAtBase(context, example, claimsSame);
    if (before && mayTell(context, head, example, before, outcome))
      then.set({ ...before, path: example.path }, example);
  }
  const bench = then.size > 0 ? await context.bench('base') : undefined;
  if (!bench?.ok) return new Set();
  const held = await runExamples(context, { side: 'base', bench: bench.value }, [...then.keys()], ran);
  return new Set([...held].flatMap(([before, { status }]) => (status === 'same' ? (then.get(before) ?? []) : [])));
}

/**
 * Whether what an example lacks says something against the change: not a name that its own file only exports no more, nor,
 * where the example was edited, an import that is left to the reader or a module in a folder that is yet to be built.
 */
function mayTell(
  { language }: CheckContext,
  { root }: Bench,
  example: Example,
  before: Example,
  { reason, lacks }: Extract<Outcome, { status: 'not-run' }>,
): boolean {
  if (before.code !== example.code) {
    const module = /^Cannot find module '([^']+)'/.exec(reason)?.[1];
    return lacks === 'module' && (module === undefined || existsSync(dirname(resolve(root, module))));
  }
  if (lacks === 'module' || isDocument(example.path)) return true;
  const name = /^ReferenceError: ([\w$]+) is not /.exec(reason)?.[1];
  const outline = language.outline(example.path);
  return outline.status === 'known' && !outline.value.some((one) => one.name === name);
}

/** Functions that were stubs at the base and are written now, by their file: that their examples failed before excuses nothing. */
function writtenNow({ change }: CheckContext): ReadonlyMap<string, readonly string[]> {
  return new Map(
    change.files.flatMap(({ path, from, before, after }): [string, string[]][] => {
      if (!isCode(path) || !before || !after) return [];
      const stubs = new Set(functionsOf(before.text, from ?? path).flatMap(({ isStub, name }) => (isStub ? name : [])));
      const names = stubs.size === 0 ? [] : functionsOf(after.text, path).filter((one) => !one.isStub);
      return [[path, names.flatMap(({ name }) => (stubs.has(name) ? name : []))]];
    }),
  );
}

/** Whether it is a call of such a function that does not give what an example says; another stub may be what fails it. */
function isOfWritten(
  written: ReadonlyMap<string, readonly string[]>,
  { path, about, code, steps }: Example,
  { step, found }: Stale,
): boolean {
  const names = isDocument(path) ? [...written.values()].flat() : (written.get(path) ?? []);
  const claim = steps[step];
  if (saysUnwritten(found)) return false;
  if (!claim) return names.includes(about);
  const called = code.slice(claim.expression.start, claim.expression.end);
  return names.some((name) => new RegExp(`(?<![\\w$.])${escaped(name)}\\s*\\(`).test(called));
}

/** An example as the base has it: the one there of which `isIt` says so; undefined where there is none. */
function asAtBase(
  context: CheckContext,
  example: Example,
  isIt: (one: Example, other: Example) => boolean,
): Example | undefined {
  const { path } = example;
  const file = context.change.files.find((one) => one.path === path);
  if (!file) return example;
  const base = basePath(context, path);
  if (base === undefined || !file.before) return undefined;
  const { text } = file.before;
  const found = isDocument(path) ? examplesInDocument(base, text) : examplesInCode(base, text);
  return found.find((other) => isIt(example, other));
}

const isSame = (one: Example, other: Example): boolean =>
  other.code === one.code &&
  other.steps.every(({ expectation }, index) => expectation.text === one.steps[index]?.expectation.text);

/** Whether two examples claim the same, whatever stands before the claims. */
const claimsSame = (one: Example, other: Example): boolean => claimsOf(one) === claimsOf(other);

const claimsOf = ({ code, steps }: Example): string =>
  JSON.stringify(
    steps.map(({ expression, expectation }) => [code.slice(expression.start, expression.end), expectation.text]),
  );

function staleIssue({ path, about, code, steps, span }: Example, { step, found }: Stale, old: boolean): Issue {
  const claim = steps[step];
  const of = about !== '' && about !== path ? ` of ${about}` : '';
  const fields = {
    code: old ? 'examples/stale-before' : 'examples/stale',
    severity: old ? ('warning' as const) : ('error' as const),
    path,
    span: claim?.span ?? span,
  };
  const came = `found ${found}${old ? ' (at the base too)' : ''}`;
  if (!claim) return { ...fields, message: `expected the example${of} to run to its end, ${came}` };
  const { expectation, expression } = claim;
  const subject = code.slice(expression.start, expression.end).replace(/\s+/g, ' ').slice(0, 80);
  const told = expectation.text.replace(/\s+/g, ' ').slice(0, 200);
  const wanted = expectation.kind === 'throws' ? `to end with "${told}"` : `to give ${told}`;
  const isValue = !/^(?:threw|no end)/.test(found);
  return {
    ...fields,
    message: `expected ${subject} ${wanted}, as the example${of} says; ${came}`,
    ...(isValue ? { suggestion: `// => ${found.slice(0, 120)}, if that is what is meant` } : {}),
  };
}
