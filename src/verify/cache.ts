import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What a check found out before and keeps in assay's own store, by a key that says what it hangs on. */
export class Cache<T> {
  readonly #place: string | undefined;
  readonly #version: number;
  readonly #most: number;

  /** `store`: assay's own folder; without one nothing is kept. At most `most` entries stay, the latest. */
  constructor(store: string | undefined, name: string, version: number, most: number) {
    this.#place = store === undefined ? undefined : join(store, 'cache', `${name}.json`);
    this.#version = version;
    this.#most = most;
  }

  read(): Readonly<Record<string, T>> {
    if (this.#place === undefined) return {};
    try {
      const { version, entries } = JSON.parse(readFileSync(this.#place, 'utf8')) as {
        version?: unknown;
        entries?: unknown;
      };
      if (version !== this.#version || typeof entries !== 'object' || entries === null) return {};
      return entries as Record<string, T>;
    } catch {
      return {};
    }
  }

  /** What cannot be kept is found out again the next time. */
  write(entries: Readonly<Record<string, T>>): void {
    if (this.#place === undefined) return;
    const part = `${this.#place}.${process.pid}`;
    const kept = Object.fromEntries(Object.entries(entries).slice(-this.#most));
    try {
      mkdirSync(dirname(this.#place), { recursive: true });
      writeFileSync(part, JSON.stringify({ version: this.#version, entries: kept }));
      renameSync(part, this.#place);
    } catch {
      rmSync(part, { force: true });
    }
  }
}
