/** Door of `evals/`: suites over real repositories, and their reports. */

export { type BehaviourCase, type BehaviourOptions, behaviour } from './behaviour.ts';
export { type CommitCase, type CommitOptions, commits } from './commits.ts';
export { type ConstraintCase, type ConstraintOptions, constraints } from './constraints.ts';
export { type DefectCase, type DefectOptions, defects } from './defects.ts';
export { type GamingCase, type GamingOptions, gaming } from './gaming.ts';
export type { Figure, SuiteReport } from './report.ts';
export { BrokenCheckout } from './repositories.ts';
export { type PlantedCase, type ReuseOptions, reuse } from './reuse.ts';
export { type ReviewOptions, review } from './review.ts';
