import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Project, temporaryFolder } from './workspace/repository.ts';

const root = join(import.meta.dirname, '..');
const npm = (cwd: string, ...args: string[]): string =>
  execFileSync('npm', [...args, '--no-audit', '--no-fund', '--prefer-offline'], {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });

describe('the published package', () => {
  const packed = temporaryFolder();
  npm(root, 'pack', '--pack-destination', packed);
  const [tarball] = readdirSync(packed);
  const prefix = temporaryFolder();
  npm(packed, 'install', '--global', '--prefix', prefix, join(packed, tarball!));
  const bin = join(prefix, 'bin', 'assay');
  const assay = (cwd: string, ...args: string[]): string =>
    execFileSync(process.execPath, [bin, ...args], { cwd, encoding: 'utf8' });

  it('installs from its tarball and says its version', () => {
    expect(assay(prefix, '--version')).toBe('0.1.0\n');
  });

  it('stays under 150 MB with compilers and weights', () => {
    const bytes = Number(execFileSync('du', ['-sb', prefix], { encoding: 'utf8' }).split('\t')[0]);
    expect(bytes).toBeLessThan(150e6);
  });

  it('checks and completes in a repository of the user', () => {
    const project = new Project({
      'package.json': JSON.stringify({ name: 'x', version: '1.0.0', type: 'module' }),
      'tsconfig.json': JSON.stringify({
        compilerOptions: { strict: true, module: 'nodenext', noEmit: true, types: [] },
      }),
      'a.ts': 'const list = [1, 2, 3];\nexport const total = list.length;\n',
    }).init();
    project.write({ 'b.ts': "import { total } from './a.js';\nexport const twice = total * 2;\n" });
    const checked = JSON.parse(assay(project.root, 'check', '--only', 'names,packages,types', '--json')) as {
      status: string;
    };
    expect(checked.status).toBe('pass');
    const completed = JSON.parse(assay(project.root, 'complete', 'a.ts:2:27', '--json')) as {
      completions: { text: string; status: string }[];
    };
    expect(completed.completions.map(({ status }) => status)).toContain('pass');
  });

  it('is a library with types', () => {
    const user = temporaryFolder();
    writeFileSync(join(user, 'package.json'), JSON.stringify({ name: 'user', type: 'module' }));
    mkdirSync(join(user, 'node_modules/@assay-code'), { recursive: true });
    execFileSync('ln', [
      '-s',
      join(prefix, 'lib/node_modules/@assay-code/assay'),
      join(user, 'node_modules/@assay-code/assay'),
    ]);
    writeFileSync(
      join(user, 'use.ts'),
      "import { check, type CheckReport } from '@assay-code/assay';\nexport const run: (cwd: string) => Promise<{ ok: boolean }> = (cwd) => check({ cwd, change: { kind: 'working-tree' } });\nexport type R = CheckReport;\n",
    );
    execFileSync(
      process.execPath,
      [
        join(root, 'node_modules/typescript/bin/tsc'),
        '--noEmit',
        '--strict',
        '--module',
        'nodenext',
        '--types',
        '',
        'use.ts',
      ],
      { cwd: user, encoding: 'utf8' },
    );
    const names = execFileSync(
      process.execPath,
      ['--input-type=module', '-e', "console.log(Object.keys(await import('@assay-code/assay')).sort().join(' '))"],
      { cwd: user, encoding: 'utf8' },
    );
    expect(names.trim().split(' ')).toEqual(expect.arrayContaining(['check', 'complete', 'context', 'tokens']));
  });
});
