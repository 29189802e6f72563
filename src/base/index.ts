/** Door of `base/`: what every room speaks in. Imports nothing of assay. */
export * from './escaped.ts';
export * from './events.ts';
export * from './hash.ts';
export * from './issue.ts';
export * from './json.ts';
export * from './limits.ts';
export * from './nearest.ts';
export * from './quoted.ts';
export * from './random.ts';
export * from './regularFile.ts';
export * from './units.ts';
export * from './version.ts';
export * from './visible.ts';
