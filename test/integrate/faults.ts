import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

/**
 * Makes one call to the file system fail, for a synchronous piece of work: the n-th (from 0) of those that change
 * something or wait for the disk. `crash` throws what no code expects, so that everything stops where it stands, as in a
 * crash (but that open files are closed and the lock is let go of); an error code throws the system's own error, from
 * that call on where `lasting`. `meddle` does something of its own right before the call, as another process might.
 */
export interface Fault {
  /** The call, by its number or by what it is. */
  readonly at: number | ((name: string, args: readonly unknown[]) => boolean);
  readonly kind: 'crash' | 'meddle' | 'ENOSPC' | 'EIO' | 'EROFS';
  readonly lasting?: boolean;
  /** Given the call and its arguments. Its own calls are not counted. */
  readonly meddle?: (name: string, args: readonly unknown[]) => void;
}

export class Crash extends Error {}

const CALLS = [
  'openSync',
  'writeFileSync',
  'fsyncSync',
  'renameSync',
  'unlinkSync',
  'mkdirSync',
  'rmSync',
  'rmdirSync',
  'chmodSync',
  'fchmodSync',
  'fchownSync',
] as const;

/** Gives what `body` gave or threw, and how many such calls it made. */
export function withFault<T>(
  fault: Fault | undefined,
  body: () => T,
): { readonly calls: number; readonly result?: T; readonly crashed: boolean } {
  const real = Object.fromEntries(CALLS.map((name) => [name, fs[name]])) as Record<
    string,
    (...args: unknown[]) => unknown
  >;
  let calls = 0;
  let meddling = false;
  let failing = false;
  for (const name of CALLS) {
    const wrapped = (...args: unknown[]): unknown => {
      if (meddling) return real[name]!(...args);
      const index = calls++;
      const hits = typeof fault?.at === 'number' ? index === fault.at : (fault?.at(name, args) ?? false);
      if (fault?.kind === 'meddle') {
        meddling = true;
        if (hits) fault.meddle?.(name, args);
        meddling = false;
        return real[name]!(...args);
      }
      failing ||= hits && (fault?.lasting ?? false);
      if (fault !== undefined && (hits || failing)) {
        // A write that breaks off leaves the part before.
        if (name === 'writeFileSync' && hits) real[name]!(args[0], Buffer.from(args[1] as Uint8Array).subarray(0, 7));
        if (fault.kind === 'crash') throw new Crash(`${name} ${index}`);
        throw Object.assign(new Error(`${fault.kind}: made to fail, ${name}`), {
          code: fault.kind,
          syscall: name.replace('Sync', ''),
        });
      }
      return real[name]!(...args);
    };
    Object.assign(fs, { [name]: wrapped });
  }
  syncBuiltinESMExports();
  try {
    const result = body();
    return { result, crashed: false, calls };
  } catch (error) {
    if (!(error instanceof Crash)) throw error;
    return { crashed: true, calls };
  } finally {
    Object.assign(fs, real);
    syncBuiltinESMExports();
  }
}
