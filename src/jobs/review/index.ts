import { fail, type Issue, ok, type Result } from '../../base/index.ts';
import { CHECKS, type Verdict } from '../../verify/index.ts';
import type { ChangeView } from '../../workspace/index.ts';
import { type CheckReport, type CheckRequest, check } from '../check.ts';
import { openRepository } from '../repository.ts';
import { type Piece, piecesOf } from './regions.ts';
import { isAbout, reasonsFor, worthOf } from './score.ts';
import type { Region, Skipped } from './types.ts';

export type { Idle, Reason, Region, Skipped } from './types.ts';

/** A check whose outcome is told by where it is worth reading. */
export type ReviewRequest = CheckRequest;

export interface ReviewReport extends Pick<CheckReport, 'base' | 'head' | 'verdict' | 'record'> {
  /** Those that need reading, the ones worth most first. */
  readonly regions: readonly Region[];
  /** How many of them to read first, and their changed lines. */
  readonly first: { readonly regions: number; readonly lines: number };
  /** Changed lines of all regions, those that need no reading included. */
  readonly lines: number;
  readonly skipped: readonly Skipped[];
  /** Errors that lie in none of the regions: tests that fail, examples in files that did not change. */
  readonly elsewhere: readonly Pick<Issue, 'code' | 'message' | 'path'>[];
}

/** Regions that are told to be read first: so many at most, and of this share of the best one's worth at least. */
const FIRST = 7;
const SHARE = 0.35;
/** Lines of a region that are shown. */
const EXCERPT = 6;

/**
 * Runs every check, those on request too, and says where in the change a minute of reading is worth most, and which lines need
 * none. Fails where the change cannot be judged.
 */
export async function review(request: ReviewRequest): Promise<Result<ReviewReport>> {
  const report = await check({ ...request, only: request.only ?? CHECKS.map(({ name }) => name) });
  if (!report.ok) return report;
  const workspace = await openRepository(request.cwd);
  if (!workspace.ok) return workspace;
  const view = await workspace.value.change(request.change);
  if (!view.ok) return view;
  try {
    const { verdict, base, head, record } = report.value;
    if (view.value.treeHash !== verdict.treeHash)
      return fail('review/stale', 'expected the tree to stay as it is while it was checked, but it changed meanwhile', {
        suggestion: 'run the review again',
      });
    return ok({ base, head, record, verdict, ...mapOf(view.value, verdict) }, report.issues);
  } finally {
    await view.value.close();
  }
}

/** What to read of a change, in order. */
export function mapOf(
  { files }: Pick<ChangeView, 'files'>,
  { checks }: Pick<Verdict, 'checks'>,
): Pick<ReviewReport, 'regions' | 'first' | 'lines' | 'skipped' | 'elsewhere'> {
  const texts = new Map(files.map(({ path, after }) => [path, after?.text]));
  const regions: Region[] = [];
  const skipped = new Map<Skipped['why'], Skipped>();
  let lines = 0;
  const pieces = piecesOf(files);
  for (const piece of pieces) {
    const count = linesOf(piece);
    lines += count;
    const reasons = reasonsFor(piece, texts.get(piece.path), checks);
    // What a check has something against is read all the same.
    if (piece.idle && !reasons.some(({ source }) => source !== 'syntax' && source !== 'change')) {
      const old = skipped.get(piece.idle) ?? { why: piece.idle, regions: 0, lines: 0 };
      skipped.set(piece.idle, { why: piece.idle, regions: old.regions + 1, lines: old.lines + count });
      continue;
    }
    regions.push({
      path: piece.path,
      first: piece.first,
      last: piece.last,
      added: piece.added.length,
      removed: piece.removed.length,
      worth: worthOf(piece, reasons),
      reasons,
      excerpt: excerptOf(piece),
    });
  }
  // Where two are worth the same, the order is the diff's.
  regions.sort((a, b) => b.worth - a.worth);
  const enough = (regions[0]?.worth ?? 0) * SHARE;
  const first = regions.slice(0, FIRST).filter(({ worth }, index) => index === 0 || worth >= enough);
  return {
    regions,
    first: {
      regions: first.length,
      lines: first.reduce((sum, { added, removed }) => sum + Math.max(added, removed), 0),
    },
    lines,
    skipped: [...skipped.values()].sort((a, b) => b.lines - a.lines),
    elsewhere: checks
      .flatMap(({ issues }) => issues)
      .filter((one) => one.severity === 'error' && !pieces.some((piece) => isAbout(piece, one, texts.get(piece.path))))
      .map(({ code, message, path }) => ({ code, message, ...(path === undefined ? {} : { path }) })),
  };
}

const linesOf = ({ added, removed }: Piece): number => Math.max(added.length, removed.length);

/** The first lines that say something. */
function excerptOf({ added, removed }: Piece): readonly string[] {
  const lines = added.length > 0 ? added : removed;
  const start = lines.findIndex((line) => !/^\s*(?:$|\/\/|\/?\*)/.test(line));
  return lines.slice(Math.max(0, start), Math.max(0, start) + EXCERPT);
}
