import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { Project } from '../workspace/repository.ts';

const root = join(import.meta.dirname, '../..');
const validate = new Ajv2020({ allErrors: true, strict: true }).compile(
  JSON.parse(readFileSync(join(root, 'docs/json/write.json'), 'utf8')) as object,
);

const project = new Project({
  'package.json': JSON.stringify({ name: 'x', version: '1.0.0', type: 'module', scripts: { test: 'node --test' } }),
  'tsconfig.json': JSON.stringify({ compilerOptions: { strict: true, module: 'nodenext', noEmit: true, types: [] } }),
  'src/area.ts': `/** The area of a rectangle: width times height. */
export function area(width: number, height: number): number {
  throw new Error('not implemented');
}
`,
  'src/wild.ts':
    "/** wild('a') // => 'qwertz'\n * wild('b') // => 'uiop' */\nexport function wild(text: string): string {}\n",
  'src/mean.ts': `/** The mean. */
export function mean(values: readonly number[]): number {
  let total = 0;
  for (const value of values) total += value;
  return total / values.length;
}
`,
  'src/middle.ts': `/** The middle of the numbers: their mean, if you like.
 * middle([1, 2, 6]) // => 3
 * middle([2, 4]) // => 3
 * middle([5]) // => 5
 * middle([1, 2, 3, 10]) // => 4 */
export function middle(values: readonly number[]): number {}
`,
  'src/done.ts': 'export function done(): number {\n  return 1;\n}\n',
  'test/area.test.js': `import test from 'node:test';
import assert from 'node:assert/strict';
import { area } from '../src/area.ts';
test('area', () => {
  assert.equal(area(2, 3), 6);
  assert.equal(area(5, 7), 35);
});
`,
}).init();

function write(...args: string[]): { readonly status: number | null; readonly out: string; readonly err: string } {
  const ran = spawnSync(process.execPath, [join(root, 'bin/assay.js'), 'write', ...args], {
    cwd: project.root,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' },
  });
  return { status: ran.status, out: ran.stdout, err: ran.stderr };
}

describe('assay write --file', () => {
  it('prints the diff with what was checked, and changes nothing', () => {
    const { status, out } = write('--file', 'src/area.ts#area');
    expect(status, out).toBe(0);
    expect(out).toContain('+  return width * height;');
    expect(out).toMatch(/pass {4}tests: 2 passed|pass {4}tests: 1 passed/);
    expect(project.read('src/area.ts')).toContain('not implemented');
  });

  it('prints one document as described, and writes what passed', () => {
    const { status, out } = write('--file', 'src/area.ts', '--apply', '--json');
    const document = JSON.parse(out) as { readonly status: string; readonly applied: boolean; readonly diff: string };
    validate(document);
    expect(validate.errors ?? []).toEqual([]);
    expect([status, document.status, document.applied]).toEqual([0, 'pass', true]);
    expect(project.read('src/area.ts')).toContain('  return width * height;\n}');
  });

  it('tells what the checks found beside the draft', () => {
    const { status, out } = write('--file', 'src/middle.ts');
    expect(status, out).toBe(3);
    expect(out).toMatch(
      /^src\/middle\.ts:6:\d+ warning middle does what mean does at src\/mean\.ts:2 \[reuse\/same-code\]$/m,
    );
    const { issues } = JSON.parse(write('--file', 'src/middle.ts', '--json').out) as {
      readonly issues: readonly { readonly code: string }[];
    };
    expect(issues.map(({ code }) => code)).toEqual(expect.arrayContaining(['fill/undecided', 'reuse/same-code']));
  });

  it.each([
    ['a file without a stub', ['--file', 'src/done.ts'], 'fill/which'],
    ['a function that is written', ['--file', 'src/done.ts#done'], 'fill/written'],
    ['no file', [], '--file'],
    ['an option that does not exist', ['--file', 'src/area.ts', '--draws', '3'], '--draws'],
    ['more samples than it draws', ['--file', 'src/wild.ts', '--samples', '500'], 'expected --samples to be'],
    ['draws of no model', ['--file', 'src/wild.ts', '--seed', '3'], 'expected --model beside --seed'],
    ['a model that is none', ['--file', 'src/wild.ts', '--model', 'package.json'], 'model/bad-gguf'],
  ])('refuses %s', (_name, args, told) => {
    const { status, out, err } = write(...args);
    expect([status, out]).toEqual([2, '']);
    expect(err).toContain(told);
  });
});
