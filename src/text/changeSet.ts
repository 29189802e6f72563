import { fail, type Issue, isRecord, LIMITS, ok, type Result, span, type Utf16Offset, utf16 } from '../base/index.ts';
import { ChangeBuilder, Cursor } from './sweep.ts';
import type { Change, ChangeSetJson } from './types.ts';

/** Most changes of one set: a text under `LIMITS.fileBytes` cannot hold more that do not touch. */
const MOST_CHANGES = LIMITS.fileBytes;

/**
 * An immutable set of changes against a text of one length, in the text's order, none touching another: changes that
 * touch are joined and those that change nothing (no span, no insert) dropped. All offsets are UTF-16 code units.
 *
 * Inserts are well-formed UTF-16 without NUL, and spans may not split a surrogate pair, so a set never makes a text
 * that has no UTF-8 bytes. They may split CR LF: both halves are characters, and turning CR LF into LF is a fair edit.
 *
 * Where two sets meet, an insert stands at the start of its own span (see `map`).
 */
export class ChangeSet {
  /** Length of the text the set applies to. */
  readonly length: number;
  readonly changes: readonly Change[];

  private constructor(length: number, changes: readonly Change[]) {
    this.length = length;
    this.changes = changes;
  }

  /**
   * Changes in order, not overlapping, inside `[0, length]`. Throws RangeError otherwise: for offsets the caller worked
   * out itself. What comes from outside goes through `fromJSON`.
   */
  static of(length: number, changes: readonly Change[]): ChangeSet {
    const wrong = problem(length, changes);
    if (wrong !== undefined) throw new RangeError(wrong);
    return ChangeSet.joined(length, changes);
  }

  static empty(length: number): ChangeSet {
    return ChangeSet.of(length, []);
  }

  /** The one way in for data from outside; says what was expected and what came (`text/change-set`). */
  static fromJSON(value: unknown): Result<ChangeSet> {
    const refuse = (expected: string, found: unknown) =>
      fail('text/change-set', `expected ${expected}, found ${describe(found)}`);
    if (!isRecord(value)) return refuse('a change set {length, changes}', value);
    for (const key of Object.keys(value)) {
      if (key !== 'length' && key !== 'changes') return refuse('only the keys "length" and "changes"', key);
    }
    const { length, changes } = value;
    if (typeof length !== 'number') return refuse('"length" to be a number', length);
    if (!Array.isArray(changes)) return refuse('"changes" to be an array', changes);
    if (changes.length >= MOST_CHANGES) return refuse(`fewer than ${MOST_CHANGES} changes`, changes.length);
    const read: Change[] = [];
    for (const [index, entry] of (changes as unknown[]).entries()) {
      const [start, end, insert] = Array.isArray(entry) && entry.length === 3 ? (entry as unknown[]) : [];
      if (typeof start !== 'number' || typeof end !== 'number' || typeof insert !== 'string') {
        return refuse(`change ${index} to be [start, end, insert]`, entry);
      }
      read.push({ span: span(start, end), insert });
    }
    const wrong = problem(length, read);
    return wrong === undefined ? ok(ChangeSet.joined(length, read)) : fail('text/change-set', wrong);
  }

  private static joined(length: number, changes: readonly Change[]): ChangeSet {
    const builder = new ChangeBuilder();
    let at = 0;
    for (const { span: range, insert } of changes) {
      builder.keep(range.start - at);
      builder.insert(insert);
      builder.delete(range.end - range.start);
      at = range.end;
    }
    return new ChangeSet(length, builder.finish());
  }

  toJSON(): ChangeSetJson {
    return { length: this.length, changes: this.changes.map(({ span, insert }) => [span.start, span.end, insert]) };
  }

  /** Length of the text after the changes. */
  get newLength(): number {
    return this.changes.reduce((sum, { span, insert }) => sum + insert.length - (span.end - span.start), this.length);
  }

  get isEmpty(): boolean {
    return this.changes.length === 0;
  }

  /** Why the set cannot be applied to `text` (`text/wrong-length`, `text/split-character`), or undefined where it can. */
  mismatch(text: string): Issue | undefined {
    if (text.length !== this.length) {
      const message = `expected a text of ${this.length} UTF-16 units, found ${text.length}`;
      return { code: 'text/wrong-length', message, severity: 'error' };
    }
    for (const { span } of this.changes) {
      for (const at of [span.start, span.end]) {
        if (!splitsPair(text, at)) continue;
        const message = `expected a change between characters, found offset ${at} inside a surrogate pair`;
        return { code: 'text/split-character', message, severity: 'error', span };
      }
    }
    return undefined;
  }

  /** Throws RangeError where `mismatch(text)` is an issue. */
  apply(text: string): string {
    this.assertFits(text);
    const parts: string[] = [];
    let at = 0;
    for (const { span, insert } of this.changes) {
      parts.push(text.slice(at, span.start), insert);
      at = span.end;
    }
    parts.push(text.slice(at));
    return parts.join('');
  }

