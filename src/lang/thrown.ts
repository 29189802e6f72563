import { plainValue } from './values.ts';

/** What must be thrown: its class, or one that it extends, and a part of its message. What is not told is left open. */
export interface Thrown {
  readonly error?: string;
  readonly message?: string;
}

/** `throws`, `throws a`, `throws new`, `Uncaught`: what follows is the error. */
const THROWS = /^(?:throws?\b:?|Uncaught\b)\s*(?:an?\s+)?(?:new\s+)?/i;
/** Of a claim without such a word only the name of a class makes one of an error. */
const CLASS = /^[A-Z]\w*(?:Error|Exception)\b/;
/** Any other capitalised word is a class where no sentence goes on after it, or one that says when. */
const NAMED = /^[A-Z]\w*(?=[.;]?$|\s*[:("'`]|\s+(?:if|when|because|for|on|unless|as|with)\b)/;
const QUOTED = /^\s*[:(]?\s*("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\])*`)/;
/** A text that only begins a message. */
const ELIDED = /\s*(?:\.{3}|…)/;

/**
 * What a claim says is thrown: `throws RangeError: must be even`, `throws new RangeError('must be even')`, `RangeError: must be even`,
 * `throws`; undefined where it claims no error. A message without quotes stands after a colon; a sentence that says when is none.
 */
export function thrownIn(claim: string): Thrown | undefined {
  const [word] = THROWS.exec(claim) ?? [];
  if (word === undefined && !CLASS.test(claim)) return undefined;
  const told = claim.slice(word?.length ?? 0).trim();
  const [error] = CLASS.exec(told) ?? NAMED.exec(told) ?? [];
  const rest = told.slice(error?.length ?? 0);
  // Without the word it is a name that may stand for anything.
  if (word === undefined && !/^(?:;?$|\s*[:(])/.test(rest)) return undefined;
  const message = messageIn(rest, error !== undefined);
  return { ...(error === undefined ? {} : { error }), ...(message ? { message } : {}) };
}

function messageIn(rest: string, afterClass: boolean): string | undefined {
  const quoted = QUOTED.exec(rest)?.[1];
  const value = quoted === undefined ? undefined : plainValue(quoted)?.value;
  if (typeof value === 'string') return value.split(ELIDED)[0];
  const said = afterClass ? /^\s*:\s*(.*?);?$/s.exec(rest)?.[1] : undefined;
  return said === undefined || /(?:^|\s)(?:if|when|because)\b/.test(said) ? undefined : said.split(ELIDED)[0]!.trim();
}
