import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readRegularText } from '../../src/base/index.ts';
import { temporaryFolder } from '../workspace/repository.ts';

function kept(text: string): string {
  const at = join(temporaryFolder(), 'kept');
  writeFileSync(at, text);
  return at;
}

it.each([
  ['a file under the limit', (at: string) => writeFileSync(at, 'text'), 'text'],
  ['a link to one', (at: string) => symlinkSync(kept('text'), at), 'text'],
  ['an empty file', (at: string) => writeFileSync(at, ''), ''],
  ['a file of the limit', (at: string) => writeFileSync(at, 'texts'), undefined],
  ['nothing', () => {}, undefined],
  ['a folder', (at: string) => mkdirSync(at), undefined],
  ['a link in a circle', (at: string) => symlinkSync(at, at), undefined],
  ['a pipe', (at: string) => execFileSync('mkfifo', [at]), undefined],
  ['a link to a device without end', (at: string) => symlinkSync('/dev/zero', at), undefined],
  ['a link to a terminal', (at: string) => symlinkSync('/dev/tty', at), undefined],
] as const)('%s', (_, put, text) => {
  const at = join(temporaryFolder(), 'file');
  put(at);
  expect(readRegularText(at, 5)).toBe(text);
});
