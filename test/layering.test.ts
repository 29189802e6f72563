import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

/** Rooms in the order data flows. A room imports only from rooms before it, and only through their doors. */
const ROOMS = [
  'base',
  'text',
  'sandbox',
  'workspace',
  'lang',
  'tokens',
  'model',
  'sample',
  'retrieve',
  'context',
  'predict',
  'search',
  'draft',
  'verify',
  'evidence',
  'integrate',
  'jobs',
  'agent',
  'train',
  'evals',
  'frontends',
] as const;

/** Modules that one room alone may import: the absences ARCHITECTURE.md lists. */
const ONLY: readonly { readonly module: RegExp; readonly rooms: readonly string[] }[] = [
  { module: /^typescript6?(\/|$)/, rooms: ['lang'] },
  { module: /^node:child_process$/, rooms: ['sandbox'] },
  { module: /^@anthropic-ai\/sandbox-runtime/, rooms: ['sandbox'] },
  { module: /^commander$/, rooms: ['frontends'] },
];

const SRC = resolve(import.meta.dirname, '../src');

function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? sourceFiles(path) : /\.[cm]?[jt]sx?$/.test(entry.name) ? [path] : [];
  });
}

/** Static, dynamic and type imports, and re-exports. Template-literal specifiers cannot be judged and are refused. */
function imports(text: string): string[] {
  const found: string[] = [];
  const code = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[^:'"`])\/\/.*$/gm, '$1');
  for (const match of code.matchAll(/(?:^|[\s;}])(?:import|export)\s[^'"`;]*?from\s*['"]([^'"]+)['"]/g))
    found.push(match[1]!);
  for (const match of code.matchAll(/(?:^|[\s;}])import\s*['"]([^'"]+)['"]/g)) found.push(match[1]!);
  for (const match of code.matchAll(/\b(?:import|require)\s*\(\s*['"]([^'"]+)['"]/g)) found.push(match[1]!);
  return found;
}

const files = sourceFiles(SRC);
const roomOf = (path: string): string => relative(SRC, path).split('/')[0]!;

describe('layering', () => {
  it('has only the rooms of the house', () => {
    const found = readdirSync(SRC).filter((name) => statSync(join(SRC, name)).isDirectory());
    expect(found.filter((name) => !(ROOMS as readonly string[]).includes(name))).toEqual([]);
  });

  it('gives each room one door', () => {
    const rooms = ROOMS.filter((room) => room !== 'frontends' && existsSync(join(SRC, room)));
    expect(rooms.filter((room) => !existsSync(join(SRC, room, 'index.ts')))).toEqual([]);
  });

  it('imports only from rooms before, through their doors', () => {
    const wrong: string[] = [];
    for (const file of files) {
      const room = roomOf(file);
      const own = (ROOMS as readonly string[]).indexOf(room);
      for (const specifier of imports(readFileSync(file, 'utf8'))) {
        const where = `${relative(SRC, file)} imports ${specifier}`;
        if (!specifier.startsWith('.')) {
          const rule = ONLY.find(({ module }) => module.test(specifier));
          if (rule && !rule.rooms.includes(room)) wrong.push(`${where}: only ${rule.rooms.join(', ')} may`);
          continue;
        }
        const target = resolve(dirname(file), specifier);
        const targetRoom = roomOf(target);
        if (own < 0 || targetRoom === room) continue;
        const other = (ROOMS as readonly string[]).indexOf(targetRoom);
        if (other < 0) {
          if (target.startsWith(SRC)) wrong.push(`${where}: not a room`);
        } else if (other > own) wrong.push(`${where}: ${targetRoom} comes after ${room}`);
        else if (relative(join(SRC, targetRoom), target) !== 'index.ts')
          wrong.push(`${where}: past the door of ${targetRoom}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('keeps every file within 600 lines', () => {
    expect(
      files.filter((file) => readFileSync(file, 'utf8').split('\n').length > 600).map((file) => relative(SRC, file)),
    ).toEqual([]);
  });
});
