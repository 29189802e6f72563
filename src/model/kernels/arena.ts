import { MEMORY_PAGES, PAGE_BYTES } from './loader.ts';

/** The shared memory, given out from the front. What is given out lies on whole cache lines and is zero. */
export interface Arena {
  /** Pointer to `bytes` bytes; undefined where the memory ends. */
  allocate(bytes: number): number | undefined;
  /** Views of the whole memory. Valid until the next `allocate`. */
  readonly u8: Uint8Array;
  readonly u32: Uint32Array;
  readonly f32: Float32Array;
}

const LINE = 64;
/** Smallest step by which the memory grows, in pages. */
const STEP = 64;

export function arena(memory: WebAssembly.Memory, start: number): Arena {
  let next = start;
  let views = viewsOf(memory);
  return {
    allocate(bytes) {
      const at = Math.ceil(next / LINE) * LINE;
      const end = at + bytes;
      const held = memory.buffer.byteLength / PAGE_BYTES;
      const wanted = Math.ceil(end / PAGE_BYTES);
      if (wanted >= MEMORY_PAGES) return undefined;
      if (wanted > held) {
        try {
          memory.grow(Math.min(MEMORY_PAGES - held, Math.max(STEP, wanted - held)));
        } catch (error) {
          if (error instanceof RangeError) return undefined;
          throw error;
        }
        views = viewsOf(memory);
      }
      next = end;
      return at;
    },
    get u8() {
      return views.u8;
    },
    get u32() {
      return views.u32;
    },
    get f32() {
      return views.f32;
    },
  };
}

function viewsOf({ buffer }: WebAssembly.Memory): Pick<Arena, 'u8' | 'u32' | 'f32'> {
  return { u8: new Uint8Array(buffer), u32: new Uint32Array(buffer), f32: new Float32Array(buffer) };
}
