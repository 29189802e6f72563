import { failed, type Issue, nearestNames, ok, type Result, type Span } from '../../base/index.ts';
import { defaultLiteral, type Literal } from '../../lang/index.ts';
import { lineIndex } from '../../text/index.ts';
import type { AssayConfig, Constraints, ForbiddenImport, SizeLimits } from './types.ts';

export const CONFIG_PATH = 'assay.config.ts';

/** Reads a value of the file; tells what is wrong with it through `say` and then gives undefined. */
type Reader<T> = (literal: Literal, say: Say, place: string) => T | undefined;
type Say = (span: Span, message: string, suggestion?: string, code?: string) => void;

const found = (literal: Literal): string =>
  literal.kind === 'object' ? 'an object' : literal.kind === 'array' ? 'a list' : JSON.stringify(literal.value);

const text: Reader<string> = (literal, say, place) => {
  if (literal.kind === 'value' && typeof literal.value === 'string' && literal.value !== '') return literal.value;
  say(literal.span, `${place}: expected a text that is not empty, found ${found(literal)}`);
  return undefined;
};

const count: Reader<number> = (literal, say, place) => {
  if (literal.kind === 'value' && Number.isInteger(literal.value) && (literal.value as number) >= 1)
    return literal.value as number;
  say(literal.span, `${place}: expected a whole number of at least 1, found ${found(literal)}`);
  return undefined;
};

const list =
  <T>(item: Reader<T>, of: string): Reader<readonly T[]> =>
  (literal, say, place) => {
    if (literal.kind !== 'array') {
      say(literal.span, `${place}: expected a list of ${of}, found ${found(literal)}`);
      return undefined;
    }
    return literal.items.flatMap((one, index) => item(one, say, `${place}[${index}]`) ?? []);
  };

const texts = list(text, 'texts');

/** A backslash that is written for a slash, and no escape: before a letter, or before what goes for many names. */
const BACKSLASH = /\\(?=[\p{L}\d_*?]|$)/gu;

const pattern: Reader<string> = (literal, say, place) => {
  const written = text(literal, say, place);
  const [, sign, path] = /^(!?)([\s\S]*)$/.exec(written ?? '')!;
  const meant = path!.replace(BACKSLASH, '/').replace(/^\/+/, '');
  if (meant !== path || meant.split('/').includes('..')) {
    const message = `${place}: expected a pattern of paths from the root of the repository, with /, found ${found(literal)}, which no path is like`;
    say(literal.span, message, meant === path ? undefined : sign! + (meant || '**'));
    return undefined;
  }
  return written;
};

const patterns = list(pattern, 'texts');

const orSwitch =
  (items: Reader<readonly string[]>): Reader<boolean | readonly string[]> =>
  (literal, say, place) => {
    if (literal.kind === 'value' && typeof literal.value === 'boolean') return literal.value;
    if (literal.kind === 'array') return items(literal, say, place);
    say(literal.span, `${place}: expected true, false or a list of texts, found ${found(literal)}`);
    return undefined;
  };

const onOrOff: Reader<boolean> = (literal, say, place) => {
  if (literal.kind === 'value' && typeof literal.value === 'boolean') return literal.value;
  say(literal.span, `${place}: expected true or false, found ${found(literal)}`);
  return undefined;
};

function object<T extends object>(
  readers: { readonly [K in keyof T]-?: Reader<NonNullable<T[K]>> },
  needed: readonly (keyof T & string)[] = [],
): Reader<T> {
  return (literal, say, place) => {
    const where = place === '' ? CONFIG_PATH : place;
    if (literal.kind !== 'object') {
      say(literal.span, `${where}: expected an object, found ${found(literal)}`);
      return undefined;
    }
    const values: Partial<Record<string, unknown>> = {};
    for (const { key, span, value } of literal.entries) {
      const reader = Object.hasOwn(readers, key) ? readers[key as keyof T] : undefined;
      const name = place === '' ? key : `${place}.${key}`;
      if (!reader) {
        const known = Object.keys(readers);
        const [nearest] = nearestNames(key, known, 1);
        const message = `${where}: expected one of ${known.join(', ')}, found the unknown key ${key}`;
        say(span, message, nearest, 'config/unknown-key');
      } else if (Object.hasOwn(values, key)) say(span, `${name}: expected one value, found a second one`);
      else values[key] = reader(value, say, name);
    }
    for (const key of needed)
      if (!literal.entries.some((entry) => entry.key === key)) say(literal.span, `${where}: expected a key ${key}`);
    return values as T;
  };
}

const constraints = object<Constraints>({
  mayChange: patterns,
  mustNotChange: patterns,
  newDependencies: orSwitch(texts),
  stableExports: patterns,
  forbiddenImports: list(
    object<ForbiddenImport>({ in: patterns, from: texts, reason: text }, ['from']),
    'objects with a key from',
  ),
  size: object<SizeLimits>({ files: count, lines: count, fileLines: count }),
  keepTests: onOrOff,
  secrets: orSwitch(patterns),
});

const config = object<AssayConfig>({ constraints });

/**
 * Reads the text of `assay.config.ts`. It is never run: a configuration that comes with a change is as little trusted as
 * the rest of it. Unknown keys and values of a wrong kind are errors.
 */
export function readConfig(source: string): Result<AssayConfig> {
  const literal = defaultLiteral(source, 'defineConfig');
  const issues: Issue[] = [];
  const lines = lineIndex(source);
  const say: Say = (span, message, suggestion, code = 'config/value') => {
    const at = lines.positionAt(span.start);
    const fix = suggestion === undefined ? {} : { suggestion };
    issues.push({ code, message, severity: 'error', path: CONFIG_PATH, span, at, ...fix });
  };
  if (!literal.ok) {
    for (const { span, message } of literal.issues)
      if (span) say(span, `${CONFIG_PATH} is read and not run: ${message}`, undefined, 'config/not-plain');
    return failed(...issues);
  }
  const value = config(literal.value, say, '');
  return value && issues.length === 0 ? ok(value) : failed(...issues);
}
