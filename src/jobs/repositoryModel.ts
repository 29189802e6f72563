import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type EventSink, type Issue, noEvents, ok, type RepoPath, type Result } from '../base/index.ts';
import { type NgramModel, ngram, readPrior, type TokenModel } from '../model/index.ts';
import { type Tokenizer, weightsFolder } from '../tokens/index.ts';
import type { Workspace } from '../workspace/index.ts';

/** Tokens of one repository that are counted; the most recently changed files come first. */
const TOKENS = 4_000_000;
const FILES = 20_000;
/** Larger files are generated more often than not, and say little for their size. */
const FILE_BYTES = 256 * 1024;

const CODE = /\.(?:[cm]?[jt]s|[jt]sx)$/;

/** A model that has counted a repository over the shipped prior. */
export interface RepositoryModel {
  readonly model: TokenModel;
  /** Counts a file as it stands around a cursor, in place of what was counted of it before. */
  show(path: RepoPath, prefix: string, suffix: string): void;
}

export async function repositoryModel(
  workspace: Workspace,
  tokenizer: Tokenizer,
  events: EventSink = noEvents,
): Promise<Result<RepositoryModel>> {
  const issues: Issue[] = [];
  const model = withPrior(tokenizer, issues);
  const files = (await workspace.recent(FILES)).filter(({ path }) => CODE.test(path));
  const started = performance.now();
  const task = 'reading the repository';
  events({ type: 'progress-start', task, total: files.length, unit: 'files' });
  let counted = 0;
  for (const [index, { path }] of files.entries()) {
    if (counted >= TOKENS) {
      events({ type: 'limit-hit', limit: 'tokens of the repository', value: TOKENS, found: counted });
      break;
    }
    const source = workspace.read(path);
    if (!source.ok || source.value.text.length >= FILE_BYTES) continue;
    const tokens = tokenizer.encode(source.value.text);
    counted += tokens.length;
    model.train(path, tokens);
    if (index % 64 === 0) events({ type: 'progress-delta', task, done: index + 1, total: files.length });
  }
  events({ type: 'progress-end', task, ms: performance.now() - started });
  return ok(
    { model, show: (path, prefix, suffix) => model.train(path, tokenizer.encode(prefix), tokenizer.encode(suffix)) },
    issues,
  );
}

function withPrior(tokenizer: Tokenizer, issues: Issue[]): NgramModel {
  const { vocabulary } = tokenizer;
  const path = join(weightsFolder(), 'prior.bin');
  if (existsSync(path)) {
    const prior = readPrior(readFileSync(path));
    if (prior.ok && prior.value.vocabulary === vocabulary) return ngram({ vocabulary, prior: prior.value });
    issues.push(...prior.issues.map((issue) => ({ ...issue, severity: 'warning' as const })));
  }
  return ngram({ vocabulary });
}
