import { type Input, inputSource, literalOf, type Outcome, type Wanted } from '../../verify/index.ts';

/** A case for a test file: what is done, what must come of it. */
export interface TestCase {
  /** Statements before the last one, as code; the instance goes by `it`. */
  readonly before: readonly string[];
  /** The call whose result is judged. */
  readonly call: string;
  /** Names of the module that the case speaks of. */
  readonly names: readonly string[];
  readonly waited: boolean;
  readonly expected:
    | { readonly kind: 'value'; readonly source: string; readonly plain: boolean }
    | { readonly kind: 'throws'; readonly error?: string };
  /** Further readings: the public state afterwards. */
  readonly reads: readonly { readonly call: string; readonly source: string; readonly plain: boolean }[];
}

const isPlain = (source: string): boolean => !/^(?:new |\[|\{|\/|Object)/.test(source);

/**
 * The case that an answer is, in the words of a draft that fits it; a reason where it cannot be written as code.
 * `outcome` is what that draft did.
 */
export function testCaseOf({ source, plan }: Input, symbol: string, wanted: Wanted, did: Outcome): TestCase | string {
  const outcome = wanted.kind === 'as' ? wanted.outcome : did;
  if (outcome.kind === 'unknown') return `what ${source} gives is not known`;
  if (/\blog\b/.test(source) && plan) return `${source} hands in a function that notes its calls`;
  const commands = plan ? source.split('; ') : [`${symbol}(${source})`];
  if (plan && commands.length !== plan.steps.length) return `${source} holds a text that looks like code`;
  const names = plan
    ? [
        ...new Set(
          plan.steps.flatMap(({ kind, name, on }) => (kind === 'new' ? name : on === 'it' ? [] : (on ?? name))),
        ),
      ]
    : [symbol];
  const before = commands.slice(0, -1);
  let call = commands.at(-1)!;
  const last = plan?.steps.at(-1);
  const waited = outcome.waited === true;
  const state = wanted.kind === 'as' && outcome.played ? stateOf(outcome.played.state) : [];
  const base = { names, waited };
  if (outcome.kind === 'throws') {
    if (wanted.kind === 'value') return `${call} throws`;
    const named = wanted.kind === 'throws' ? wanted.error : outcome.error;
    const error = named !== undefined && /^[A-Z]\w*$/.test(named) && BUILT_IN.has(named) ? named : undefined;
    const made = last && (last.kind === 'new' || last.follows) ? call.replace(/^(?:(?:const|let) )?it = /, '') : call;
    return { ...base, before, call: made, expected: { kind: 'throws', ...(error ? { error } : {}) }, reads: [] };
  }
  const tree = JSON.parse(outcome.value) as Parameters<typeof literalOf>[0];
  const isIterator = Array.isArray(tree) && tree[0] === 'iterator';
  // What makes an instance, sets a property or gives the instance back says nothing by itself.
  const isSilent =
    last !== undefined && (last.kind !== 'call' && last.kind !== 'get' ? true : isMark(tree) || last.follows === true);
  if (isSilent) {
    if (state.length === 0) return `what ${source} does is seen in nothing that can be written as a value`;
    const [first, ...rest] = state;
    return {
      ...base,
      waited: false,
      before: commands,
      call: first!.call,
      expected: { kind: 'value', source: first!.source, plain: first!.plain },
      reads: rest,
    };
  }
  const literal =
    wanted.kind === 'value'
      ? inputSource([wanted.value])
      : literalOf(isIterator ? ['array', (tree as readonly (typeof tree)[])[1]!] : tree);
  if (literal === undefined || (isIterator && (tree as readonly unknown[]).length > 2))
    return `what ${source} gives cannot be written as a value`;
  if (isIterator && !call.startsWith('[...')) call = `[...${call}]`;
  return {
    ...base,
    before,
    call,
    expected: { kind: 'value', source: literal, plain: isPlain(literal) },
    reads: literal === 'undefined' ? state : [],
  };
}

const BUILT_IN = new Set(
  'Error TypeError RangeError SyntaxError ReferenceError EvalError URIError AggregateError'.split(' '),
);

const isMark = (tree: unknown): boolean => Array.isArray(tree) && (tree[0] === 'this' || tree[0] === 'next');

function stateOf(state: string): TestCase['reads'] {
  const [, entries] = JSON.parse(state) as [string, (readonly [string, Parameters<typeof literalOf>[0]])[]];
  return entries.flatMap(([name, tree]) => {
    const source = literalOf(tree);
    return source === undefined ? [] : [{ call: `it.${name}`, source, plain: isPlain(source) }];
  });
}
