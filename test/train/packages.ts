import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export type Files = Readonly<Record<string, string | Uint8Array>>;

export interface TestPackage {
  readonly name: string;
  readonly version: string;
  readonly licence?: string;
  readonly files: Files;
}

export const temporaryFolder = (): string => mkdtempSync(join(tmpdir(), 'assay-train-'));

/** Packs files with the system's tar, below the folder `package/`, as npm does. */
export function tarball(files: Files, ...options: readonly string[]): Buffer {
  const folder = temporaryFolder();
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, 'package', path)), { recursive: true });
    writeFileSync(join(folder, 'package', path), content);
  }
  const packed = spawnSync('tar', ['-czf', join(folder, 'out.tgz'), ...options, '-C', folder, 'package']);
  if (packed.status !== 0) throw new Error(packed.stderr.toString());
  const bytes = readFileSync(join(folder, 'out.tgz'));
  rmSync(folder, { recursive: true });
  return bytes;
}

export const packageTarball = ({ name, version, licence = 'MIT', files }: TestPackage): Buffer =>
  tarball({ 'package.json': JSON.stringify({ name, version, license: licence }), ...files });

export interface Registry {
  readonly url: string;
  /** Paths asked for, in order. */
  readonly asked: string[];
  close(): Promise<void>;
}

/** A registry that the real npm client can fetch from. */
export async function registry(packages: readonly TestPackage[]): Promise<Registry> {
  const asked: string[] = [];
  const tarballs = new Map(packages.map((one) => [`/${one.name}/-/${one.version}.tgz`, packageTarball(one)]));
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? '');
    asked.push(path);
    const own = tarballs.get(path);
    if (own !== undefined) return void response.end(own);
    const found = packages.find(({ name }) => path === `/${name}`);
    if (found === undefined) return void response.writeHead(404).end('{}');
    const tarPath = `/${found.name}/-/${found.version}.tgz`;
    const integrity = `sha512-${createHash('sha512').update(tarballs.get(tarPath)!).digest('base64')}`;
    const manifest = { name: found.name, version: found.version, dist: { tarball: `${url}${tarPath}`, integrity } };
    response.setHeader('content-type', 'application/json');
    response.end(
      JSON.stringify({
        name: found.name,
        'dist-tags': { latest: found.version },
        versions: { [found.version]: manifest },
      }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** Code that looks written by hand and differs by its name. */
export const module = (name: string, functions = 6): string =>
  Array.from(
    { length: functions },
    (_, index) =>
      `/** Adds what ${name} number ${index} needs. */\nexport function ${name}Part${index}(value: string, limit: number): string {\n` +
      `  const ${name}Value${index} = value.trim().slice(0, limit + ${index});\n  return ${name}Value${index}.toUpperCase();\n}\n`,
  ).join('\n');
