/** The package's own door: the jobs as plain functions. */
export type { Issue, Result, Severity } from './base/index.ts';
