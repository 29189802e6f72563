import { type Random, span } from '../../src/base/index.ts';
import { type Change, ChangeSet, encodeText } from '../../src/text/index.ts';

/**
 * The laws of edits over random texts, for the suite and for `bench/edits.ts`. Each check compares with a slow and
 * obvious reference, and throws with what it saw.
 */

const PIECES = [
  'a',
  'B7',
  ' ',
  '  ',
  '\t',
  '\n',
  '\n\n',
  '\r\n',
  '\r',
  '\uFEFF',
  'é',
  'e\u0301',
  '–',
  '\u00a0',
  '“x”',
  '½',
  '中文',
  '😀',
  '👩‍👩‍👧',
  '𝒳',
  '\u2028',
  'const x = 1;\n',
  'return;\r\n',
  '}\n',
];

/** A text of up to `most` pieces: often short, sometimes empty, with or without mark and last line break. */
export function randomText(random: Random, most: number): string {
  const parts: string[] = random.below(12) === 0 ? ['\uFEFF'] : [];
  const count = random.below(4) === 0 ? random.below(4) : random.below(most);
  for (let i = 0; i < count; i++) parts.push(random.pick(PIECES));
  return parts.join('');
}

/** An offset between characters, never inside a surrogate pair. */
function randomOffset(random: Random, text: string, from: number): number {
  const at = from + random.below(text.length - from + 1);
  const inside = /[\uDC00-\uDFFF]/.test(text[at] ?? '') && /[\uD800-\uDBFF]/.test(text[at - 1] ?? '');
  return inside ? at + 1 : at;
}

/** Up to five changes; insertions, deletions, replacements, some touching, some that do nothing. */
export function randomChanges(random: Random, text: string): Change[] {
  const changes: Change[] = [];
  const count = random.below(6);
  let at = 0;
  for (let i = 0; i < count; i++) {
    const start = random.below(4) === 0 ? at : randomOffset(random, text, at);
    const end = random.below(3) === 0 ? start : Math.max(start, randomOffset(random, text, start));
    const short = random.below(2) === 0 ? Math.min(end, start + 4) : end;
    const stop = randomOffset(random, text.slice(0, short), short);
    const whole = /[\uDC00-\uDFFF]/.test(text[stop] ?? '') && stop > start ? end : stop;
    changes.push({ span: span(start, whole), insert: random.below(3) === 0 ? '' : randomText(random, 5) });
    at = whole;
  }
  return changes;
}

/** Each change put in from the back: the reference for `apply`. */
export function applySlowly(text: string, changes: readonly Change[]): string {
  return changes.reduceRight((old, { span, insert }) => old.slice(0, span.start) + insert + old.slice(span.end), text);
}

function same(law: string, found: string, expected: string, seen: unknown): void {
  if (found === expected) return;
  throw new Error(
    `${law}: expected ${JSON.stringify(expected)}, found ${JSON.stringify(found)}\n${JSON.stringify(seen)}`,
  );
}

/** Bytes before, between and after the spans, found again in the new bytes where the inserts leave them. */
export function bytesOutsideUnchanged(before: string, changes: readonly Change[], after: Uint8Array): void {
  const old = encodeText(before);
  let oldAt = 0;
  let newAt = 0;
  let unit = 0;
  const compare = (size: number): void => {
    const expected = old.subarray(oldAt, oldAt + size);
    const found = after.subarray(newAt, newAt + size);
    if (Buffer.compare(expected, found) !== 0) {
      throw new Error(`a byte outside the spans changed near byte ${oldAt} of ${JSON.stringify({ before, changes })}`);
    }
    oldAt += size;
    newAt += size;
  };
  for (const { span, insert } of changes) {
    compare(Buffer.byteLength(before.slice(unit, span.start)));
    oldAt += Buffer.byteLength(before.slice(span.start, span.end));
    newAt += Buffer.byteLength(insert);
    unit = span.end;
  }
  compare(old.length - oldAt);
  if (newAt !== after.length)
    throw new Error(`bytes were added or lost at the end of ${JSON.stringify({ before, changes })}`);
}

/** One random text, two concurrent sets, one after the first: every law of change sets. Gives the changes tried. */
export function checkEditLaws(random: Random, size: number): number {
  const text = randomText(random, size);
  const changes = randomChanges(random, text);
  const a = ChangeSet.of(text.length, changes);
  const after = a.apply(text);
  const seen = { text, changes };

  same('apply', after, applySlowly(text, changes), seen);
  same('newLength', String(a.newLength), String(after.length), seen);
  bytesOutsideUnchanged(text, a.changes, encodeText(after));
  const inverse = a.invert(text);
  same('invert', inverse.apply(after), text, seen);
  same('invert twice', inverse.invert(after).apply(text), after, seen);
  const read = ChangeSet.fromJSON(JSON.parse(JSON.stringify(a)));
  same('json', JSON.stringify(read.value), JSON.stringify(a), { seen, issues: read.issues });

  const next = ChangeSet.of(after.length, randomChanges(random, after));
  same('compose', a.compose(next).apply(text), next.apply(after), { seen, next });
  same('compose with the inverse', a.compose(inverse).apply(text), text, seen);
  const last = next.apply(after);
  const third = ChangeSet.of(last.length, randomChanges(random, last));
  const left = a.compose(next).compose(third).apply(text);
  same('compose is associative', left, a.compose(next.compose(third)).apply(text), { seen, next, third });

  const b = ChangeSet.of(text.length, randomChanges(random, text));
  const ab = a.compose(b.map(a));
  const ba = b.compose(a.map(b, true));
  same('map', ab.apply(text), ba.apply(text), { seen, b });
  same('map, slowly', ab.apply(text), mergeSlowly(text, a, b), { seen, b });
  checkPositions(text, a, after);
  return a.changes.length;
}

/** Both sets at once, unit by unit: inserts where their spans start, a's first, then every unit that neither deletes. */
function mergeSlowly(text: string, a: ChangeSet, b: ChangeSet): string {
  let merged = '';
  for (let at = 0; at <= text.length; at++) {
    for (const set of [a, b]) merged += set.changes.find(({ span }) => span.start === at)?.insert ?? '';
    const deleted = [a, b].some((set) => set.changes.some(({ span }) => span.start <= at && at < span.end));
    if (!deleted && at < text.length) merged += text[at];
  }
  return merged;
}

/** Kept units keep their neighbours, order is kept, and inserts lie between their two sides. */
function checkPositions(text: string, set: ChangeSet, after: string): void {
  let lastBefore = 0;
  let lastBehind = 0;
  for (let at = 0; at <= text.length; at++) {
    const before = set.mapPosition(at, -1);
    const behind = set.mapPosition(at, 1);
    const seen = { text, set, at, before, behind };
    if (before < lastBefore || behind < lastBehind || behind < before || behind > after.length) {
      throw new Error(`order of ${JSON.stringify(seen)}`);
    }
    lastBefore = before;
    lastBehind = behind;
    const deleted = set.changes.some(({ span }) => span.start <= at && at < span.end);
    if (at < text.length && !deleted) {
      same('a kept unit', after[behind] ?? '', text[at]!, seen);
      same('its other side', String(set.mapPosition(at + 1, -1)), String(behind + 1), seen);
    }
    const here = set.changes.find(({ span }) => span.start === at && span.end === at);
    same('an insertion', after.slice(before, behind), here?.insert ?? after.slice(before, behind), seen);
  }
}
