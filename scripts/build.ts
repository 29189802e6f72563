/**
 * The published build: everything but the compilers, ripgrep and the sandbox bundled into `dist/`, in chunks that are
 * loaded when they are needed, and the declarations of the package's own door.
 */
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const root = fileURLToPath(new URL('..', import.meta.url));
rmSync(`${root}dist`, { recursive: true, force: true });
const bundle = await rolldown({
  input: {
    cli: `${root}src/frontends/cli/main.ts`,
    index: `${root}src/index.ts`,
    trainWorker: `${root}src/train/personalise/worker.ts`,
  },
  platform: 'node',
  // Some packages' CommonJS requires by names that no bundler can follow.
  resolve: { mainFields: ['module', 'main'] },
  external: [/^node:/, /^typescript(6)?(\/|$)/, /^@vscode\/ripgrep/, /^@anthropic-ai\/sandbox-runtime/],
});
await bundle.write({ dir: `${root}dist`, format: 'esm', chunkFileNames: 'chunk-[name]-[hash].js' });
await bundle.close();
execFileSync(process.execPath, [`${root}node_modules/typescript/bin/tsc`, '-p', `${root}tsconfig.types.json`], {
  stdio: 'inherit',
});
