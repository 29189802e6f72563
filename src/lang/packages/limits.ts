import { LIMITS } from '../../base/index.ts';

/** Bounds of what is read about packages. Each is reported as an issue when it is hit. */
export const PACKAGE_LIMITS = {
  /** Largest lock file that is read, in bytes. */
  lockBytes: 128 * 1024 * 1024,
  /** Largest package.json, workspace file or README that is read, in bytes. */
  fileBytes: LIMITS.fileBytes,
  /** Folders looked into for the members of one workspace. */
  workspaceFolders: 50_000,
  /** Members of one workspace. */
  workspaceMembers: 10_000,
  /** Alternatives that the braces of one workspace pattern stand for. */
  patternAlternatives: 256,
  /** Names listed from the `node_modules` folders above one folder. */
  installedNames: 20_000,
  /** Subpaths that the exports map of one package is expanded to. */
  exportedSubpaths: 5_000,
  /** Files of one package looked at while patterns of its exports map are expanded. */
  exportedFiles: 20_000,
  /** Lines that one quoted or bracketed value of a YAML file may span. */
  yamlValueLines: 10_000,
} as const;
