import type { Shape } from '../../lang/index.ts';
import type { Input } from '../compare/inputs.ts';
import { type Outcome, outcomeText } from '../compare/run.ts';
import { callText, type Given } from './inputs.ts';
import type { Finding, Target } from './types.ts';

/** What engines say of a mistake in a program, and not what a program says of its input. */
const MISTAKE =
  /^(?:Cannot (?:read|set|destructure|convert|mix|access|assign)|.* is not (?:a function|iterable|defined|a constructor)|Assignment to constant|Invalid array length|.* is read-only|.* object is not extensible)/;

/**
 * What the new code does that no caller wants, where the old one did not on the same input: an engine's own error, no end, NaN or
 * undefined where the type says otherwise, an argument changed, another result each time.
 */
export function faultsOf(
  target: Target,
  { inputs, returns, isTyped }: Given,
  base: readonly Outcome[],
  head: readonly Outcome[],
): readonly Finding[] {
  const found = new Map<string, Finding>();
  for (const [at, input] of inputs.entries()) {
    const now = head[at]!;
    const old = base[at];
    const tell = (code: Finding['code'], message: string, rest: Partial<Finding> = {}): void => {
      const known = found.get(code);
      if (known?.input && known.input.source.length <= input.source.length) return;
      const { name, span } = target;
      found.set(code, {
        code,
        message: `${callText(target, input)} ${message}`,
        severity: 'info',
        differs: false,
        target: name,
        span,
        input,
        ...rest,
      });
    };
    if (now.kind === 'unknown' && now.unsteady === 'itself' && !(old?.kind === 'unknown' && old.unsteady))
      tell('probes/unsteady', 'gives another thing the second time', {
        severity: 'warning',
        differs: old !== undefined && old.kind !== 'unknown',
      });
    // What follows is told of changed code as a difference.
    if (target.why !== 'added' || !isTyped) continue;
    if (now.kind === 'unknown' && now.slow)
      tell('probes/hangs', `does not end: ${now.reason}`, { severity: 'warning' });
    if (now.kind === 'throws' && MISTAKE.test(now.message) && /^(?:Type|Reference|Range)Error$/.test(now.error))
      tell('probes/throws', outcomeText(now));
    if (now.kind !== 'value') continue;
    if (now.changed !== undefined) tell('probes/mutates', 'changes its argument');
    if (returns && isPlainNumber(returns) && now.value === '["n","NaN"]' && !holdsNoNumber(input))
      tell('probes/nan', 'is NaN');
    if (returns && !mayBeUndefined(returns) && now.value === '["undefined"]')
      tell('probes/undefined', `is undefined, and its type says ${returns.kind}`);
  }
  return [...found.values()];
}

const isPlainNumber = ({ kind }: Shape): boolean => kind === 'number';

/** Whether an input holds what is no number to calculate with. */
const holdsNoNumber = ({ source }: Input): boolean => /\bNaN\b|\bInfinity\b|\bundefined\b/.test(source);

function mayBeUndefined(shape: Shape): boolean {
  switch (shape.kind) {
    case 'unknown':
    case 'undefined':
    case 'promise':
      return true;
    case 'union':
      return shape.members.some(mayBeUndefined);
    default:
      return false;
  }
}
