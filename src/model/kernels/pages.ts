import type { Arena } from './arena.ts';

/** Positions of a page. */
export const PAGE = 32;

/**
 * Keys and values of all layers for 32 positions each, shared by the sequences that have them in common. A page with more
 * than one owner is not written to.
 */
export interface Pages {
  /** A page of one owner; undefined where the limit or the memory is reached. */
  take(): number | undefined;
  /** One owner more. */
  share(page: number): void;
  /** One owner less. */
  drop(page: number): void;
  /** A page of this owner alone with the same content: the page itself, or a copy that replaces it. */
  own(page: number): number | undefined;
}

export function pages(memory: Arena, pageBytes: number, limit: number): Pages {
  const owners = new Map<number, number>();
  const free: number[] = [];
  let held = 0;
  const take = (): number | undefined => {
    let page = free.pop();
    if (page === undefined) {
      if (held + pageBytes >= limit) return undefined;
      page = memory.allocate(pageBytes);
      if (page === undefined) return undefined;
      held += pageBytes;
    }
    owners.set(page, 1);
    return page;
  };
  const drop = (page: number): void => {
    const left = owners.get(page)! - 1;
    owners.set(page, left);
    if (left === 0) free.push(page);
  };
  return {
    take,
    drop,
    share(page) {
      owners.set(page, owners.get(page)! + 1);
    },
    own(page) {
      if (owners.get(page) === 1) return page;
      const copy = take();
      if (copy === undefined) return undefined;
      memory.u8.copyWithin(copy, page, page + pageBytes);
      drop(page);
      return copy;
    },
  };
}
