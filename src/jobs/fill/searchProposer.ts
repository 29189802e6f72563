import { ok } from '../../base/index.ts';
import { search } from '../../search/index.ts';
import { outputText } from './task.ts';
import type { Proposer } from './types.ts';

/** Bodies by search: the same for the same task as long as time does not end it. */
export const searchProposer: Proposer = {
  propose: async ({ problem, written, inner }, { ms, events, signal }) => {
    const report = await search(problem, { ms, events, ...(signal ? { signal } : {}) });
    const { behaviours, inputs, confidence, nearest, expressions, end } = report;
    return ok({
      proposer: 'search',
      proposals: behaviours.map(({ body, strict, cost, outputs }) => ({
        bodies: inner
          ? [...new Set([body, strict])].map((one) => given(one, inner))
          : [...new Set([body, strict, said(body, written.returns)])],
        cost,
        outputs: outputs.map(outputText),
      })),
      inputs,
      confidence,
      ...(nearest ? { nearest: inner ? { ...nearest, body: given(nearest.body, inner) } : nearest } : {}),
      expressions,
      ms: report.ms,
      end,
    });
  },
};

/** With what is returned said to be of the type that is asked for, as for a record whose keys the compiler does not follow. */
function said(body: string, type: string | undefined): string {
  const { before = '', value } = /^(?<before>[\s\S]*?)(?:^|(?<=\n))return (?<value>[^\n]*);$/.exec(body)?.groups ?? {};
  if (value === undefined || type === undefined || /\breturn\b/.test(before)) return body;
  // What is built step by step is of that type from the start.
  if (/^[A-Za-z_]\w*$/.test(value)) {
    const built = new RegExp(`^(const|let) ${value}(?:: [^\\n]*?)? = (\\{\\}|\\[\\]);$`, 'm');
    if (built.test(before))
      return body.replace(built, (_, word: string, made: string) => `${word} ${value} = ${made} as ${type};`);
  }
  return `${before}return ${/^[\w$.]+(?:\(.*\))?$/.test(value) ? value : `(${value})`} as ${type};`;
}

/** A body as that of a function that is given back. */
function given(body: string, names: readonly string[]): string {
  const head = `return (${names.join(', ')}) =>`;
  const only = /^return ([^\n]*);$/.exec(body)?.[1];
  if (only !== undefined) return `${head} ${only.startsWith('{') ? `(${only})` : only};`;
  return [`${head} {`, ...body.split('\n').map((line) => (line === '' ? '' : `  ${line}`)), '};'].join('\n');
}
