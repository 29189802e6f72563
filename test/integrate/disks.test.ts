import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { integrate, recover, undo } from '../../src/integrate/index.ts';
import { draftOf, isOpen, makePlace, type Place, putFiles, readTree } from './support.ts';

/** Real disks that are full or read-only, and real permissions. */

const roots: string[] = [];
const mounts: string[] = [];
afterEach(() => {
  for (const mount of mounts.splice(0)) execFileSync('umount', [mount]);
});
afterAll(() => {
  for (const root of roots) rmSync(root, { recursive: true, force: true });
});

const folder = (): string => {
  const made = mkdtempSync(join(tmpdir(), 'assay-disk-'));
  roots.push(made);
  return made;
};

function mount(kilobytes: number): string {
  const at = folder();
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${kilobytes}k`, 'tmpfs', at]);
  mounts.push(at);
  return at;
}

const canMount = (() => {
  const at = folder();
  const done = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=16k', 'tmpfs', at]);
  if (done.status === 0) execFileSync('umount', [at]);
  return done.status === 0;
})();

const small = 'x\n'.repeat(100);
const big = 'y'.repeat(60_000);
const FILES = { 'a.ts': small, 'b.ts': small, 'gone.ts': small };
/** Some of it fits, all of it does not. */
const TOO_MUCH = draftOf({
  'new/first.ts': [null, big],
  'a.ts': [small, big],
  'gone.ts': [small, null],
  'b.ts': [small, big],
});
const FITS = draftOf({ 'a.ts': [small, 'A'], 'gone.ts': [small, null], 'new/c.ts': [null, 'C'] });

function refusedWhole(made: Place, code: string, message: RegExp, work: () => ReturnType<typeof integrate>): void {
  const tree = readTree(made.root);
  const done = work();
  expect(done.issues).toMatchObject([{ code, severity: 'error', message: expect.stringMatching(message) }]);
  expect(done.ok).toBe(false);
  expect(readTree(made.root)).toEqual(tree);
}

describe.skipIf(!canMount)('a disk (needs the right to mount)', () => {
  it.each(['the tree', 'the store', 'both'] as const)(
    'that is full under %s: one issue, nothing changed, and it works once there is room',
    (where) => {
      const tiny = mount(160);
      const root = where === 'the store' ? folder() : tiny;
      const store = where === 'the tree' ? join(folder(), 'store') : join(tiny, '.assay');
      putFiles(root, FILES);
      writeFileSync(join(tiny, 'ballast'), '');
      const made = { root, store };
      // The store holds the files as they were: 24 kB fill it.
      const filled = where === 'the store' ? 'z'.repeat(24_000) : small;
      if (where === 'the store') {
        putFiles(root, { 'a.ts': filled.repeat(4), 'b.ts': filled.repeat(4) });
      }
      const proposed =
        where === 'the store'
          ? draftOf({ 'a.ts': [filled.repeat(4), 'A'], 'b.ts': [filled.repeat(4), 'B'] })
          : TOO_MUCH;
      const free = () => statfsSync(tiny).bfree;
      recover(root, store);
      mkdirSync(store, { recursive: true });
      const before = free();
      refusedWhole(
        made,
        'integrate/no-space',
        /^nothing was changed: expected to write .* the disk is full \(ENOSPC\)$/,
        () => integrate(root, store, proposed),
      );
      expect(isOpen(made)).toBe(false);
      // Folders of the store may stay; contents may not.
      expect(before - free()).toBeLessThanOrEqual(2);
      if (where === 'the store') return;
      const done = integrate(root, store, FITS);
      expect(done.issues).toEqual([]);
      expect(undo(root, store).issues).toEqual([]);
    },
  );

  it('that fills up to the last block is refused at whatever step it is', () => {
    // Each round leaves a little more room, from none at all.
    const tiny = mount(400);
    const made: Place = { root: tiny, store: join(tiny, '.assay') };
    putFiles(tiny, FILES);
    const ends = { refused: 0, done: 0 };
    for (let room = 0; room <= 24; room++) {
      const tree = readTree(tiny);
      const { bfree, bsize } = statfsSync(tiny);
      writeFileSync(join(tiny, 'ballast'), Buffer.alloc(Math.max(0, bfree - room) * bsize));
      const done = integrate(made.root, made.store, FITS);
      rmSync(join(tiny, 'ballast'));
      if (done.ok) {
        ends.done++;
        expect(undo(made.root, made.store).issues, `room ${room}`).toEqual([]);
      } else {
        ends.refused++;
        expect(done.issues, `room ${room}`).toHaveLength(1);
        expect(done.issues[0]!.code).toBe('integrate/no-space');
      }
      expect(readTree(tiny), `room ${room}`).toEqual(tree);
      expect(isOpen(made), `room ${room}`).toBe(false);
      rmSync(made.store, { recursive: true, force: true });
    }
    expect(ends.refused).toBeGreaterThan(2);
    expect(ends.done).toBeGreaterThan(2);
  });

  it.each(['the tree', 'both'] as const)('that is read-only under %s: one issue, nothing changed', (where) => {
    const disk = mount(400);
    const store = where === 'both' ? join(disk, '.assay') : join(folder(), 'store');
    putFiles(disk, FILES);
    const made = { root: disk, store };
    expect(integrate(disk, store, FITS).ok).toBe(true);
    execFileSync('mount', ['-o', 'remount,ro', disk]);
    const again = draftOf({ 'a.ts': ['A', 'AA'], 'b.ts': [small, 'B'] });
    refusedWhole(made, 'integrate/read-only', /^nothing was changed: .* the file system is read-only \(EROFS\)$/, () =>
      integrate(disk, store, again),
    );
    refusedWhole(made, 'integrate/read-only', /^nothing was changed: /, () => undo(disk, store));
    expect(recover(disk, store).ok).toBe(true);
    execFileSync('mount', ['-o', 'remount,rw', disk]);
    expect(undo(disk, store).issues).toEqual([]);
    expect(readTree(disk)).toMatchObject(FILES);
  });
});

const uid = process.getuid?.();

describe.skipIf(uid === undefined)('permissions (needs POSIX users)', () => {
  /** As root, permissions are checked for a user who has none of root's rights. */
  function asUser<T>(body: () => T): T {
    if (uid !== 0) return body();
    process.setegid!(65_534);
    process.seteuid!(65_534);
    try {
      return body();
    } finally {
      process.seteuid!(0);
      process.setegid!(0);
    }
  }
  function place(): Place {
    const made = makePlace({ 'a.ts': 'a', 'dir/b.ts': 'b', 'dir/c.ts': 'c' });
    roots.push(made.root);
    mkdirSync(made.store);
    if (uid === 0) execFileSync('chown', ['-R', '65534:65534', made.root]);
    return made;
  }
  const BOTH = draftOf({ 'a.ts': ['a', 'A'], 'dir/b.ts': ['b', 'B'] });

  it('a folder that may not be written: one issue, nothing changed', () => {
    const made = place();
    chmodSync(join(made.root, 'dir'), 0o555);
    const message = /^nothing was changed: expected to write dir\/b.ts, found that permission is denied \(EACCES\)$/;
    refusedWhole(made, 'integrate/no-permission', message, () => asUser(() => integrate(made.root, made.store, BOTH)));
    const gone = draftOf({ 'a.ts': ['a', 'A'], 'dir/b.ts': ['b', null] });
    refusedWhole(made, 'integrate/no-permission', /put dir\/b.ts in place/, () =>
      asUser(() => integrate(made.root, made.store, gone)),
    );
    const fresh = draftOf({ 'a.ts': ['a', 'A'], 'dir/new/x.ts': [null, 'x'] });
    refusedWhole(made, 'integrate/no-permission', /^nothing was changed: /, () =>
      asUser(() => integrate(made.root, made.store, fresh)),
    );
    expect(isOpen(made)).toBe(false);
    chmodSync(join(made.root, 'dir'), 0o755);
    expect(asUser(() => integrate(made.root, made.store, BOTH)).issues).toEqual([]);
  });
  it('a file marked read-only is respected', () => {
    const made = place();
    chmodSync(join(made.root, 'dir/b.ts'), 0o444);
    refusedWhole(made, 'integrate/read-only', /expected dir\/b.ts to be writable/, () =>
      asUser(() => integrate(made.root, made.store, BOTH)),
    );
  });
  it('a file that may not be read', () => {
    const made = place();
    chmodSync(join(made.root, 'a.ts'), 0o200);
    const done = asUser(() => integrate(made.root, made.store, BOTH));
    expect(done.issues).toMatchObject([{ code: 'integrate/no-permission', path: 'a.ts' }]);
    chmodSync(join(made.root, 'a.ts'), 0o644);
    expect(readTree(made.root)).toMatchObject({ 'a.ts': 'a', 'dir/b.ts': 'b' });
  });
  it('a folder that may not be entered', () => {
    const made = place();
    chmodSync(join(made.root, 'dir'), 0o000);
    const done = asUser(() => integrate(made.root, made.store, BOTH));
    expect(done.issues).toMatchObject([{ code: 'integrate/no-permission', path: 'dir/b.ts' }]);
    chmodSync(join(made.root, 'dir'), 0o755);
    expect(readTree(made.root)).toMatchObject({ 'a.ts': 'a', 'dir/b.ts': 'b' });
  });
  it('a store that may not be written', () => {
    const made = place();
    chmodSync(made.store, 0o555);
    refusedWhole(made, 'integrate/no-permission', /^nothing was changed: /, () =>
      asUser(() => integrate(made.root, made.store, BOTH)),
    );
  });
  it.skipIf(uid !== 0)('another’s file in a folder of ours is replaced and becomes ours (needs root to set up)', () => {
    const made = place();
    chownSync(join(made.root, 'a.ts'), 1234, 65_534);
    chmodSync(join(made.root, 'a.ts'), 0o664);
    expect(asUser(() => integrate(made.root, made.store, BOTH)).issues).toEqual([]);
    expect(readTree(made.root)).toMatchObject({ 'a.ts': 'A' });
  });
});
