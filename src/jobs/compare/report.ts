import {
  behaviourOrEndless,
  confidenceOf,
  isEndless,
  type Judgement,
  type Outcome,
  outcomeText,
  resultOf,
  wholeText,
} from '../../verify/index.ts';
import { TOGETHER } from './prepare.ts';
import { judged, parted, type State } from './state.ts';
import type { ComparedCluster, ComparedSymbol, CompareReport, Parting } from './types.ts';

/** Inputs that are shown where clusters part, and what is shown of each cluster. */
const PARTING = 8;
const SAMPLE = 3;

/** Outcomes of one input for people: whole where what comes last does not tell apart what differs. */
export function textsOf(outcomes: readonly Outcome[]): readonly string[] {
  const told = (text: typeof outcomeText): readonly string[] =>
    outcomes.map((one) => (isEndless(one) ? one.reason : text(one)));
  const short = told(outcomeText);
  const results = new Set(outcomes.map((one) => resultOf(one) ?? 'unknown')).size;
  return new Set(short).size >= results ? short : told(wholeText);
}

/** What is known now. */
export function reportOf(state: State): CompareReport {
  const { request, kind, symbols } = state;
  const judgement = judged(state);
  const { chosen, unknown } = judgement;
  const path = (draft: number): string => request.files[draft]!;
  return {
    kind,
    symbol: symbols.join(', '),
    ...clustersOf(state, judgement),
    chosen: chosen === undefined ? null : path(chosen),
    confidence: confidenceOf(judgement, state.examples.length),
    unknown: unknown.map(({ member, reason }) => ({ member: path(member), reason: state.reason ?? reason })),
    examples: state.examples.length,
    inputs: state.inputs.length,
    isolation: state.isolation,
    ms: state.ms,
    ...(kind === 'module' ? { symbols: symbolsOf(state) } : {}),
  };
}

function clustersOf(
  state: State,
  judgement: Judgement,
): { readonly clusters: readonly ComparedCluster[]; readonly parting: readonly Parting[] } {
  const { request, inputs, outcomes, ignored } = state;
  const { clusters } = judgement;
  const of = (members: readonly number[], input: number): Outcome => outcomes[members[0]!]![input]!;
  const isKnown = (members: readonly number[], input: number): boolean => of(members, input).kind !== 'unknown';
  const isTold = (members: readonly number[], input: number): boolean =>
    isKnown(members, input) || isEndless(of(members, input));
  const known = inputs.flatMap((_, index) => (ignored.has(index) ? [] : [index]));
  const among = clusters.map((_, index) => index);
  return {
    clusters: clusters.map(
      ({ members, support, agreement, passed, pruned }): ComparedCluster => ({
        members: members.map((draft) => request.files[draft]!),
        support,
        agreement,
        examples: passed,
        pruned,
        sample: known
          .filter((input) => isKnown(members, input))
          .slice(0, SAMPLE)
          .map((input) => ({ input: inputs[input]!.source, output: outcomeText(of(members, input)) })),
      }),
    ),
    parting: parted(state, judgement, among, PARTING, ignored, behaviourOrEndless).map((input): Parting => {
      const seen = clusters.flatMap(({ members }, cluster) => (isTold(members, input) ? [{ members, cluster }] : []));
      const texts = textsOf(seen.map(({ members }) => of(members, input)));
      return {
        input: inputs[input]!.source,
        outputs: seen.map(({ cluster }, index) => ({ cluster, output: texts[index]! })),
      };
    }),
  };
}

/** The same for each function and class of a module, and for sequences over its functions. */
function symbolsOf(state: State): readonly ComparedSymbol[] {
  const all = [...state.symbols, TOGETHER];
  return all.flatMap((symbol): ComparedSymbol[] => {
    const own = state.inputs.flatMap((one, index) => (one.symbol === symbol ? [index] : []));
    if (own.length === 0) return [];
    const at = new Map(own.map((input, index) => [input, index]));
    const claims = <T extends { readonly input: number }>(list: readonly T[]): T[] =>
      list.flatMap((one) => (at.has(one.input) ? [{ ...one, input: at.get(one.input)! }] : []));
    const part: State = {
      ...state,
      inputs: own.map((input) => state.inputs[input]!),
      outcomes: state.outcomes.map((list) => own.map((input) => list[input]!)),
      examples: claims(state.examples),
      answers: claims(state.answers),
      ignored: new Set(own.flatMap((input, index) => (state.ignored.has(input) ? [index] : []))),
    };
    const judgement = judged(part);
    const { clusters, parting } = clustersOf(part, judgement);
    const { chosen } = judgement;
    return [
      {
        symbol,
        clusters: clusters.map(({ members }) => members),
        chosen: chosen === undefined ? null : state.request.files[chosen]!,
        parting,
        inputs: own.length,
      },
    ];
  });
}
