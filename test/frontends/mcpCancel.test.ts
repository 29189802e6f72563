import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { describe, expect, it } from 'vitest';
import { check } from '../../src/jobs/index.ts';
import { processesWith } from '../sandbox/world.ts';
import { Project } from '../workspace/repository.ts';

const ROOT = join(import.meta.dirname, '../..');

/** A change whose tests end only when they are ended; `mark`: seconds, by which their process is known. */
function waiting(mark: string): Project {
  const project = new Project({
    'package.json': JSON.stringify({ name: 'a', version: '1.0.0', type: 'module', scripts: { test: 'node --test' } }),
    '.gitignore': 'node_modules\n',
    'a.js': 'export const f = (n) => n;\n',
    'a.test.js': `import { execFileSync } from 'node:child_process';\nimport test from 'node:test';\nimport { f } from './a.js';\ntest('waits', () => { execFileSync('sleep', ['${mark}']); f(1); });\n`,
  }).init();
  project.write({ 'a.js': 'export const f = (n) => n + 1;\n' });
  return project;
}

/** Waits until something is so; a test that never comes to it is ended by its own limit. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await pause(50);
}

const records = (root: string): readonly string[] => {
  const folder = join(root, '.assay/records');
  return existsSync(folder) ? readdirSync(folder) : [];
};

describe('a check that is cancelled', { timeout: 110_000 }, () => {
  it('by its caller: ends what runs, leaves no record, begins nothing more', async () => {
    const mark = `${process.pid}.8411`;
    const project = waiting(mark);
    const abort = new AbortController();
    const begun: string[] = [];
    const done = check({
      cwd: project.root,
      change: { kind: 'working-tree' },
      signal: abort.signal,
      allowRestricted: true,
      events: (event) => event.type === 'check-start' && begun.push(event.check),
    });
    await until(() => processesWith(`sleep ${mark}`).length > 0);
    abort.abort();
    expect((await done).issues.map(({ code }) => code)).toEqual(['check/cancelled']);
    expect(processesWith(`sleep ${mark}`)).toEqual([]);
    expect(records(project.root)).toEqual([]);
    expect(begun.at(-1)).toBe('tests');
  });

  it('before it began', async () => {
    const project = waiting('8412');
    const begun: string[] = [];
    const done = await check({
      cwd: project.root,
      change: { kind: 'working-tree' },
      signal: AbortSignal.abort(),
      events: (event) => event.type === 'check-start' && begun.push(event.check),
    });
    expect(done.issues.map(({ code }) => code)).toEqual(['check/cancelled']);
    expect(begun).toEqual([]);
  });

  it('by notifications/cancelled: ends what runs, and the server answers on', async () => {
    const mark = `${process.pid}.8413`;
    const project = waiting(mark);
    const client = new Client({ name: 'test', version: '1.0.0' });
    await client.connect(
      new StdioClientTransport({
        command: process.execPath,
        args: [join(ROOT, 'bin/assay.js'), 'mcp'],
        cwd: project.root,
      }),
    );
    try {
      const abort = new AbortController();
      const call = client
        .callTool({ name: 'check', arguments: { only: ['tests'] } }, undefined, {
          signal: abort.signal,
          timeout: 110_000,
        })
        .then(
          () => 'answered',
          () => 'cancelled',
        );
      await until(() => processesWith(`sleep ${mark}`).length > 0);
      abort.abort();
      expect(await call).toBe('cancelled');
      await until(() => processesWith(`sleep ${mark}`).length === 0);
      const names = await client.callTool({ name: 'resolve', arguments: { code: "''.trim" } }, undefined, {
        timeout: 110_000,
      });
      expect(JSON.stringify(names.content)).toContain('trim');
      expect(records(project.root)).toEqual([]);
    } finally {
      await client.close();
    }
  });
});
