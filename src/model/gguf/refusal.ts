import { fail, ok, type Result } from '../../base/index.ts';

export type RefusalCode = 'model/bad-gguf' | 'model/unsupported' | 'model/limit';

/** Ends the reading of a file that cannot be used. Does not leave the room: `reading` makes an issue of it. */
export class Refusal extends Error {
  readonly code: RefusalCode;
  constructor(code: RefusalCode, message: string) {
    super(message);
    this.code = code;
  }
}

export const bad = (message: string): Refusal => new Refusal('model/bad-gguf', message);
export const unsupported = (message: string): Refusal => new Refusal('model/unsupported', message);

/** What `read` returns, or the refusal it throws as an issue; `what` is being read, in a word. */
export function reading<T>(what: string, read: () => T): Result<T> {
  try {
    return ok(read());
  } catch (error) {
    if (error instanceof Refusal) return fail(error.code, `${what}: ${error.message}`);
    throw error;
  }
}
