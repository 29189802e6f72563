/** Door of `search/`: bodies of small functions from examples. */
export { modelCosts } from './modelCosts.ts';
export { probesOf } from './probes.ts';
export { search } from './search.ts';
export { throwable } from './thrown.ts';
export type * from './types.ts';
export { same } from './values.ts';
