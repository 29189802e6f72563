export { type Comparison, compare, openComparison } from './compare.ts';
export type {
  ComparedCluster,
  CompareReport,
  CompareRequest,
  Parting,
  Question as CompareQuestion,
  Reply,
  Sample,
} from './types.ts';
export { type WriteTestsRequest, type WrittenTests, writeTests } from './writeTests.ts';
