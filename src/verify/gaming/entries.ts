import type { Span } from '../../base/index.ts';
import type { Label } from './types.ts';

/** One value among settings. */
export interface Entry {
  readonly path: string;
  readonly text: string;
  /** Of a list: its items. */
  readonly items?: readonly string[];
  readonly span: Span;
}

export type Tell = (label: Label, entry: Entry | undefined, expected: string, found: string) => void;

export const numberIn = (entry: Entry | undefined): number | undefined => {
  const value = Number.parseFloat(entry?.text.replace(/"/g, '') ?? '');
  return Number.isNaN(value) ? undefined : value;
};

export const grown = (old: Entry | undefined, now: Entry | undefined): readonly string[] =>
  itemsOf(now).filter((item) => !itemsOf(old).includes(item));

export const itemsOf = (entry: Entry | undefined): readonly string[] => entry?.items ?? (entry ? [entry.text] : []);

/** A pattern that takes in only part of what others do. */
export const within = (item: string, others: readonly string[]): boolean =>
  others.some((other) => {
    const root = other
      .replace(/"/g, '')
      .replace(/^\.\//, '')
      .replace(/\/?\*.*$/, '');
    const own = item.replace(/"/g, '').replace(/^\.\//, '');
    return own.startsWith(root) && own.length > other.replace(/"/g, '').length;
  });
