import { readFileSync } from 'node:fs';

/** assay's own version, from package.json: one level above `dist/` when bundled, two above this file in a clone. */
export function version(): string {
  for (const up of ['../package.json', '../../package.json']) {
    try {
      const manifest = JSON.parse(readFileSync(new URL(up, import.meta.url), 'utf8')) as {
        name?: string;
        version?: string;
      };
      if (manifest.name === '@assay-code/assay' && manifest.version) return manifest.version;
    } catch {}
  }
  throw new Error('package.json of assay was not found beside its program');
}
