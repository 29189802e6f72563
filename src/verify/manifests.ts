import { readdirSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { editDistance, type Issue, LIMITS, nearestNames, type RepoPath, readRegularText } from '../base/index.ts';
import { nearWellKnown } from '../lang/index.ts';
import { programsIn } from './commands.ts';
import type { CheckContext } from './context.ts';
import { DEPENDENCY_SECTIONS, dependenciesIn, isManifest, keySpan, sectionOf } from './manifest.ts';
import { satisfies } from './versions.ts';

type ChangedManifest = CheckContext['change']['files'][number] & { readonly after: { readonly text: string } };

/** What changed manifests ask for and run, that is not there. */
export function manifestIssues(context: CheckContext): Issue[] {
  return context.change.files
    .filter((file): file is ChangedManifest => isManifest(file.path) && file.after !== undefined)
    .flatMap((file) => [...dependencyIssues(context, file), ...scriptIssues(context, file)]);
}

/** Dependencies that are added or asked for in another version: each has to be installed, or locked at least. */
function dependencyIssues({ packages }: CheckContext, { path, before, after }: ChangedManifest): Issue[] {
  const had = dependenciesIn(before?.text);
  const from = path as RepoPath;
  // A lock file that knows what was asked for before is there and can be read.
  const isLocked = [...had.keys()].some((name) => packages.lockedVersion(name, from) !== undefined);
  return DEPENDENCY_SECTIONS.flatMap((section) =>
    [...sectionOf(after.text, section)].flatMap(([name, asked]): Issue[] => {
      if (
        had.get(name) === asked ||
        /^(?:workspace|file|link|portal|catalog|git|github|https?):|^git\+|^[\w-]+\/[\w.-]+/.test(asked)
      )
        return [];
      const [, real = name, range = asked] = /^npm:((?:@[^/]+\/)?[^@]+)(?:@(.*))?$/.exec(asked) ?? [];
      const at = keySpan(after.text, section, name);
      const issue = (code: string, severity: Issue['severity'], message: string, suggestion: string): Issue[] => [
        { code, message, severity, path, ...(at ? { span: at } : {}), suggestion },
      ];
      const status = packages.status(name, from);
      if (status.status === 'workspace') return [];
      const locked = packages.lockedVersion(name, from);
      const isThere = (status.status === 'declared' && status.installed) || locked !== undefined;
      const near = had.has(name) ? undefined : nearWellKnown(real);
      if (near !== undefined)
        return issue(
          'packages/near-miss',
          isThere ? 'warning' : 'error',
          `expected a package that is known, found ${real}, one slip away from ${near}${isThere ? '' : ' and neither installed nor in the lock file'}`,
          near,
        );
      if (locked !== undefined && satisfies(locked, range) === false)
        return issue(
          'packages/not-locked',
          section === 'peerDependencies' ? 'warning' : 'error',
          `expected a version that the lock file knows, found ${real}@${range}, where ${locked} is locked`,
          `${locked}, or install and commit the lock file`,
        );
      if (isThere) return [];
      const isError = isLocked && section !== 'peerDependencies' && section !== 'optionalDependencies';
      return issue(
        isError ? 'packages/not-locked' : 'packages/unlocked',
        isError ? 'error' : 'warning',
        `${real}@${range} is added to the manifest, but neither installed nor in the lock file${isError ? ', so a clean install refuses it' : ', so whether it exists is unknown'}`,
        'install it and check again',
      );
    }),
  );
}

/** Programs that changed scripts run and that no declared package brings. */
function scriptIssues(context: CheckContext, { path, before, after }: ChangedManifest): Issue[] {
  const had = sectionOf(before?.text, 'scripts');
  const changed = [...sectionOf(after.text, 'scripts')].filter(([name, script]) => had.get(name) !== script);
  if (changed.length === 0) return [];
  const ran = new Set([...had.values()].flatMap((script) => programsIn(script).map(({ name }) => name)));
  const bins = binsFrom(context.change.root, dirname(path));
  const declared = new Set([...dependenciesIn(after.text).keys(), ...rootDependencies(context)]);
  const scripts = sectionOf(after.text, 'scripts');
  return changed.flatMap(([script, text]) => {
    const at = keySpan(after.text, 'scripts', script);
    return programsIn(text).flatMap(({ name, fetched }): Issue[] => {
      if (ran.has(name) || declared.has(name) || scripts.has(name)) return [];
      const owner = bins.get(name);
      if (owner !== undefined && (owner === '' || declared.has(owner))) return [];
      const nearest = nearestNames(name, [...bins.keys(), ...declared], 1);
      const near = nearWellKnown(name);
      // What is fetched on the spot, or installed on the machine, may be there all the same.
      const isInvented =
        near !== undefined ||
        (nearest.length > 0 && owner === undefined && name.length > 4 && editDistance(name, nearest[0]!, 1) <= 1);
      const isTransitive = owner !== undefined;
      return [
        {
          code: isInvented ? 'packages/near-miss' : 'packages/undeclared-command',
          message: isTransitive
            ? `the script ${script} runs ${name}, which is there only because another package depends on ${owner}`
            : `the script ${script} runs ${name}, which no declared package brings${fetched ? ', so it is fetched each time' : ''}`,
          severity: isInvented || (isTransitive && !fetched) ? 'error' : 'warning',
          path,
          ...(at ? { span: at } : {}),
          suggestion:
            near ?? (isTransitive ? `declare ${owner}` : (nearest[0] ?? `declare the package that brings ${name}`)),
        },
      ];
    });
  });
}

/** Programs in the folders `node_modules/.bin` above, with the package each comes from; empty where that is not to be seen. */
function binsFrom(root: string, folder: string): Map<string, string> {
  const bins = new Map<string, string>();
  for (let at = folder; ; at = dirname(at)) {
    const place = join(root, at, 'node_modules', '.bin');
    for (const entry of listed(place)) {
      if (bins.has(entry)) continue;
      let target = '';
      try {
        target = realpathSync(join(place, entry));
      } catch {
        // A link that leads nowhere brings nothing.
        continue;
      }
      bins.set(entry, /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(target)?.[1]?.replace(/^\.bin$/, '') ?? '');
    }
    if (at === '.') return bins;
  }
}

const listed = (folder: string): string[] => {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
};

function rootDependencies({ change }: CheckContext): Iterable<string> {
  const changed = change.files.find(({ path }) => path === 'package.json');
  if (changed) return dependenciesIn(changed.after?.text).keys();
  return dependenciesIn(readRegularText(join(change.root, 'package.json'), LIMITS.fileBytes)).keys();
}
