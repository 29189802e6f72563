import { fail, ok, type Result } from '../base/index.ts';
import type { ChangeRequest } from '../workspace/index.ts';

/** `undefined`, `<base>` or `<base>..<head>` as people write it on a command line. */
export function parseRange(range: string | undefined): Result<ChangeRequest> {
  if (range === undefined) return ok({ kind: 'working-tree' });
  const parts = range.split('..');
  const [base, head] = parts;
  if (parts.length > 2 || !base || head === '' || range.includes('...') || base.startsWith('-')) {
    return fail('usage/range', `expected <base> or <base>..<head>, found ${range}`, {
      suggestion: 'for example main..HEAD',
    });
  }
  return ok({ kind: 'range', base, ...(head === undefined ? {} : { head }) });
}
