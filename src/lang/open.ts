import { realpathSync, statSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { fail, ok, type RepoPath, type Result, span } from '../base/index.ts';
import { candidatesAt } from './analysis/candidates.ts';
import { diagnosticsIn, isAboutSetup, withoutRepeats } from './analysis/diagnostics.ts';
import { namesIn } from './analysis/names.ts';
import { outlineOf } from './analysis/outline.ts';
import { referencesOf } from './analysis/references.ts';
import { surfaceOf } from './analysis/surface.ts';
import { typeAtOffset } from './analysis/typeAt.ts';
import type { RawDiagnostic } from './engine.ts';
import { type FileInProject, Session, Unknown } from './session.ts';
import type { Answer, Candidates, Diagnostic, LanguageOptions, LanguageService, ProjectInfo } from './types.ts';

const MAIN_CONFIG = 'tsconfig.json' as RepoPath;

/**
 * Opens the compilers over a tree. Nothing is started until the first question. `root` is an absolute folder; links in
 * it are resolved.
 */
export function openLanguage({ root, events, engine, ...rest }: LanguageOptions): Result<LanguageService> {
  if (!isAbsolute(root)) return fail('lang/root', `expected an absolute folder, got ${root}`);
  if (!statSync(root, { throwIfNoEntry: false })?.isDirectory()) {
    return fail('lang/root', `expected a folder, but ${root} is none`);
  }
  return ok(
    languageService(new Session(realpathSync(root).replaceAll('\\', '/'), { events, forced: engine, ...rest })),
  );
}

function languageService(session: Session): LanguageService {
  const { compilers, places } = session;

  const diagnostic = (raw: RawDiagnostic, fallback: RepoPath): Diagnostic => {
    const path = raw.fileName === undefined ? undefined : places.repo(raw.fileName);
    return {
      path: path ?? fallback,
      span: path ? places.span(raw.fileName!, raw.start, raw.end) : span(0, 0),
      code: raw.code,
      message: raw.message,
      severity: raw.category,
      source: raw.source,
    };
  };

  const projectInfo = (config: string): ProjectInfo => {
    const { engine, version, reason } = compilers.choice(config);
    const options = compilers.projects.options(config) ?? {};
    const path = session.overlay.isMadeUp(config) ? undefined : places.repo(config);
    return {
      ...(path ? { config: path } : {}),
      compiler: { engine, version, reason },
      // What a compiler does without the option: on since TypeScript 6.
      strict: options.strict ?? Number.parseInt(version, 10) >= 6,
      isLeftOut: compilers.projects.isLeftOut(config),
    };
  };

  const diagnostics = (path: RepoPath, others: readonly RepoPath[] = []): Answer<readonly Diagnostic[]> =>
    session.ask(() => {
      const configs = new Map<RawDiagnostic, RepoPath | undefined>();
      const found = session.each(path, others).flatMap(({ program, config, fileName }, index) => {
        const all = diagnosticsIn(program, fileName);
        const own = session.overlay.isMadeUp(config) ? all.filter((raw) => !isAboutSetup(raw)) : all;
        if (index > 0) for (const raw of own) configs.set(raw, places.repo(config));
        return own;
      });
      return withoutRepeats(found).map((raw) => {
        const config = configs.get(raw);
        return { ...diagnostic(raw, path), ...(config ? { config } : {}) };
      });
    });

  const configDiagnostics = (): Answer<readonly Diagnostic[]> =>
    session.ask(() => {
      const configs = compilers.configs();
      const none: RepoPath[] = configs.length === 0 ? [MAIN_CONFIG] : [];
      const missing = none.map((path): Diagnostic => {
        const message = 'No tsconfig.json was found; default options are used. `tsc --init` writes one.';
        return { path, span: span(0, 0), code: 0, message, severity: 'warning', source: 'config' };
      });
      const found = configs.flatMap((config) => {
        const fallback = places.repo(config) ?? MAIN_CONFIG;
        const own = compilers.program(config)?.configDiagnostics() ?? [];
        return withoutRepeats(own).map((raw) => {
          const one = diagnostic(raw, fallback);
          return one.path === fallback ? one : { ...one, config: fallback };
        });
      });
      return [...missing, ...found];
    });

  /** An offset of the text as the compilers have it. */
  const inner = (at: FileInProject, offset: number): number => {
    const length = at.file.text.length + at.shift;
    if (!Number.isInteger(offset) || offset < 0 || offset > length) {
      throw new Unknown(`offset ${offset} is outside ${at.fileName}, which has ${length} code units`);
    }
    return Math.max(0, offset - at.shift);
  };

  const candidates = (path: RepoPath, offset: number): Answer<Candidates> =>
    session.ask(() => {
      const at = session.first(path);
      const { program, file, shift } = at;
      const found = candidatesAt(program, file, inner(at, offset));
      if (typeof found === 'string') throw new Unknown(found);
      const { start, end, ...rest } = found;
      return { ...rest, replace: span(start + shift, end + shift) };
    });

  return {
    root: session.root,
    setOverlay: (files) => session.setOverlay(files),
    filesChanged: (paths) => session.filesChanged(paths),
    projectsOf: (path) => session.ask(() => session.projectsOf(path).map(projectInfo)),
    diagnostics,
    configDiagnostics,
    importers: (paths, limit) => session.ask(() => session.importers.of(paths, limit)),
    names: (path, spans) =>
      session.ask(() => {
        const at = session.first(path);
        const ranges = spans?.map(({ start, end }) => ({ start: start - at.shift, end: end - at.shift }));
        return namesIn(at, compilers.choice(at.config).version, ranges);
      }),
    candidates,
    outline: (path) => session.ask(() => outlineOf(session.first(path))),
    surface: (path) => session.ask(() => surfaceOf(session.first(path))),
    references: (path) => session.ask(() => referencesOf(session.first(path))),
    typeAt: (path, offset) =>
      session.ask(() => {
        const at = session.first(path);
        const found = typeAtOffset(at, inner(at, offset), compilers.choice(at.config).version);
        if (!found) throw new Unknown('nothing here has a type');
        return found;
      }),
    close: () => session.close(),
  };
}
