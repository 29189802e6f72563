import type { Change } from './types.ts';

/** An immutable set of changes against a text of one length, in the text's order, none touching another. */
export class ChangeSet {
  readonly length: number;
  readonly changes: readonly Change[];
  private constructor(length: number, changes: readonly Change[]) {
    this.length = length;
    this.changes = changes;
  }
  static of(length: number, changes: readonly Change[]): ChangeSet {
    return new ChangeSet(length, changes);
  }
}
