import { fail, ok, type Result } from '../base/index.ts';
import type { ChangeRequest } from '../workspace/index.ts';

/**
 * `undefined`, `<base>`, `<base>..<head>` or `<base>...<head>` as people write it on a command line. Git's commands mean
 * different things by the dots; here both are what a pull request shows.
 */
export function parseRange(range: string | undefined): Result<ChangeRequest> {
  if (range === undefined) return ok({ kind: 'working-tree' });
  const [base, dots, head, ...more] = range.split(/(\.{2,})/);
  if (!base || head === '' || (dots?.length ?? 0) > 3 || more.length > 0 || base.startsWith('-')) {
    return fail('usage/range', `expected <base> or <base>..<head>, found ${range}`, {
      suggestion: 'for example main..HEAD',
    });
  }
  return ok({ kind: 'range', base, ...(head === undefined ? {} : { head }) });
}
