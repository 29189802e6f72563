import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type Command, runTool, toolPath } from '../../src/sandbox/index.ts';

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const cwd = mkdtempSync(join(tmpdir(), 'assay-tool-'));
afterAll(() => rmSync(cwd, { recursive: true }));
const node = process.execPath;
const run = (argv: readonly string[], rest: Partial<Command> = {}) => runTool({ argv, cwd, ...rest });

describe('toolPath', () => {
  it.each([
    ['rg', /^ripgrep /],
    ['git', /^git version /],
  ] as const)('finds %s, which runs', async (tool, version) => {
    const path = await toolPath(tool);
    if (!path.ok) throw new Error(path.issues[0]!.message);
    const seen = await run([path.value, '--version']);
    expect(seen).toMatchObject({ exitCode: 0, signal: null, isolation: 'none', limits: [] });
    expect(text(seen.stdout)).toMatch(version);
  });
});

describe('runTool', () => {
  it('reports the exit status', async () => {
    expect(await run([node, '-e', 'process.exit(7)'])).toMatchObject({ exitCode: 7, signal: null });
  });

  it('reports the signal', async () => {
    expect(await run([node, '-e', 'process.kill(process.pid, "SIGTERM"); setInterval(() => {}, 9)'])).toMatchObject({
      exitCode: null,
      signal: 'SIGTERM',
    });
  });

  it('hands over standard input and keeps bytes as they are', async () => {
    const stdin = new Uint8Array([0, 255, 254, 10, 65]);
    expect([...(await run(['cat'], { stdin })).stdout]).toEqual([...stdin]);
  });

  it('gives a command that reads no input an end of file', async () => {
    expect(await run(['cat'])).toMatchObject({ exitCode: 0, stdoutBytes: 0 });
  });

  it('passes on nothing of its own environment', async () => {
    process.env.ASSAY_TEST_TOKEN = 'leaked';
    const seen = await run([node, '-p', 'JSON.stringify(process.env)'], { env: { OWN: 'given' } });
    delete process.env.ASSAY_TEST_TOKEN;
    const env = JSON.parse(text(seen.stdout)) as Record<string, string>;
    expect(Object.keys(env).sort()).toEqual(['HOME', 'LANG', 'LC_ALL', 'OWN', 'PATH', 'TMPDIR']);
  });

  it('stops a command and its children at the time limit', async () => {
    const script = 'sleep 1000 & trap "" TERM; while :; do sleep 1000; done';
    const seen = await run(['/bin/sh', '-c', script], { limits: { ms: 200 } });
    expect(seen.limits).toMatchObject([{ limit: 'ms', value: 200 }]);
    expect(seen).toMatchObject({ exitCode: null, signal: 'SIGKILL' });
  });

  it('keeps the start of a long output and counts the rest', async () => {
    const seen = await run([node, '-e', 'process.stdout.write("x".repeat(300000))'], { limits: { outputBytes: 1000 } });
    expect(seen.stdout).toHaveLength(1000);
    expect(seen.stdoutBytes).toBe(300_000);
    expect(seen.limits).toEqual([{ limit: 'outputBytes', value: 1000, found: 300_000 }]);
  });

  it.each([
    ['no program', [], {}, /empty argv/],
    ['a program that is not there', ['no-such-program-here'], {}, /was not found/],
    ['a file that is not a program', [join(import.meta.dirname, 'tool.test.ts')], {}, /may not be executed/],
    ['a folder that is not there', ['true'], { cwd: '/no/such/folder' }, /not a folder/],
    ['too long an argument', ['true', 'x'.repeat(4_000_000)], {}, /too long/],
    ['a NUL byte', ['true', 'a\0b'], {}, /could not be started/],
  ] as const)('says that it could not start: %s', async (_name, argv, rest, message) => {
    const seen = await run(argv, rest);
    expect(seen).toMatchObject({ exitCode: null, signal: null, issue: { code: 'sandbox/start', severity: 'error' } });
    expect(seen.issue?.message).toMatch(message);
  });
});
