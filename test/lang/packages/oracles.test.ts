import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { random } from '../../../src/base/index.ts';
import { exportsMap, targets } from '../../../src/lang/packages/exports.ts';
import { openPackages } from '../../../src/lang/packages/packages.ts';
import { path, plant, type Tree } from './tree.ts';

const ROOT = resolve(import.meta.dirname, '../../..');

describe('this repository', () => {
  const packages = openPackages(ROOT);
  /** Every installed package as npm tells it: `folder:name@version`, and for links what they lead to. */
  const listed = npm(['ls', '--all', '--parseable', '--long'])
    .split('\n')
    .map((line) => line.replace(/(?::(?:EXTRANEOUS|INVALID|MAXDEPTH))+$/, ''))
    .map((line) => /^(\/.*?):(@?[^@:]+)@([^/]+?)(:\/.*)?$/.exec(line))
    .filter((match) => match !== null)
    .map(([, folder = '', , version = '', link]) => ({
      folder: relative(ROOT, folder),
      version: version.slice(version.lastIndexOf('@') + 1),
      link: link?.slice(1),
    }))
    .filter(({ folder }) => folder.includes('node_modules/'));

  it('has the packages that npm lists, at the versions that npm tells', () => {
    expect(listed.length).toBeGreaterThan(20);
    const wrong = listed.filter(({ folder, version, link }) => {
      const at = folder.lastIndexOf('node_modules/');
      const status = packages.status(folder.slice(at + 13), path(`${folder.slice(0, at)}x.js`));
      if (link !== undefined)
        return status.status !== 'workspace' || status.path !== `${relative(ROOT, link)}/package.json`;
      return !(
        (status.status === 'declared' || status.status === 'transitive') &&
        status.installed &&
        status.version === version
      );
    });
    expect(wrong).toEqual([]);
  });

  it('has them locked at the same versions', () => {
    const top = listed.filter(({ folder, link }) => folder.lastIndexOf('node_modules/') === 0 && link === undefined);
    expect(
      top.filter(({ folder, version }) => packages.lockedVersion(folder.slice(13), path('x.ts')) !== version),
    ).toEqual([]);
  });

  it('declares what its package.json says, and nothing else', () => {
    const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Record<
      string,
      Record<string, string>
    >;
    const declared = { ...manifest.dependencies, ...manifest.devDependencies };
    const names = new Set([
      ...Object.keys(declared),
      ...listed.map(({ folder }) => folder.replace(/^.*node_modules\//, '')),
    ]);
    const found = [...names].filter((name) => packages.status(name, path('src/index.ts')).status === 'declared');
    expect(found.sort()).toEqual(Object.keys(declared).sort());
  });

  it('exports what Node resolves under all conditions that occur, and Node resolves nothing else', () => {
    const conditions = new Set<string>();
    const asked: { readonly specifier: string; readonly told: boolean }[] = [];
    for (const name of new Set(
      listed.filter(({ folder }) => folder.lastIndexOf('node_modules/') === 0).map(({ folder }) => folder.slice(13)),
    )) {
      const told = packages.exportsOf(name, path('x.ts'));
      if (!told) continue;
      const manifest = JSON.parse(readFileSync(join(ROOT, 'node_modules', name, 'package.json'), 'utf8')) as {
        exports: unknown;
      };
      const map = exportsMap(manifest.exports) ?? new Map();
      for (const target of map.values()) collectConditions(target, conditions);
      const leads = [...map.values()].flatMap(targets).filter((target) => !target.includes('*'));
      const candidates = [
        ...told.slice(0, 50),
        ...map.keys(),
        './package.json',
        './index.js',
        './gone',
        ...leads.slice(0, 20),
      ];
      for (const subpath of new Set(candidates)) {
        if (subpath.includes('*')) continue;
        asked.push({
          specifier: name + subpath.slice(1),
          told: told.includes(subpath) || told.some((one) => covers(one, subpath)),
        });
      }
    }
    expect(asked.filter(({ told }) => told).length).toBeGreaterThan(30);
    // One condition at a time, for several at once hide each other, and only for what was not found before.
    const resolved = new Set<string>();
    for (const condition of [undefined, ...conditions]) {
      const left = asked.map(({ specifier }) => specifier).filter((specifier) => !resolved.has(specifier));
      for (const specifier of nodeResolves(left, condition)) resolved.add(specifier);
    }
    const wrong = asked.filter(({ specifier, told }) => told !== resolved.has(specifier));
    expect(wrong).toEqual([]);
  });
});

/** What npm prints; it exits with 1 where the installation has flaws, which are for other tests to mind. */
const npm = (args: readonly string[]): string =>
  spawnSync('npm', [...args, '--offline'], { cwd: ROOT, encoding: 'utf8', maxBuffer: 1 << 26 }).stdout;

function collectConditions(target: unknown, into: Set<string>): void {
  if (typeof target !== 'object' || target === null || Array.isArray(target)) return;
  for (const [condition, inner] of Object.entries(target)) {
    into.add(condition);
    collectConditions(inner, into);
  }
}

const covers = (pattern: string, subpath: string): boolean => {
  const [before, after] = pattern.split('*');
  return (
    after !== undefined && subpath.startsWith(before!) && subpath.endsWith(after) && subpath.length >= pattern.length
  );
};

/** Those of the specifiers that Node finds a file for, as `import` or as `require`, with one more condition. */
function nodeResolves(specifiers: readonly string[], condition?: string): string[] {
  const script = `
    import { existsSync } from 'node:fs';
    import { createRequire } from 'node:module';
    import { fileURLToPath } from 'node:url';
    const require = createRequire(process.cwd() + '/x.js');
    const works = (run) => { try { return existsSync(run()); } catch { return false; } };
    const found = ${JSON.stringify(specifiers)}.filter((specifier) =>
      works(() => fileURLToPath(import.meta.resolve(specifier))) || works(() => require.resolve(specifier)));
    console.log(JSON.stringify(found));`;
  const flags = condition === undefined ? [] : ['-C', condition];
  return JSON.parse(
    execFileSync(process.execPath, [...flags, '--input-type=module', '-e', script], { cwd: ROOT, encoding: 'utf8' }),
  ) as string[];
}

describe("Node's walk", () => {
  it('finds what is told as installed, at the version told', () => {
    const seed = 97;
    const rng = random(seed);
    const names = ['p', 'q', '@s/r'];
    const folders = [
      '',
      'src',
      'packages/a',
      'packages/a/src/deep',
      'packages/b',
      'node_modules',
      'node_modules/p',
      'packages/a/node_modules/q',
    ];
    let there = 0;
    for (let round = 0; round < 40; round++) {
      const tree: Record<string, Tree[string]> = {
        'package.json': { name: 'app' },
        'links/p/package.json': { name: 'p', version: '0.0.0' },
      };
      for (let i = 0; i < 6; i++) {
        const folder = rng.pick(folders);
        const place = `${folder === '' ? '' : `${folder}/`}node_modules/${rng.pick(names)}`;
        if (rng.below(6) === 0 && !Object.keys(tree).some((key) => key.startsWith(`${place}/`)))
          tree[place] = { link: relative(dirname(place), 'links/p') };
        else if (!Object.keys(tree).some((key) => place.startsWith(key)))
          tree[`${place}/package.json`] = { name: 'any', version: `${round}.${i}.0` };
      }
      const root = plant(tree);
      const packages = openPackages(root);
      for (const folder of folders) {
        const from = folder === '' ? 'x.js' : `${folder}/x.js`;
        for (const name of names) {
          const wanted = nodeVersion(root, from, name);
          const status = packages.status(name, path(from));
          const found = status.status === 'transitive' && status.installed ? status.version : undefined;
          // A package that links to the folder of the importer is the importer.
          if (status.status === 'self') continue;
          if (wanted !== undefined) there++;
          if (found !== wanted)
            throw new Error(
              `seed ${seed}, round ${round}: ${name} from ${from}: expected ${wanted}, found ${JSON.stringify(status)}`,
            );
        }
      }
    }
    expect(there).toBeGreaterThan(200);
  });
});

/** Version that Node's own resolution leads to inside the root. */
function nodeVersion(root: string, from: string, name: string): string | undefined {
  let file: string;
  try {
    file = createRequire(join(root, from)).resolve(`${name}/package.json`);
  } catch {
    return undefined;
  }
  if (relative(root, file).startsWith('..') || !existsSync(file)) return undefined;
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
