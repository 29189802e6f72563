import { span } from '../../base/index.ts';
import type { Diagnostic, LanguageService } from '../../lang/index.ts';
import type { Surroundings } from './types.ts';

export interface GateVerdict {
  readonly status: 'pass' | 'fail' | 'unknown';
  readonly reason?: string;
}

/** The first error beyond those known, each counted as often as it is known. */
function firstAdded(errors: readonly Diagnostic[], known: ReadonlyMap<string, number>): Diagnostic | undefined {
  const left = new Map(known);
  return errors.find((error) => {
    const count = left.get(keyOf(error)) ?? 0;
    left.set(keyOf(error), count - 1);
    return count <= 0;
  });
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
    const errors = errorsOf(prefix + draft + suffix);
    if (typeof errors === 'string') return { status: 'unknown', reason: errors };
    if (errors.length > 0) {
      const added = firstAdded(errors, baseline());
      if (added) return { status: 'fail', reason: added.message };
      // The names are asked of the draft, not of the text without it.
      language.setOverlay(new Map([[path, prefix + draft + suffix]]));
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
