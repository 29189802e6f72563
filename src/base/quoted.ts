const MOST = 80;

/** What a file held, for a message: texts in quotes, cut after 80 characters; lists by their length. */
export function quoted(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value !== 'string') return String(value);
  return JSON.stringify(value.length > MOST ? `${value.slice(0, MOST)}…` : value);
}