  /** The set that turns `apply(oldText)` back into `oldText`. Throws RangeError as `apply` does. */
  invert(oldText: string): ChangeSet {
    this.assertFits(oldText);
    let shift = 0;
    const changes = this.changes.map(({ span: range, insert }) => {
      const start = range.start + shift;
      shift += insert.length - (range.end - range.start);
      return { span: span(start, start + insert.length), insert: oldText.slice(range.start, range.end) };
    });
    return new ChangeSet(this.newLength, changes);
  }

  /** This set and then `next`, as one: `a.compose(b).apply(t) = b.apply(a.apply(t))`. */
  compose(next: ChangeSet): ChangeSet {
    if (next.length !== this.newLength) {
      throw new RangeError(`compose() expected a set for length ${this.newLength}, got one for ${next.length}`);
    }
    const builder = new ChangeBuilder();
    const a = new Cursor(this);
    const b = new Cursor(next);
    while (!a.done || !b.done) {
      if (a.kind === 'delete') builder.delete(a.take(a.left));
      else if (b.kind === 'insert') builder.insert(b.takeText(b.left));
      else {
        const size = Math.min(a.left, b.left);
        const removed = b.kind === 'delete';
        if (a.kind === 'insert') {
          const text = a.takeText(size);
          if (!removed) builder.insert(text);
        } else {
          a.take(size);
          if (removed) builder.delete(size);
          else builder.keep(size);
        }
        b.take(size);
      }
    }
    return new ChangeSet(this.length, builder.finish());
  }

  /**
   * This set, made against the same text as `other`, for the text after `other`. What both delete is deleted once, both
   * inserts are kept; at the same offset `before` puts this set's insert first. For any a and b of one length,
   * `a.compose(b.map(a)).apply(t) = b.compose(a.map(b, true)).apply(t)`.
   */
  map(other: ChangeSet, before = false): ChangeSet {
    if (other.length !== this.length) {
      throw new RangeError(`map() expected a set for length ${this.length}, got one for ${other.length}`);
    }
    const builder = new ChangeBuilder();
    const a = new Cursor(this);
    const b = new Cursor(other);
    while (!a.done || !b.done) {
      if (a.kind === 'insert' && (before || b.kind !== 'insert')) builder.insert(a.takeText(a.left));
      else if (b.kind === 'insert') builder.keep(b.take(b.left));
      else {
        const size = Math.min(a.left, b.left);
        if (b.kind === 'keep') {
          if (a.kind === 'delete') builder.delete(size);
          else builder.keep(size);
        }
        a.take(size);
        b.take(size);
      }
    }
    return new ChangeSet(other.newLength, builder.finish());
  }

  /**
   * Where an offset of the old text lies in the new one. `assoc` chooses the side of what was inserted at the offset, or
   * of what replaced the text around it: -1 before, 1 after. The ends of a replaced span keep to their own side.
   * Throws RangeError outside `[0, length]`.
   */
  mapPosition(position: number, assoc: -1 | 1): Utf16Offset {
    if (!Number.isInteger(position) || position < 0 || position > this.length) {
      throw new RangeError(`mapPosition() takes an integer from 0 to ${this.length}, got ${position}`);
    }
    let shift = 0;
    for (const { span, insert } of this.changes) {
      if (span.start > position) break;
      const inside = position < span.end || (span.start === span.end && position === span.end);
      if (inside) {
        const stays = assoc < 0 || (position === span.start && span.end > span.start);
        return utf16(span.start + shift + (stays ? 0 : insert.length));
      }
      shift += insert.length - (span.end - span.start);
    }
    return utf16(position + shift);
  }

  private assertFits(text: string): void {
    const issue = this.mismatch(text);
    if (issue !== undefined) throw new RangeError(issue.message);
  }
}

const describe = (value: unknown): string => (JSON.stringify(value) ?? String(value)).slice(0, 80);

const splitsPair = (text: string, at: number): boolean =>
  (text.charCodeAt(at) & 0xfc00) === 0xdc00 && (text.charCodeAt(at - 1) & 0xfc00) === 0xd800;

function problem(length: number, changes: readonly Change[]): string | undefined {
  if (!Number.isInteger(length) || length < 0) return `expected a length of 0 or more, found ${length}`;
  let at = 0;
  for (const [index, { span, insert }] of changes.entries()) {
    const { start, end } = span;
    const found = `found change ${index} at [${start}, ${end})`;
    if (!Number.isInteger(start) || !Number.isInteger(end)) return `expected integer offsets, ${found}`;
    if (start < 0 || end > length) return `expected spans inside [0, ${length}], ${found}`;
    if (end < start) return `expected a span's end at or after its start, ${found}`;
    if (start < at) return `expected changes in order that do not overlap, ${found} after one that ends at ${at}`;
    if (!insert.isWellFormed())
      return `expected well-formed text, found a lone surrogate in the insert of change ${index}`;
    if (insert.includes('\0')) return `expected text, found a NUL character in the insert of change ${index}`;
    at = end;
  }
  return undefined;
}
