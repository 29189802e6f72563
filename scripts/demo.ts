/** `npm run demo`: the main job on `examples/shop`, by the commands a user would type, each printed before it runs. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const bin = fileURLToPath(new URL('../bin/assay.js', import.meta.url));
const shop = fileURLToPath(new URL('../examples/shop/', import.meta.url));

interface Step {
  readonly says: string;
  readonly args: readonly string[];
  readonly expected: number;
}

const STEPS: readonly Step[] = [
  {
    says: 'What can stand at a cursor: only what compiles is shown.',
    args: ['complete', 'src/cart.ts:12:18', '--n', '3'],
    expected: 0,
  },
  {
    says: 'A body for a stub, found from its examples and tests, checked before it is shown. --apply would write it.',
    args: ['write', '--file', 'src/todo/clamp-quantity.ts'],
    expected: 0,
  },
  {
    says: 'A change that uses a member nobody wrote.',
    args: ['check', '--diff', 'changes/invented-member.diff', '--only', 'names,packages,types'],
    expected: 1,
  },
  {
    says: 'A change that compiles and breaks a test.',
    args: ['check', '--diff', 'changes/breaks-test.diff'],
    expected: 1,
  },
  { says: 'A change with nothing wrong.', args: ['check', '--diff', 'changes/good.diff'], expected: 0 },
];

let wrong = 0;
for (const { says, args, expected } of STEPS) {
  console.log(`\n# ${says}\n$ cd examples/shop && npx assay ${args.join(' ')}`);
  const { status } = spawnSync(process.execPath, [bin, ...args], { cwd: shop, stdio: 'inherit' });
  if (status === expected) continue;
  console.log(`(ended with status ${status}, expected ${expected})`);
  // Where no isolation is to be had, what would run the code is unknown, and says how to enable it.
  if (status !== 3) wrong++;
}
process.exit(wrong === 0 ? 0 : 1);
