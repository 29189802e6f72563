import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Issue, sha256, span } from '../../src/base/index.ts';
import { type EvidenceRecord, inToto, readRecord, sarif, seal, writeRecord } from '../../src/evidence/index.ts';
import type { Verdict } from '../../src/verify/index.ts';

const issue: Issue = {
  code: 'names/missing-member',
  message: 'Cart has no member addLine',
  severity: 'error',
  path: 'src/a b.ts',
  span: span(3, 10),
  at: { line: 2, column: 4 },
  suggestion: 'add',
};
const verdict: Verdict = {
  status: 'fail',
  treeHash: sha256('tree'),
  checks: [
    {
      name: 'names',
      status: 'fail',
      decides: true,
      issues: [issue],
      ran: [{ oracle: 'typescript 7.0.2 (native)', ms: 3 }],
      summary: '1 missing',
    },
    {
      name: 'tests',
      status: 'unknown',
      decides: true,
      issues: [{ code: 'tests/none', message: 'none', severity: 'warning' }],
      ran: [],
      summary: '',
    },
  ],
};
const fields = {
  createdAt: '2026-01-02T03:04:05.006Z',
  assay: '0.1.0',
  node: 'v24.0.0',
  platform: 'linux x64',
  base: 'HEAD',
  head: 'working tree',
  changeHash: sha256('change'),
  request: { change: { kind: 'working-tree' } },
  compilers: ['typescript 7.0.2 (native)'],
  verdict,
};

let store: string;
beforeAll(() => {
  store = mkdtempSync(join(tmpdir(), 'assay-evidence-'));
});
afterAll(() => rmSync(store, { recursive: true, force: true }));

describe('records', () => {
  it('are read back as they were written', () => {
    const record = seal(fields);
    const path = writeRecord(store, record);
    expect(path.ok && readRecord(path.value)).toEqual({ ok: true, value: record, issues: [] });
  });

  it('say when they were changed afterwards', () => {
    const path = writeRecord(store, seal({ ...fields, base: 'main' }));
    if (!path.ok) throw new Error('not written');
    writeFileSync(path.value, readFileSync(path.value, 'utf8').replace('"status": "fail"', '"status": "pass"'));
    expect(readRecord(path.value).issues.map(({ code }) => code)).toEqual(['evidence/edited']);
  });

  const damaged: readonly (readonly [name: string, text: string, code: string])[] = [
    ['empty', '', 'evidence/unreadable'],
    ['cut', '{"schema":', 'evidence/unreadable'],
    ['null', 'null', 'evidence/schema'],
    ['another schema', '{"schema":"assay/record/9"}', 'evidence/schema'],
    ['without a hash', '{"schema":"assay/record/1"}', 'evidence/edited'],
  ];
  it.each(damaged)('refuse a file that is %s', (name, text, code) => {
    const path = join(store, `${name}.json`);
    writeFileSync(path, text);
    expect(readRecord(path).issues.map((one) => one.code)).toEqual([code]);
  });

  it('are an issue that keeps the verdict, not a crash, where they cannot be written', () => {
    const file = join(store, 'file');
    writeFileSync(file, '');
    expect(writeRecord(file, seal(fields)).issues).toMatchObject([
      { code: 'evidence/not-written', severity: 'error', message: expect.stringMatching(/^the verdict was \w+, but/) },
    ]);
  });

  it('carry a hash over everything else', () => {
    const record = seal(fields);
    for (const key of Object.keys(record).filter((name) => name !== 'hash') as (keyof EvidenceRecord)[]) {
      const path = join(store, `without-${key}.json`);
      const { [key]: _, ...rest } = record;
      writeFileSync(path, JSON.stringify(rest));
      expect(readRecord(path).ok).toBe(false);
    }
  });
});

describe('sarif', () => {
  it('has one result an issue, placed where the issue is', () => {
    const document = sarif(verdict, '0.1.0') as {
      version: string;
      runs: readonly { results: readonly unknown[]; tool: { driver: { rules: unknown } } }[];
    };
    expect(document.version).toBe('2.1.0');
    expect(document.runs[0]!.tool.driver.rules).toEqual([{ id: 'names/missing-member' }, { id: 'tests/none' }]);
    expect(document.runs[0]!.results).toEqual([
      {
        ruleId: 'names/missing-member',
        ruleIndex: 0,
        level: 'error',
        message: { text: 'Cart has no member addLine (add)' },
        locations: [
          {
            physicalLocation: {
              artifactLocation: { uri: 'src/a%20b.ts', uriBaseId: '%SRCROOT%' },
              region: { startLine: 2, startColumn: 4 },
            },
          },
        ],
      },
      { ruleId: 'tests/none', ruleIndex: 1, level: 'warning', message: { text: 'none' } },
    ]);
  });
});

describe('an in-toto statement', () => {
  it.each([
    ['pass', 'PASSED'],
    ['unknown', 'WARNED'],
    ['fail', 'FAILED'],
  ] as const)('says %s as %s, by check, about the tree and the record', (status, result) => {
    const record = seal({ ...fields, verdict: { ...verdict, status } });
    expect(inToto(record)).toEqual({
      _type: 'https://in-toto.io/Statement/v1',
      subject: [{ name: 'working tree', digest: { assayTree: verdict.treeHash } }],
      predicateType: 'https://in-toto.io/attestation/test-result/v0.1',
      predicate: {
        result,
        configuration: [
          {
            name: `assay 0.1.0 record ${record.id}`,
            digest: { sha256: record.hash },
            annotations: { base: 'HEAD', changeHash: fields.changeHash, compilers: fields.compilers },
          },
        ],
        passedTests: [],
        warnedTests: ['tests'],
        failedTests: ['names'],
      },
    });
  });
});
