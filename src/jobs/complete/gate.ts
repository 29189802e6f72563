import { span } from '../../base/index.ts';
import type { Diagnostic, LanguageService } from '../../lang/index.ts';
import type { Surroundings } from './types.ts';

export interface GateVerdict {
  readonly status: 'pass' | 'fail' | 'unknown';
  readonly reason?: string;
}

const keyOf = ({ code, message }: Diagnostic): string => `${code}\0${message}`;

/**
 * Puts a draft into the text as an overlay and asks the compiler. `pass`: the file compiles, and every name of the draft
 * is known. `fail`: an error that the file does not have without the draft, or a name that does not exist. `unknown`:
 * errors that were there before, a name behind `any`, no answer.
 */
export function compileGate(
  language: LanguageService,
  { path, prefix, typed, suffix }: Surroundings,
): (draft: string) => GateVerdict {
  let before: Map<string, number> | undefined;
  const errorsOf = (text: string): readonly Diagnostic[] | string => {
    language.setOverlay(new Map([[path, text]]));
    const answer = language.diagnostics(path);
    return answer.status === 'unknown' ? answer.reason : answer.value.filter(({ severity }) => severity === 'error');
  };
  const baseline = (): ReadonlyMap<string, number> => {
    if (!before) {
      before = new Map();
      const errors = errorsOf(prefix + typed + suffix);
      if (typeof errors !== 'string')
        for (const error of errors) before.set(keyOf(error), (before.get(keyOf(error)) ?? 0) + 1);
    }
    return before;
  };

  return (draft) => {
    const known = new Map(baseline());
    const errors = errorsOf(prefix + draft + suffix);
    if (typeof errors === 'string') return { status: 'unknown', reason: errors };
    for (const error of errors) {
      const left = known.get(keyOf(error)) ?? 0;
      if (left === 0) return { status: 'fail', reason: error.message };
      known.set(keyOf(error), left - 1);
    }
    const names = language.names(path, [span(prefix.length, prefix.length + draft.length)]);
    if (names.status === 'unknown') return { status: 'unknown', reason: names.reason };
    for (const { name, resolution } of names.value) {
      if (resolution.status === 'missing') return { status: 'fail', reason: resolution.reason };
      if (resolution.status === 'unknown') return { status: 'unknown', reason: `${name}: ${resolution.reason}` };
    }
    if (errors.length > 0)
      return {
        status: 'unknown',
        reason: `the file has ${errors.length === 1 ? 'an error' : `${errors.length} errors`} of its own: ${errors[0]!.message}`,
      };
    return { status: 'pass' };
  };
}
