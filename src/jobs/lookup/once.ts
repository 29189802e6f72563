import type { Result } from '../../base/index.ts';
import { Resident } from '../resident/index.ts';
import { docsOf, membersOf, resolveNames } from './lookup.ts';

/** A lookup for whoever asks once: opens the repository around `cwd`, asks, closes it. */
const once =
  <Request, Value>(ask: (resident: Resident, request: Request) => Promise<Result<Value>>) =>
  async ({ cwd, ...request }: Request & { readonly cwd: string }): Promise<Result<Value>> => {
    const opened = await Resident.open(cwd);
    if (!opened.ok) return opened;
    try {
      return await ask(opened.value, request as unknown as Request); // what is left of the two without `cwd`
    } finally {
      opened.value.close();
    }
  };

/** What the names in a piece of code are, in the scope of a file: see `resolveNames`. */
export const resolve = once(resolveNames);
/** What an expression, a type or a module has: see `membersOf`. */
export const members = once(membersOf);
/** What is written about a symbol: see `docsOf`. */
export const docs = once(docsOf);
