import { ok } from '../../base/index.ts';
import { search } from '../../search/index.ts';
import { outputText } from './task.ts';
import type { Proposer } from './types.ts';

/** Bodies by search: the same for the same task as long as time does not end it. */
export const searchProposer: Proposer = {
  propose: async ({ problem, written }, { ms, events, signal }) => {
    const report = await search(problem, { ms, events, ...(signal ? { signal } : {}) });
    const { behaviours, inputs, confidence, nearest, expressions, end } = report;
    return ok({
      proposer: 'search',
      proposals: behaviours.map(({ body, strict, cost, outputs }) => ({
        bodies: [...new Set([body, strict, said(body, written.returns)])],
        cost,
        outputs: outputs.map(outputText),
      })),
      inputs,
      confidence,
      ...(nearest ? { nearest } : {}),
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
  return `${before}return ${/^[\w$.]+\(.*\)$/.test(value) ? value : `(${value})`} as ${type};`;
}
