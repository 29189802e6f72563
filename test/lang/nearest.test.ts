import { describe, expect, it } from 'vitest';
import { known, lay, open, path } from './tree.ts';

const CONFIG = JSON.stringify({ compilerOptions: { strict: true, module: 'preserve', types: [], noEmit: true } });
const STORE = `export declare class Store {
  getAll(): string[];
  getByKey(key: string): string;
  getByPair(a: string, b: string, c?: string): string;
  getMany(...keys: string[]): string[];
  getSize: number;
}
export declare const store: Store;
export declare function pick(a: string): void;
export declare function pick(a: string, b: number): void;
`;

/** A call, and what is told as nearest. */
const CASES: readonly (readonly [call: string, nearest: readonly string[]])[] = [
  ["store.getByName('k')", ['getByKey', 'getByPair']],
  ["store.getByName('a', 'b')", ['getByPair', 'getByKey']],
  // A slip of the hand stays a slip, however it is called.
  ["store.getAl('a', 'b')", ['getAll']],
  ['store.getByName', ['getByPair', 'getByKey']],
  ["pick('a', 'b')", ['pick(a: string, b: number): void', 'pick(a: string): void']],
];

for (const engine of ['native', 'service'] as const) {
  describe(`${engine}: nearest names, those first that can be called so`, () => {
    const service = open(lay({ 'tsconfig.json': CONFIG, 'store.ts': STORE, 'a.ts': '' }), engine);
    it.each(CASES)('%s', (call, nearest) => {
      service.setOverlay(
        new Map([[path('a.ts'), `import { pick, store } from './store';\n${call};\nvoid [pick, store];\n`]]),
      );
      const missing = known(service.names(path('a.ts'))).flatMap(({ resolution }) =>
        resolution.status === 'missing' ? [resolution.nearest.slice(0, nearest.length)] : [],
      );
      expect(missing).toEqual([nearest]);
    });
  });
}
