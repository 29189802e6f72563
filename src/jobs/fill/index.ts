export { fill } from './fill.ts';
export type { Attempt, FillReport, FillRequest, Question } from './types.ts';
