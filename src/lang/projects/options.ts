import type { CompilerOptions } from '../engine.ts';

/** Options that turn right code of a looser project into errors. */
const STRICT = [
  'strict',
  'noImplicitAny',
  'strictNullChecks',
  'strictFunctionTypes',
  'strictBindCallApply',
  'strictPropertyInitialization',
  'noImplicitThis',
  'useUnknownInCatchVariables',
  'noUncheckedIndexedAccess',
  'exactOptionalPropertyTypes',
];

/**
 * Options about what is written, where, and how it is told. Of the errors that keep declarations from being written only the
 * first project of a file speaks: for them alone the same files are not opened twice.
 */
const OUTPUT = new Set([
  'composite',
  'configFile',
  'configFilePath',
  'declaration',
  'declarationDir',
  'declarationMap',
  'emitDeclarationOnly',
  'incremental',
  'inlineSourceMap',
  'inlineSources',
  'isolatedDeclarations',
  'mapRoot',
  'newLine',
  'noEmit',
  'noEmitOnError',
  'outDir',
  'plugins',
  'preserveWatchOutput',
  'removeComments',
  'rootDir',
  'skipLibCheck',
  'sourceMap',
  'sourceRoot',
  'stripInternal',
  'tsBuildInfoFile',
]);

/** Whether one asks for less than the other, and for nothing that the other does not. */
export function isLooser(one: CompilerOptions, other: CompilerOptions): boolean {
  const differing = STRICT.filter((name) => one[name] !== other[name]);
  return differing.length > 0 && differing.every((name) => one[name] !== true && other[name] !== false);
}

/** Whether there may be errors under the one that there are not under the other: not where it is only less strict. */
export function mayTellMore(one: CompilerOptions, other: CompilerOptions): boolean {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names].some(
    (name) =>
      !OUTPUT.has(name) &&
      JSON.stringify(one[name]) !== JSON.stringify(other[name]) &&
      (one[name] === true || !STRICT.includes(name)),
  );
}
