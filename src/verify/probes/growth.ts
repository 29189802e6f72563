import { literalsOf, type ParameterShape, type SignatureShape, signaturesOf } from '../../lang/index.ts';
import type { Outcome } from '../compare/run.ts';
import { type Grown, grownInputs } from './grown.ts';
import { FIGURE, type Measured, measurerSource } from './measure.ts';
import type { Finding, Probe, ProbedModule, Side, Target } from './types.ts';

/** Functions of one module, and what these probes may leave unspent, milliseconds. */
const TARGETS = 20;
const SPARE = 300;
/** By how much the exponent must have grown over three sizes, and over each doubling; how many times the work at the largest. */
const WORSE = 0.6;
/** Objects with some hundred keys allocate more for each than small and huge ones. */
const WORSE_BYTES = 0.8;
const STEADY = 0.35;
const TIMES = 3;
/** Where the result is another one, growth is told of only from here. */
const OTHER_RESULT = 1.6;
/** Below these a figure says nothing of an order. */
const STEPS = 300;
const BYTES = 200_000;
/** Bytes of any call at all. */
const ANY_BYTES = 8_000;

interface Work {
  readonly target: Target;
  readonly rows: readonly Grown[];
}

/** Work and allocations at n, 2n and 4n, old against new: a worse order is told. */
export const growth: Probe = {
  name: 'growth',
  async run(module) {
    const none = { tried: new Map<string, number>(), unknown: new Map<string, string>() };
    const all = module.targets
      .filter(({ why, kind }) => why !== 'added' && kind !== 'getter')
      .flatMap((target) => workOn(module, target) ?? [])
      .slice(0, TARGETS);
    if (all.length === 0) return { findings: [], ...none };
    if (module.budget.left() <= SPARE) return { findings: [], ...none, isCut: true };
    const [base, head] = await Promise.all([measured(module, 'base', all), measured(module, 'head', all)]);
    const findings = all.flatMap(({ target, rows }, at) => {
      const worse = rows.flatMap((row, index) => worseIn(row, base[at]![index]!, head[at]![index]!) ?? []);
      const [first] = worse.sort((a, b) => b.now - b.was - (a.now - a.was));
      return first ? [findingOf(target, first)] : [];
    });
    return { findings, ...none };
  },
};

function workOn(module: ProbedModule, target: Target): Work | undefined {
  const form = formOf(module, target);
  if (!form) return undefined;
  const literals = [...new Set([module.before ?? '', module.after].flatMap((text) => literalsOf(text, module.path)))];
  const rows = grownInputs(form.parameters, literals.slice(0, 50), module.seed);
  return rows.length > 0 ? { target, rows } : undefined;
}

/** The first form of a target's type; of a method, with the instance before its own parameters. */
function formOf({ language, path, classes }: ProbedModule, target: Target): SignatureShape | undefined {
  const { kind, member, of, exported } = target;
  const surface = language.surface(path);
  if (surface.status !== 'known') return undefined;
  const entry = surface.value.find(({ name }) => name === (exported === '' ? 'default' : exported));
  if (!entry) return undefined;
  const { type, uses, name } = entry;
  const free = { kind: 'number' } as const;
  if (kind === 'function' || kind === 'constructor') return signaturesOf(type, { ...uses, [name]: type }, free)[0];
  const [own] = signaturesOf(type, { ...uses, [name]: type }, free, { name: member!, isStatic: kind === 'static' });
  if (kind === 'static' || !own) return own;
  const [maker] = signaturesOf(type, uses, free);
  if (!maker || !classes.has(of!)) return undefined;
  const self: ParameterShape = {
    name: 'self',
    shape: { kind: 'instance', name: of!, parameters: maker.parameters },
    optional: false,
    rest: false,
  };
  return { ...own, parameters: [self, ...own.parameters] };
}

type Figures = ReadonlyMap<number, Measured>;

/** What is known of each row, by size. */
async function measured(
  module: ProbedModule,
  side: Side,
  all: readonly Work[],
): Promise<readonly (readonly Figures[])[]> {
  const calls = all.flatMap(({ target, rows }) =>
    rows.flatMap(({ sizes }, index) =>
      sizes.map(({ args }) => ({
        // It takes something, so that it is not noted whether it is called.
        subject: measurerSource(target.subject[side]),
        args: `${index}, (_) => [${args}]`,
      })),
    ),
  );
  const outcomes = await module.run(side, calls);
  let at = 0;
  return all.map(({ rows }) =>
    rows.map(
      ({ sizes }) =>
        new Map(
          sizes.flatMap(({ size }): [number, Measured][] => {
            const figure = figureIn(outcomes[at++]!);
            return figure ? [[size, figure]] : [];
          }),
        ),
    ),
  );
}

