/** The part of the WebAssembly interface that is used here; Node's own types leave it to those of browsers. */
declare namespace WebAssembly {
  class Module {
    constructor(bytes: Uint8Array);
  }
  class Instance {
    constructor(module: Module, imports: { readonly env: { readonly memory: Memory } });
    readonly exports: Readonly<Record<string, unknown>>;
  }
  class Memory {
    constructor(size: { readonly initial: number; readonly maximum: number; readonly shared: true });
    readonly buffer: SharedArrayBuffer;
    /** By so many pages of 64 KiB; RangeError where there are no more. */
    grow(pages: number): number;
  }
  function validate(bytes: Uint8Array): boolean;
}
