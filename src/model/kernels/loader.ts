import { plain, relaxed } from './binary.ts';

/** How a matrix and what it is multiplied with lie in memory; the numbers are those of `assembly/layout.as`. */
export const KINDS = { pairs: 0, signed: 1, unsigned: 2, floats: 3, halves: 4 } as const;
export type Kind = (typeof KINDS)[keyof typeof KINDS];

/** What the binary exports. Pointers and sizes are whole numbers; see `assembly/`. */
export interface KernelExports {
  run(first: number, last: number): number;
  dotKind(at: number): number;
  multiply(
    kind: number,
    matrix: number,
    columns: number,
    activations: number,
    out: number,
    stride: number,
    start: number,
    rows: number,
    from: number,
    to: number,
  ): void;
  norm(from: number, weight: number, to: number, size: number, epsilon: number): void;
  activate(gate: number, up: number, to: number, size: number): void;
  place(kind: number, from: number, columns: number, to: number, row: number): void;
  packQ8(kind: number, from: number, columns: number, to: number, first: number, rows: number): void;
  packQ4(kind: number, from: number, columns: number, to: number, first: number, rows: number, spare: number): void;
  packF32(kind: number, from: number, columns: number, to: number, first: number, rows: number, spare: number): void;
  packF16(from: number, columns: number, to: number, first: number, rows: number): void;
  unpack(kind: number, matrix: number, columns: number, row: number, to: number): void;
}

/** The kernels over a memory of their own. */
export interface Kernels {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly exports: KernelExports;
  /** Of the kinds with integer weights the one this machine computes fastest. All of them compute the same sums. */
  readonly kind: Kind;
}

export const PAGE_BYTES = 65_536;
/** What WebAssembly can address. */
export const MEMORY_PAGES = 65_536;

const modules = new Map<string, WebAssembly.Module>();

/** The binary with relaxed SIMD where the machine has it and it is not forbidden; undefined where there is no SIMD. */
function moduleFor(allowRelaxed: boolean): WebAssembly.Module | undefined {
  for (const text of allowRelaxed ? [relaxed, plain] : [plain]) {
    const known = modules.get(text);
    if (known) return known;
    const bytes = Buffer.from(text, 'base64');
    if (!WebAssembly.validate(bytes)) continue;
    const module = new WebAssembly.Module(bytes);
    modules.set(text, module);
    return module;
  }
  return undefined;
}

/** Kernels with an empty memory; undefined where this runtime has no WebAssembly SIMD and threads. */
export function loadKernels(allowRelaxed = true): Kernels | undefined {
  const module = moduleFor(allowRelaxed);
  if (!module) return undefined;
  const memory = new WebAssembly.Memory({ initial: 1, maximum: MEMORY_PAGES, shared: true });
  // What a module exports has no types; the binary is this room's own, and a test rebuilds it.
  const exports = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as KernelExports;
  return { module, memory, exports, kind: exports.dotKind(2048) as Kind };
}
