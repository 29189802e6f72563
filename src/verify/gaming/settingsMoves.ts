import { posix } from 'node:path';
import type { RepoPath } from '../../base/index.ts';
import type { Entry } from './entries.ts';

/** A file of settings with its values on both sides, undefined where they cannot be read. */
export interface Sides {
  readonly path: RepoPath;
  /** The file in which the values of the head stand. */
  at: RepoPath;
  /** Whether the file stands on a side. */
  wasThere: boolean;
  isThere: boolean;
  base: readonly Entry[] | undefined;
  head: readonly Entry[] | undefined;
}

/** Sections of a manifest, and the files that hold the same. */
const SECTIONS: readonly (readonly [string, RegExp])[] = [
  ['c8', /^\.c8rc/],
  ['nyc', /^(?:\.nycrc|nyc\.config)/],
  ['jest', /^jest\.config/],
  ['mocha', /^\.mocharc/],
  ['ava', /^ava\.config/],
  ['tap', /^\.taprc/],
  ['eslintConfig', /^\.eslintrc/],
];

/** Puts the settings of a tool that moved between the manifest and a file of their own into one place on both sides. */
export function joinMoved(all: readonly Sides[]): void {
  for (const manifest of all) {
    if (posix.basename(manifest.path) !== 'package.json') continue;
    for (const [section, name] of SECTIONS) {
      const was: Split = split(manifest.base, section);
      const is: Split = split(manifest.head, section);
      const file = all.find(
        ({ path }) => name.test(posix.basename(path)) && posix.dirname(path) === posix.dirname(manifest.path),
      );
      if (!file || was.own.length > 0 === is.own.length > 0) continue;
      if (was.own.length > 0 && !file.wasThere) {
        Object.assign(file, { base: was.own, wasThere: true });
        manifest.base = was.rest;
      } else if (is.own.length > 0 && !file.isThere) {
        Object.assign(file, { head: is.own, isThere: true, at: manifest.path });
        manifest.head = is.rest;
      }
    }
  }
}

interface Split {
  readonly own: readonly Entry[];
  readonly rest: readonly Entry[];
}

function split(entries: readonly Entry[] = [], section: string): Split {
  const prefix = `${section}.`;
  const [own, rest] = [true, false].map((isOwn) => entries.filter(({ path }) => path.startsWith(prefix) === isOwn));
  return { own: own!.map((one) => ({ ...one, path: one.path.slice(prefix.length) })), rest: rest! };
}
