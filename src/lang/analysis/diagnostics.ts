import { isBuiltin } from 'node:module';
import type { Program, RawDiagnostic } from '../engine.ts';

/** "Do you need to install type definitions for …", "change your target library": what is missing is set-up, not code. */
const SETUP = new Set([2580, 2581, 2582, 2584, 2591, 2592, 2593, 2868]);

/** "Cannot find module", as import, as side effect, and without types. */
const NO_MODULE = new Set([2307, 2882, 7016, 2792]);

/**
 * Whether a diagnostic tells of the machine rather than of the code: types of Node or of a test runner that are not
 * installed. Without a tsconfig nobody has said that they should be.
 */
export function isAboutSetup({ code, message }: RawDiagnostic): boolean {
  if (SETUP.has(code)) return true;
  const specifier = NO_MODULE.has(code) ? /module '([^']+)'|'([^']+)'/.exec(message) : null;
  return specifier !== null && isBuiltin(specifier[1] ?? specifier[2] ?? '');
}

/** Diagnostics of one file as `tsc` reports them: declaration errors only where there is no other. */
export function diagnosticsIn(program: Program, fileName: string): readonly RawDiagnostic[] {
  const found = program.diagnostics(fileName);
  const declares = program.options.declaration === true || program.options.composite === true;
  if (!declares || found.some(({ category }) => category === 'error')) return found;
  return [...found, ...program.declarationDiagnostics(fileName)];
}

/** Without repeats: the same file diagnosed in several projects mostly says the same. */
export function withoutRepeats(diagnostics: readonly RawDiagnostic[]): readonly RawDiagnostic[] {
  const seen = new Set<string>();
  return diagnostics.filter(({ fileName, start, end, code, message }) => {
    const key = `${fileName} ${start} ${end} ${code} ${message}`;
    return !seen.has(key) && seen.add(key);
  });
}
