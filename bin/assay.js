#!/usr/bin/env node
// Plain JavaScript on purpose: it must parse on a Node that cannot run the rest, to say so in one line.
import { existsSync, readFileSync } from 'node:fs';

const [major, minor] = process.versions.node.split('.').map(Number);
const args = process.argv.slice(2);

if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(
    `assay: expected Node 22.18 or newer, this is ${process.version}. Install a newer Node and try again.\n`,
  );
  process.exitCode = 2;
} else if (args.length === 1 && args[0] === '--version') {
  // Answered here, so that the cheapest question costs no more than starting Node.
  const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  process.stdout.write(`${manifest.version}\n`);
} else {
  const { enableCompileCache } = await import('node:module');
  enableCompileCache();
  // A clone runs its sources; a published package has only the bundle.
  const source = new URL('../src/frontends/cli/main.ts', import.meta.url);
  const { main } = await import(existsSync(source) ? source.href : new URL('../dist/cli.js', import.meta.url).href);
  process.exitCode = await main(args);
}
