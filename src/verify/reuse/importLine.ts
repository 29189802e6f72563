import { dirname, posix } from 'node:path';
import type { RepoPath } from '../../base/index.ts';
import type { ModuleReference } from '../../lang/index.ts';
import type { Catalogued, Unit } from './catalog.ts';

/** The import of a helper as the file would write it. */
export function importLine(
  from: { readonly path: RepoPath; readonly text: string; readonly references: readonly ModuleReference[] },
  helper: { readonly path: RepoPath; readonly unit: Unit },
  files: ReadonlyMap<RepoPath, Catalogued>,
): string {
  const { path, unit } = helper;
  const known = from.references.find(
    ({ target, typeOnly }) => target && 'path' in target && target.path === path && !typeOnly,
  );
  const specifier = known?.specifier ?? relativeTo(from.path, path, endingFor(from.path, path, files));
  const double = /\bfrom\s+"/.test(from.text) && !/\bfrom\s+'/.test(from.text);
  const quote = double ? '"' : "'";
  const lines = from.text.match(/^(?:import|export)\b[^\n]*\bfrom\s+['"][^'"]*['"];?[ \t]*$/gm) ?? [];
  const end = lines.length > 0 && lines.every((line) => !line.trimEnd().endsWith(';')) ? '' : ';';
  const name = unit.name.split('.')[0]!;
  const what = unit.byDefault ? name : `{ ${name} }`;
  return /\brequire\(/.test(from.text) && lines.length === 0
    ? `const ${what} = require(${quote}${specifier}${quote})${end}`
    : `import ${what} from ${quote}${specifier}${quote}${end}`;
}

/** How relative imports end where this one would stand: as in the file itself, beside it, or in most files of its kind. */
function endingFor(path: RepoPath, to: RepoPath, files: ReadonlyMap<RepoPath, Catalogued>): string {
  const folder = dirname(path);
  const endings = [
    files.get(path)?.ending,
    ...[...files].flatMap(([other, { ending }]) => (dirname(other) === folder ? [ending] : [])),
    files.get(to)?.ending,
    ...[...files.values()].map(({ ending }) => ending),
  ];
  const own = /\.[cm]?[jt]sx?$/.exec(to)![0];
  const ending = endings.find((one) => one !== undefined) ?? own.replace('tsx', 'js').replace('ts', 'js');
  if (ending === '') return '';
  // `.js` stands for `.ts` in specifiers, and `.mjs` for `.mts`.
  return /ts/.test(ending) ? own : own.replace(/tsx?$/, 'js').replace('jsx', 'js');
}

function relativeTo(from: string, to: string, ending: string): string {
  const bare = to.replace(/\.[cm]?[jt]sx?$/, '');
  const named = ending === '' ? bare.replace(/\/index$/, '') : `${bare}${ending}`;
  const path = posix.relative(dirname(from), named);
  return path.startsWith('.') ? path : `./${path}`;
}
