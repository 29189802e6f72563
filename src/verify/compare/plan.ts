import { codeOf, plainCall, plainValue } from '../../lang/index.ts';
import { inputSource } from './inputs.ts';
import { sourceOf } from './print.ts';
import { smallerThan } from './smaller.ts';

/** What is done with an instance of a class, or with the functions of a module, one after the other. */
export interface Plan {
  readonly steps: readonly Step[];
  /** Properties that are read afterwards: the public state. */
  readonly reads: readonly string[];
}

/** One command. `on` is `it`, the name of a class for what is static, or undefined for a function of the module. */
export interface Step {
  readonly kind: 'new' | 'call' | 'get' | 'set';
  readonly on?: string;
  readonly name: string;
  readonly args: readonly unknown[];
  /** How many arguments may not be left out; all where nothing is said. */
  readonly needs?: number;
  /** Whether the instance that it gives is the one that the next commands are for. */
  readonly follows?: true;
}

/** Name under which plans know the instance, and that of a function that writes down what it is called with. */
export const IT = 'it';
export const LOG = 'log';

const ITERATOR = '[Symbol.iterator]';

/** A plan as code that a person can read and run: `const it = new Stack(); it.push(1); it.pop()`. */
export function planText({ steps }: Plan): string {
  const starts = steps.findIndex(({ kind, follows }) => kind === 'new' || follows);
  const again = steps.some(({ follows }, index) => follows && index > starts);
  return steps
    .map((step, index) => {
      const { kind, on, name, args, follows } = step;
      const place = on === undefined ? name : name.startsWith('[') ? `${on}${name}` : `${on}.${name}`;
      let text: string;
      if (kind === 'new') text = `new ${name}(${inputSource(args)})`;
      else if (kind === 'get') text = place;
      else if (kind === 'set') text = `${place} = ${sourceOf(args[0])}`;
      else if (name === ITERATOR) text = `[...${on}]`;
      else text = `${place}(${inputSource(args)})`;
      if (index === starts) return `${again ? 'let' : 'const'} ${IT} = ${text}`;
      return follows ? `${IT} = ${text}` : text;
    })
    .join('; ');
}

/**
 * A plan as source that the process of a draft evaluates: its arguments are made where they are needed. `from` is where the
 * module's exports are found, `names` what of them arguments may speak of.
 */
export function planSource({ steps, reads }: Plan, names: readonly string[], from = '$m.$assay'): string {
  const written = steps.map(
    ({ kind, on, name, args, follows }) =>
      `[${JSON.stringify([kind, on ?? null, name, follows ?? false]).slice(1, -1)}, (${LOG}) => [${inputSource(args)}]]`,
  );
  return `(({ ${names.join(', ')} }) => ({ steps: [${written.join(', ')}], reads: ${JSON.stringify(reads)} }))(${from})`;
}

/** Reads a plan as `planText` writes it; undefined where it says anything else. */
export function readPlan(text: string, reads: readonly string[]): Plan | undefined {
  const { statements, problem } = codeOf(text);
  if (problem || statements.length === 0) return undefined;
  const steps: Step[] = [];
  for (const { span } of statements) {
    const step = readStep(text.slice(span.start, span.end).replace(/;$/, ''));
    if (!step) return undefined;
    steps.push(step);
  }
  return { steps, reads };
}

function readStep(text: string): Step | undefined {
  const [, starts, rest] = /^((?:const|let)\s+it\s*=\s*|it\s*=(?!=)\s*)?([\s\S]*)$/.exec(text)!;
  const call = /^(new\s+)?(?:([\w$]+)\.)?([\w$]+|\[Symbol\.\w+\])\s*(\([\s\S]*\))$/.exec(rest!);
  if (call) {
    const [, isNew, on, name, list] = call;
    const args = plainCall(`f${list}`, 'f');
    if (!args) return undefined;
    if (isNew) return starts && on === undefined ? { kind: 'new', name: name!, args } : undefined;
    return { kind: 'call', ...(on ? { on } : {}), name: name!, args, ...(starts ? { follows: true as const } : {}) };
  }
  if (starts) return undefined;
  if (rest === '[...it]') return { kind: 'call', on: IT, name: ITERATOR, args: [] };
  const [, name, value] = /^it\.([\w$]+)(?:\s*=(?!=)\s*([\s\S]+))?$/.exec(rest!) ?? [];
  if (name === undefined) return undefined;
  if (value === undefined) return { kind: 'get', on: IT, name, args: [] };
  const plain = plainValue(value);
  return plain && { kind: 'set', on: IT, name, args: [plain.value] };
}

/** Parts of a plan that are tried one by one: all of them, up to this number of commands that can be left out. */
const ALL = 6;

const isStart = ({ kind, on, follows }: Step): boolean => kind === 'new' || (follows === true && on !== IT);

/**
 * Plans with less in them, the shortest first: every choice of the commands of a short one, one or two left out of a long
 * one; then those with one simpler argument. What makes the instance stays.
 */
export function smallerPlans(plan: Plan): readonly Plan[] {
  const { steps, reads } = plan;
  const free = steps.flatMap((step, index) => (index === 0 && isStart(step) ? [] : [index]));
  const without = (left: ReadonlySet<number>): Plan => ({ steps: steps.filter((_, index) => !left.has(index)), reads });
  const fewer: Plan[] = [];
  if (free.length < ALL) {
    for (let mask = 1; mask < 2 ** free.length; mask++)
      fewer.push(without(new Set(free.filter((_, bit) => mask & (1 << bit)))));
  } else {
    for (let cut = 1; cut < free.length; cut++) fewer.push(without(new Set(free.slice(-cut))));
    for (const [at, one] of free.entries())
      fewer.push(without(new Set([one])), without(new Set([one, free[at + 1] ?? one])));
  }
  const simpler = steps.flatMap((step, index) => [
    ...(step.needs !== undefined && step.args.length > step.needs
      ? [{ steps: steps.with(index, { ...step, args: step.args.slice(0, step.needs) }), reads }]
      : []),
    ...step.args.flatMap((value, at) =>
      smallerThan(value)
        .slice(0, 3)
        .map((one) => ({ steps: steps.with(index, { ...step, args: step.args.with(at, one) }), reads })),
    ),
  ]);
  return [...fewer.filter((one) => one.steps.length > 0).sort((a, b) => a.steps.length - b.steps.length), ...simpler];
}
