import { ok } from '../../base/index.ts';
import { search } from '../../search/index.ts';
import { outputText } from './task.ts';
import type { Proposer } from './types.ts';

/** Bodies by search: the same for the same task as long as time does not end it. */
export const searchProposer: Proposer = {
  propose: async ({ problem }, { ms, events, signal }) => {
    const report = await search(problem, { ms, events, ...(signal ? { signal } : {}) });
    const { behaviours, inputs, confidence, nearest, expressions, end } = report;
    return ok({
      proposer: 'search',
      proposals: behaviours.map(({ body, strict, cost, outputs }) => ({
        bodies: strict === body ? [body] : [body, strict],
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
