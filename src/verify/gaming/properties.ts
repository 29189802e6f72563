import type { SyntaxNode } from '../../lang/index.ts';
import { Canon } from './canon.ts';
import { at, clip, each } from './code.ts';
import { turnsOf } from './reach.ts';
import { bare, chainOf, Names } from './scope.ts';
import type { Finding, Test, TestFile } from './types.ts';

/** Runs of a property where nothing is said. */
const RUNS = 100;
/** What is asked fewer times than this share is asked less. */
const SHARE = 0.5;

const COUNTS = /^(?:numRuns|runs|tests|iterations|numTests)$/;
/** Options by which a run may end before it has tried what it was to try, or tries one case again. */
const CUTS = /^(?:path|interruptAfterTimeLimit|skipAllAfterTimeLimit|skipEqualValues|endOnFailure|seed)$/;
/** What makes generated values fewer. */
const BOUNDS = /\b(?:maxLength|minLength|maxDepth|maxKeys|minKeys|max|min)\b/;
const NARROWS = /\.(?:filter|constant|constantFrom|pre)$/;

/** How much is tried: by one property, by counted loops, how often a failed test is tried again. */
interface Effort {
  readonly node: SyntaxNode;
  readonly runs: number | undefined;
  readonly cuts: readonly string[];
  /** Conditions on generated values, and how wide their bounds are. */
  readonly narrowing: number;
  readonly bounds: ReadonlyMap<string, number>;
  readonly isAsserted: boolean;
}

/** Properties and counted loops that try less than before, in tests of the same name. */
export function propertyFindings(base: TestFile, head: TestFile, isCodeChanged: boolean): Finding[] {
  const was = new Map(base.tests.map((test) => [nameOf(test), test]));
  return head.tests.flatMap((test): Finding[] => {
    const old = was.get(nameOf(test));
    if (!old || old.node.text === test.node.text) return [];
    const findings: Finding[] = [];
    const tell = (label: Finding['label'], node: SyntaxNode, expected: string, found: string): void => {
      findings.push({ label, ...at(head.path, node), expected: `"${test.title.join(' ')}" to ${expected}`, found });
    };
    const [before, after] = [effortsOf(old.node), effortsOf(test.node)];
    for (const [index, one] of before.entries()) {
      const now = after[index];
      if (!now || before.length !== after.length) continue;
      if (one.isAsserted && !now.isAsserted)
        tell('test-emptied', now.node, 'fail where its property does', clip(now.node.text));
      else if (one.runs !== undefined && now.runs !== undefined && now.runs <= one.runs * SHARE)
        tell('test-loosened', now.node, `try ${one.runs} times`, `${now.runs}`);
      else {
        const cut = now.cuts.find((name) => !one.cuts.includes(name));
        const isNarrow =
          now.narrowing > one.narrowing ||
          [...now.bounds].some(([key, value]) => value < (one.bounds.get(key) ?? Number.POSITIVE_INFINITY));
        if (cut !== undefined && (isCodeChanged || cut !== 'seed'))
          tell('test-loosened', now.node, 'try all', `it with ${cut}`);
        else if (isCodeChanged && isNarrow)
          tell('test-loosened', now.node, 'try the same values', `fewer: ${clip(now.node.text, 100)}`);
      }
    }
    return findings;
  });
}

const nameOf = ({ title }: Test): string => title.join('\u0001');

function effortsOf(root: SyntaxNode): Effort[] {
  const canon = new Canon(new Names());
  const found: Effort[] = [];
  each(root, (node) => {
    if (node.kind === 'ForStatement') {
      const runs = turnsOf(node, canon);
      if (runs !== undefined) found.push({ node, runs, cuts: [], narrowing: 0, bounds: new Map(), isAsserted: true });
      return;
    }
    if (node.kind !== 'CallExpression') return;
    const { links } = chainOf(node);
    const name = links.at(-1)?.name ?? '';
    const isProperty = /^(?:assert|check)$/.test(name) && /\b(?:asyncProperty|property|forall)\(/.test(node.text);
    const isProp = links.some((link) => link.name === 'prop') && node.parent?.kind === 'ExpressionStatement';
    if (!isProperty && !isProp) return;
    const options = [...(links.at(-1)?.args ?? []), ...links.flatMap(({ args = [] }) => args)]
      .map(bare)
      .find((one) => one.kind === 'ObjectLiteralExpression');
    found.push({ node, ...optionsIn(options, canon), ...valuesIn(node, options, canon), isAsserted: name !== 'check' });
  });
  return found;
}

function optionsIn(options: SyntaxNode | undefined, canon: Canon): Pick<Effort, 'runs' | 'cuts'> {
  let runs: number | undefined = RUNS;
  const cuts: string[] = [];
  for (const one of options?.parts('properties') ?? []) {
    const key = one.part('name')?.value ?? '';
    if (CUTS.test(key)) cuts.push(key);
    if (!COUNTS.test(key)) continue;
    const value = Number(canon.print(one.part('initializer') ?? one).text);
    runs = Number.isNaN(value) ? undefined : value;
  }
  return { runs, cuts };
}

/** What is said of generated values, beside the options of the run. */
function valuesIn(
  root: SyntaxNode,
  options: SyntaxNode | undefined,
  canon: Canon,
): Pick<Effort, 'narrowing' | 'bounds'> {
  const bounds = new Map<string, number>();
  let narrowing = 0;
  each(root, (node) => {
    if (node.kind === 'CallExpression' && NARROWS.test(bare(node.part('expression')!).text)) narrowing++;
    if (node.kind !== 'PropertyAssignment' || node.parent === options) return;
    const key = node.part('name')?.value ?? '';
    const value = Number(canon.print(node.part('initializer')!).text);
    // A bound from below that rises makes as few as one from above that falls.
    if (BOUNDS.test(key) && !Number.isNaN(value))
      bounds.set(`${key} ${bounds.size}`, key.startsWith('min') ? -value : value);
  });
  return { narrowing, bounds };
}
