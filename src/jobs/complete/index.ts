import { type EventSink, fail, LIMITS, ok, type Position, type Result } from '../../base/index.ts';
import { openPlace } from '../repository.ts';
import { openCompleter } from './completer.ts';
import type { CompleteOptions, CompleteReport, CompleterOptions } from './types.ts';

export { openCompleter } from './completer.ts';
export type * from './types.ts';

export interface CompleteRequest extends CompleteOptions, CompleterOptions {
  readonly cwd: string;
  /** As the user gave it, relative to `cwd`. */
  readonly path: string;
  readonly position: Position;
  readonly events?: EventSink;
}

/** Completions at one place, from a cold start. */
export async function complete(request: CompleteRequest): Promise<Result<CompleteReport>> {
  const wrong = wrongOption(request);
  if (wrong) return fail('usage/option', wrong);
  const place = await openPlace(request);
  if (!place.ok) return place;
  const { workspace, path, text, offset } = place.value;
  const completer = await openCompleter(workspace, request.events, request);
  if (!completer.ok) return completer;
  try {
    return ok(await completer.value.complete(path, text, offset, request), [...place.issues, ...completer.issues]);
  } finally {
    completer.value.close();
  }
}

function wrongOption({ count = 1, temperature = 0, topP = 1, seed = 0 }: CompleteOptions): string | undefined {
  const expected = (name: string, what: string, found: number): string =>
    `expected ${name} to be ${what}, found ${found}`;
  if (!Number.isInteger(count) || count < 1 || count > LIMITS.completions)
    return expected('--n', `a whole number from 1 to ${LIMITS.completions}`, count);
  if (!(temperature >= 0 && temperature <= 2)) return expected('--temperature', 'a number from 0 to 2', temperature);
  if (!(topP > 0 && topP <= 1)) return expected('--top-p', 'a number above 0 and at most 1', topP);
  if (!Number.isInteger(seed) || seed < 0 || seed > 0xffff_ffff)
    return expected('--seed', 'a whole number from 0 to 4294967295', seed);
  return undefined;
}
