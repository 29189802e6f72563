/** The published build: everything but the compilers, ripgrep and the sandbox in one folder of chunks, loaded lazily. */
import { rmSync } from 'node:fs';
import { rolldown } from 'rolldown';

const root = new URL('..', import.meta.url).pathname;
rmSync(`${root}dist`, { recursive: true, force: true });
const bundle = await rolldown({
  input: { cli: `${root}src/frontends/cli/main.ts`, index: `${root}src/index.ts` },
  platform: 'node',
  external: [/^node:/, /^typescript(6)?(\/|$)/, /^@vscode\/ripgrep/, /^@anthropic-ai\/sandbox-runtime/],
});
await bundle.write({
  dir: `${root}dist`,
  format: 'esm',
  minify: false,
  sourcemap: false,
  chunkFileNames: 'chunk-[name]-[hash].js',
});
await bundle.close();
