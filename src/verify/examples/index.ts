import { escaped, type Issue } from '../../base/index.ts';
import { functionsOf, saysUnwritten } from '../../lang/index.ts';
import { basePath, type CheckContext, type CheckDefinition, isCode, locate } from '../context.ts';
import type { Ran } from '../types.ts';
import { examplesInCode, examplesInDocument } from './find.ts';
import { isDocument, related } from './related.ts';
import { type Outcome, runExamples } from './run.ts';
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
    const outcomes = await runExamples(context, bench.value, chosen, ({ path }) => path, ran);
    const stale: [Example, Stale][] = [];
    for (const [example, outcome] of outcomes) {
      if (outcome.status === 'same') counts.passed++;
      else if (outcome.status === 'stale') stale.push([example, outcome]);
      else {
        counts.skipped++;
        issues.push({
          code: 'examples/not-run',
          message: `the example of ${example.about || example.path} was not run: ${outcome.reason}`,
          severity: 'info',
          path: example.path,
          span: example.span,
        });
      }
    }
    counts.failed = stale.length;
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
    .filter(([example, outcome]) => wasThere(context, example) && !isOfWritten(written, example, outcome))
    .map(([example]) => example);
  if (there.length === 0) return new Set();
  const bench = await context.bench('base');
  if (!bench.ok) return new Set();
  const outcomes = await runExamples(context, bench.value, there, ({ path }) => basePath(context, path) ?? path, ran);
  return new Set([...outcomes].flatMap(([example, { status }]) => (status === 'stale' ? [example] : [])));
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

function wasThere(context: CheckContext, { path, code, steps }: Example): boolean {
  const file = context.change.files.find((one) => one.path === path);
  if (!file) return true;
  const base = basePath(context, path);
  if (base === undefined || !file.before) return false;
  const { text } = file.before;
  return (isDocument(path) ? examplesInDocument(base, text) : examplesInCode(base, text)).some(
    (other) =>
      other.code === code &&
      other.steps.every(({ expectation }, index) => expectation.text === steps[index]?.expectation.text),
  );
}

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
