import { type EventSink, noEvents, type RepoPath } from '../base/index.ts';
import { loadShippedPrior, ngram, type TokenModel } from '../model/index.ts';
import type { LineIndex } from '../predict/index.ts';
import { loadShipped, type Tokenizer } from '../tokens/index.ts';
import type { Workspace } from '../workspace/index.ts';

/** Tokens of one repository that are counted; the most recently changed files come first. */
const TOKENS = 4_000_000;
const FILES = 20_000;
/** Larger files are generated more often than not, and say little for their size. */
const FILE_BYTES = 256 * 1024;

/** Tokens before a cursor that a sequence is given. */
export const SEQUENCE_TOKENS = 2_048;

const CODE = /\.(?:[cm]?[jt]s|[jt]sx)$/;

/** A model that has counted a repository; over the shipped prior where it counts in the shipped encoding. */
export interface RepositoryModel {
  readonly model: TokenModel;
  /** Counts a file as it stands around a cursor, in place of what was counted of it before. */
  show(path: RepoPath, prefix: string, suffix: string): void;
}

/** @param lines learns the same files, line by line, where it is given */
export async function repositoryModel(
  workspace: Workspace,
  tokenizer: Tokenizer,
  events: EventSink = noEvents,
  lines?: LineIndex,
): Promise<RepositoryModel> {
  const { vocabulary } = tokenizer;
  const model = ngram(
    tokenizer === loadShipped() ? { vocabulary, prior: loadShippedPrior(tokenizer) } : { vocabulary },
  );
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
    lines?.set(path, source.value.text);
    if (index % 64 === 0) events({ type: 'progress-delta', task, done: index + 1, total: files.length });
  }
  events({ type: 'progress-end', task, ms: performance.now() - started });
  return {
    model,
    // What the sequence holds counts by itself; counted here too it would count twice.
    show: (path, prefix, suffix) => {
      model.train(path, tokenizer.encode(prefix).slice(0, -SEQUENCE_TOKENS), tokenizer.encode(suffix));
      lines?.set(path, prefix + suffix);
    },
  };
}
