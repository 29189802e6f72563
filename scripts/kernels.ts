/**
 * Builds the WebAssembly kernels: `src/model/kernels/assembly/*.as` (AssemblyScript) → `src/model/kernels/binary.ts`.
 * Run it after each change there: `npx node scripts/kernels.ts`. A test compares what is checked in with the source.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { main as compile } from 'assemblyscript/asc';

const folder = fileURLToPath(new URL('../src/model/kernels/', import.meta.url));

/** One binary; `relaxed` with the relaxed dot product, for machines that have it. */
async function build(relaxed: boolean): Promise<Uint8Array> {
  const messages: string[] = [];
  let binary: Uint8Array | undefined;
  // -O1: what the higher levels do to locals moves every product to the end of its loop, and all operands into memory.
  const options = [
    '-O1',
    '--noAssert',
    '--runtime',
    'stub',
    '--importMemory',
    '--sharedMemory',
    '--initialMemory',
    '1',
  ];
  const features = relaxed ? 'threads,simd,relaxed-simd' : 'threads,simd';
  const { error } = await compile(
    ['index.ts', '-o', 'kernels.wasm', ...options, '--maximumMemory', '65536', '--enable', features],
    {
      stdout: { write: (text: string) => void messages.push(text) },
      stderr: { write: (text: string) => void messages.push(text) },
      // The compiler wants .ts; the sources are named .as because to TypeScript they are none.
      readFile: (name: string) => {
        const path = `${folder}assembly/${name.replace(/\.ts$/, '.as')}`;
        return existsSync(path) ? readFileSync(path, 'utf8') : null;
      },
      writeFile: (_name: string, contents: Uint8Array | string) => {
        if (typeof contents !== 'string') binary = contents;
      },
      listFiles: () => [],
    },
  );
  if (error || !binary) throw new Error(`The kernels do not compile:\n${messages.join('')}`, { cause: error });
  return binary;
}

/** The text of `binary.ts`. */
export async function kernelSource(): Promise<string> {
  const base64 = async (relaxed: boolean) => Buffer.from(await build(relaxed)).toString('base64');
  return `// Built from assembly/*.as by scripts/kernels.ts. Do not edit.

/** Needs SIMD and threads. */
export const plain =
  '${await base64(false)}';

/** Needs relaxed SIMD too. */
export const relaxed =
  '${await base64(true)}';
`;
}

if (import.meta.main) writeFileSync(`${folder}binary.ts`, await kernelSource());