function figureIn(outcome: Outcome): Measured | undefined {
  const found = outcome.kind === 'throws' ? FIGURE.exec(outcome.message) : null;
  return found
    ? { steps: Number(found[1]), bytes: Number(found[2]), result: Number(found[3]), whole: Number(found[4]) }
    : undefined;
}

interface Worse {
  readonly kind: 'steps' | 'bytes';
  readonly row: Grown;
  readonly size: number;
  /** Exponents. */
  readonly was: number;
  readonly now: number;
  readonly base: number;
  readonly head: number;
}

/** Whether steps or allocations grow by a worse order, over the three largest sizes that are known of both sides. */
function worseIn(row: Grown, base: Figures, head: Figures): Worse | undefined {
  const sizes = [...base.keys()].filter((size) => head.has(size)).slice(-3);
  const [first, second, third] = sizes;
  if (first === undefined || second !== first * 2 || third !== first * 4) return undefined;
  if (sizes.some((size) => base.get(size)!.whole !== head.get(size)!.whole)) return undefined;
  const isSame = sizes.every((size) => base.get(size)!.result === head.get(size)!.result);
  for (const kind of ['steps', 'bytes'] as const) {
    const least = kind === 'bytes' ? ANY_BYTES : 1;
    const of = (figures: Figures): readonly number[] => sizes.map((size) => figures.get(size)![kind] + least);
    const [old, now] = [of(base), of(head)];
    if (now[2]! < (kind === 'bytes' ? BYTES : STEPS) || now[2]! < old[2]! * TIMES) continue;
    const doubling = (at: number): number => Math.log2(now[at + 1]! / now[at]!) - Math.log2(old[at + 1]! / old[at]!);
    const [was, is] = [old, now].map((figures) => Math.log2(figures[2]! / figures[0]!) / 2) as [number, number];
    if (
      is - was < (kind === 'bytes' ? WORSE_BYTES : WORSE) ||
      doubling(0) < STEADY ||
      doubling(1) < STEADY ||
      (!isSame && is < OTHER_RESULT)
    )
      continue;
    const plain = [base, head].map((figures) => [first, third].map((size) => figures.get(size)![kind]));
    const [before, after] = plain.map(([from, to]) => Math.log2(Math.max(1, to!) / Math.max(1, from!)) / 2);
    return { kind, row, size: third, was: before!, now: after!, base: plain[0]![1]!, head: plain[1]![1]! };
  }
  return undefined;
}

function findingOf(target: Target, { kind, row, size, was, now, base, head }: Worse): Finding {
  const name = target.kind === 'constructor' ? `new ${target.of}` : target.name;
  const own = target.kind === 'method' ? row.says.replace(/^…(?:, )?/, '') : row.says;
  // Allocations are samples: of the few bytes of a good order the order itself cannot be told.
  const orders =
    kind === 'bytes' ? `allocates about ${order(now)} now` : `about ${order(was)} before, about ${order(now)} now`;
  const figures = `at n = ${size.toLocaleString('en')}: ${amount(base, kind)} before, ${amount(head, kind)} now`;
  return {
    code: 'probes/growth',
    message: `${name}(${own}): ${orders} (${figures})`,
    severity: 'warning',
    differs: false,
    target: target.name,
    span: target.span,
  };
}

const ORDERS: readonly (readonly [number, string])[] = [
  [0.35, 'the same for each n'],
  [0.7, '√n'],
  [1.4, 'n'],
  [1.6, 'n√n'],
  [2.5, 'n²'],
  [3.5, 'n³'],
];

const order = (exponent: number): string => ORDERS.find(([below]) => exponent < below)?.[1] ?? 'more than n³';

function amount(count: number, kind: Worse['kind']): string {
  const [unit, thousand, million] =
    kind === 'bytes' ? [' bytes', ' kB', ' MB'] : [' steps', ' thousand steps', ' million steps'];
  if (count < 1_000) return `${count}${unit}`;
  const [value, name] = count < 1_000_000 ? [count / 1_000, thousand] : [count / 1_000_000, million];
  return `${value < 10 ? Math.round(value * 10) / 10 : Math.round(value)}${name}`;
}
