import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { version } from '../base/index.ts';
import { openLanguage } from '../lang/index.ts';
import { support, toolPath } from '../sandbox/index.ts';
import { loadShipped, weightsFolder } from '../tokens/index.ts';
import { openWorkspace } from '../workspace/index.ts';

export interface Finding {
  readonly name: string;
  /** `missing` says what does not work without it. */
  readonly status: 'ok' | 'missing';
  readonly detail: string;
}

/** What this machine and this folder give, and what does not work for lack of it. */
export async function doctor(cwd: string): Promise<readonly Finding[]> {
  const findings: Finding[] = [
    { name: 'assay', status: 'ok', detail: version() },
    {
      name: 'node',
      status: 'ok',
      detail: `${process.version} on ${process.platform} ${process.arch} (supported: Linux x64 and arm64; macOS expected; Windows through WSL)`,
    },
  ];
  for (const tool of ['git', 'rg'] as const) {
    const path = await toolPath(tool);
    findings.push(
      path.ok
        ? { name: tool, status: 'ok', detail: path.value }
        : { name: tool, status: 'missing', detail: path.issues[0]!.message },
    );
  }
  for (const { level, available, reason, doesNotContain } of await support()) {
    const limits = available && doesNotContain.length > 0 ? `; does not contain: ${doesNotContain.join(', ')}` : '';
    findings.push({ name: `isolation ${level}`, status: available ? 'ok' : 'missing', detail: `${reason}${limits}` });
  }
  const tokenizer = loadShipped();
  findings.push({ name: 'tokenizer', status: 'ok', detail: `${tokenizer.name}, ${tokenizer.vocabulary} entries` });
  const prior = join(weightsFolder(), 'prior.bin');
  findings.push(
    existsSync(prior)
      ? { name: 'model', status: 'ok', detail: `n-gram prior, ${(statSync(prior).size / 1e6).toFixed(1)} MB` }
      : { name: 'model', status: 'missing', detail: `expected ${prior}: completions know only this repository` },
  );
  const workspace = await openWorkspace(cwd);
  if (!workspace.ok) {
    findings.push({ name: 'repository', status: 'missing', detail: workspace.issues[0]!.message });
    return findings;
  }
  const { root, git } = workspace.value;
  findings.push({ name: 'repository', status: 'ok', detail: root });
  findings.push(
    git
      ? { name: 'history', status: 'ok', detail: git.head ?? 'no commit yet' }
      : { name: 'history', status: 'missing', detail: 'not under git: check needs a base to compare with' },
  );
  const language = openLanguage({ root });
  if (!language.ok) {
    findings.push({ name: 'compiler', status: 'missing', detail: language.issues[0]!.message });
    return findings;
  }
  try {
    const paths = await workspace.value.paths();
    const first = paths.ok
      ? paths.value.find((path) => /\.[cm]?tsx?$/.test(path) && !/\.d\.[cm]?ts$/.test(path))
      : undefined;
    const projects = first ? language.value.projectsOf(first) : undefined;
    const compiler = projects?.status === 'known' ? projects.value[0]?.compiler : undefined;
    findings.push(
      compiler
        ? {
            name: 'compiler',
            status: 'ok',
            detail: `typescript ${compiler.version} (${compiler.engine}) for ${first}: ${compiler.reason}`,
          }
        : {
            name: 'compiler',
            status: 'missing',
            detail: first ? `no project holds ${first}` : 'no TypeScript file was found',
          },
    );
  } finally {
    language.value.close();
  }
  return findings;
}
