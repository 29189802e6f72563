/** Door of `jobs/`: what the package exports and every face calls. */
export { type CheckReport, type CheckRequest, check } from './check.ts';
export { parseRange } from './range.ts';
