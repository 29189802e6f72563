import type { Status } from '../verify/index.ts';
import type { EvidenceRecord } from './types.ts';

const RESULTS = { pass: 'PASSED', unknown: 'WARNED', fail: 'FAILED' } as const satisfies Record<Status, string>;

/**
 * A record as an in-toto statement with a test result, version 0.1 (https://in-toto.io/attestation/test-result/v0.1).
 * What is named as tests are assay's checks; `unknown` is WARNED, so that whoever asks for PASSED does not get it. The
 * subject is the judged tree under assay's own tree hash; the configuration is the record.
 */
export function inToto(record: EvidenceRecord): unknown {
  const { verdict } = record;
  const named = (status: Status): string[] =>
    verdict.checks.filter((check) => check.status === status).map(({ name }) => name);
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: record.head, digest: { assayTree: verdict.treeHash } }],
    predicateType: 'https://in-toto.io/attestation/test-result/v0.1',
    predicate: {
      result: RESULTS[verdict.status],
      configuration: [
        {
          name: `assay ${record.assay} record ${record.id}`,
          digest: { sha256: record.hash },
          annotations: { base: record.base, changeHash: record.changeHash, compilers: record.compilers },
        },
      ],
      passedTests: named('pass'),
      warnedTests: named('unknown'),
      failedTests: named('fail'),
    },
  };
}
