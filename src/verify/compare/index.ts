/** Alternatives of a function run against each other: what they do, which do the same, on what they part. */
export { type Behaviour, type Claim, type Cluster, type Judgement, judge } from './clusters.ts';
export { confidenceOf, featuresOf, logistic } from './confidence.ts';
export { fits, resultOf, type Wanted } from './fits.ts';
export { type Input, inputSource, inputsOf, type Origin } from './inputs.ts';
export { partingInputs } from './parting.ts';
export { type Outcome, outcomeText, runDrafts } from './run.ts';
export { smallerThan } from './smaller.ts';
export {
  type CalledExample,
  commonSymbols,
  type DraftFile,
  examplesOf,
  parametersOf,
  type Subject,
  subjectOf,
} from './subject.ts';
