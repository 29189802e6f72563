/** Alternatives of a function run against each other: what they do, which do the same, on what they part. */
export { type Behaviour, type Claim, type Cluster, type Judgement, judge } from './clusters.ts';
export { confidenceOf, featuresOf, logistic } from './confidence.ts';
export { behaviourOrEndless, fits, isEndless, resultOf, type Wanted } from './fits.ts';
export { type Input, inputSource, inputsOf, type Origin } from './inputs.ts';
export { partingInputs } from './parting.ts';
export { type Plan, planSource, planText, readPlan, smallerPlans } from './plan.ts';
export { playedOutcome, playerSource } from './play.ts';
export { literalOf } from './print.ts';
export { type Outcome, outcomeText, type Runnable, type RunOptions, runDrafts, wholeText } from './run.ts';
export { type Command as PlanCommand, type Commands, commandsOf, sequencesOf } from './sequences.ts';
export { smallerThan } from './smaller.ts';
export {
  type CalledExample,
  commonSymbols,
  type DraftFile,
  examplesOf,
  exportsAll,
  isClass,
  type ModuleSubject,
  moduleOf,
  parametersOf,
  type Subject,
  subjectOf,
} from './subject.ts';
export { runVariants } from './variants.ts';
