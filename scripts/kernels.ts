/**
 * Builds the WebAssembly kernels: `assembly/*.as` (AssemblyScript) → `binary.ts` in `src/model/kernels/` and in
 * `src/train/pretrain/`. Run it after each change there: `npx node scripts/kernels.ts`. Tests compare what is checked in with
 * the source.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { main as compile } from 'assemblyscript/asc';

const folderOf = (room: string): string => fileURLToPath(new URL(`../src/${room}/`, import.meta.url));
const MODEL = folderOf('model/kernels');
const TRAIN = folderOf('train/pretrain');

/** One binary, in base64; `relaxed` with the relaxed dot product, for machines that have it. */
async function build(folder: string, relaxed: boolean): Promise<string> {
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
  if (error || !binary || messages.length > 0)
    throw new Error(`The kernels do not compile cleanly:\n${messages.join('')}`, { cause: error });
  return Buffer.from(binary).toString('base64');
}

/** The text of `binary.ts` of the model. */
export async function kernelSource(): Promise<string> {
  return `// Built from assembly/*.as by scripts/kernels.ts. Do not edit.

/** Needs SIMD and threads. */
export const plain =
  '${await build(MODEL, false)}';

/** Needs relaxed SIMD too. */
export const relaxed =
  '${await build(MODEL, true)}';
`;
}

/** The text of `binary.ts` of training. */
export async function trainingKernelSource(): Promise<string> {
  return `// Built from assembly/*.as by scripts/kernels.ts. Do not edit.

/** Needs SIMD and threads. */
export const binary =
  '${await build(TRAIN, false)}';
`;
}

if (import.meta.main) {
  writeFileSync(`${MODEL}binary.ts`, await kernelSource());
  writeFileSync(`${TRAIN}binary.ts`, await trainingKernelSource());
}
