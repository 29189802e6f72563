/** `npm run bars`: the long suites whole, one after the other. Suites over other repositories: `assay eval`. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const BARS: readonly (readonly string[])[] = [
  ['bench/start.ts'],
  ['bench/edits.ts', '--edits', '1000000', '--kills', '500'],
  ['bench/complete.ts', 'examples/shop', '--under', 'examples/shop/src', '--config', 'examples/shop/tsconfig.json'],
];
let missed = 0;
for (const bar of BARS) {
  console.log(`\n$ node ${bar.join(' ')}`);
  if (spawnSync(process.execPath, [...bar], { cwd: root, stdio: 'inherit' }).status !== 0) missed++;
}
process.exit(missed === 0 ? 0 : 1);
