import { span } from '../base/index.ts';
import type { Change } from './types.ts';

interface Step {
  readonly kind: 'keep' | 'insert' | 'delete';
  readonly size: number;
  /** What is inserted. */
  readonly text: string;
}

const END: Step = { kind: 'keep', size: Number.POSITIVE_INFINITY, text: '' };

/**
 * Reads a change set as a run of steps over the old text, for going through two sets at once: keep n, insert a text,
 * delete n. A change gives its insert before its delete. At the end, and only there, `done` is true and `left` Infinity.
 */
export class Cursor {
  /** UTF-16 units left of the present step; never 0. */
  left = 0;
  private readonly steps: Step[] = [];
  private index = 0;
  private step = END;

  constructor({ length, changes }: { readonly length: number; readonly changes: readonly Change[] }) {
    const push = (kind: Step['kind'], size: number, text = ''): void => {
      if (size > 0) this.steps.push({ kind, size, text });
    };
    let at = 0;
    for (const { span, insert } of changes) {
      push('keep', span.start - at);
      push('insert', insert.length, insert);
      push('delete', span.end - span.start);
      at = span.end;
    }
    push('keep', length - at);
    this.next();
  }

  get kind(): Step['kind'] {
    return this.step.kind;
  }

  get done(): boolean {
    return this.step === END;
  }

  /** Uses up `size` units of the step and returns `size`. */
  take(size: number): number {
    this.left -= size;
    if (this.left === 0) this.next();
    return size;
  }

  /** As `take`, for an insert: the units themselves. */
  takeText(size: number): string {
    const from = this.step.size - this.left;
    const taken = this.step.text.slice(from, from + size);
    this.take(size);
    return taken;
  }

  private next(): void {
    this.step = this.steps[this.index++] ?? END;
    this.left = this.step.size;
  }
}

/** Collects steps into changes, joining those that touch. */
export class ChangeBuilder {
  private readonly changes: Change[] = [];
  private at = 0;
  private start = 0;
  private parts: string[] = [];

  keep(size: number): void {
    if (size === 0) return;
    this.flush();
    this.at += size;
    this.start = this.at;
  }

  delete(size: number): void {
    this.at += size;
  }

  insert(text: string): void {
    if (text !== '') this.parts.push(text);
  }

  finish(): readonly Change[] {
    this.flush();
    return this.changes;
  }

  private flush(): void {
    if (this.at === this.start && this.parts.length === 0) return;
    this.changes.push({ span: span(this.start, this.at), insert: this.parts.join('') });
    this.start = this.at;
    this.parts = [];
  }
}
