import type { Issue } from '../base/index.ts';
import type { Verdict } from '../verify/index.ts';

const LEVELS = { error: 'error', warning: 'warning', info: 'note' } as const;

/**
 * A verdict as SARIF 2.1.0 (OASIS, https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html). Issues without a
 * path become results without a location; the verdict's status and the tree it holds for are properties of the run.
 */
export function sarif(verdict: Verdict, version: string): unknown {
  const issues = verdict.checks.flatMap((check) => check.issues);
  const rules = [...new Set(issues.map(({ code }) => code))].sort();
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'assay', version, rules: rules.map((id) => ({ id })) } },
        columnKind: 'utf16CodeUnits',
        invocations: [{ executionSuccessful: true }],
        properties: { status: verdict.status, treeHash: verdict.treeHash },
        results: issues.map((issue) => result(issue, rules)),
      },
    ],
  };
}

function result(issue: Issue, rules: readonly string[]): unknown {
  return {
    ruleId: issue.code,
    ruleIndex: rules.indexOf(issue.code),
    level: LEVELS[issue.severity],
    message: { text: issue.suggestion ? `${issue.message} (${issue.suggestion})` : issue.message },
    ...(issue.path === undefined
      ? {}
      : {
          locations: [
            {
              physicalLocation: {
                artifactLocation: {
                  uri: issue.path.split('/').map(encodeURIComponent).join('/'),
                  uriBaseId: '%SRCROOT%',
                },
                ...(issue.at ? { region: { startLine: issue.at.line, startColumn: issue.at.column } } : {}),
              },
            },
          ],
        }),
  };
}
