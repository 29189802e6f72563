import type { Issue } from './issue.ts';
import type { Hash } from './units.ts';

/**
 * The one stream that terminal, editor, page and ledger read. `noun-verb`; whatever lasts has a start and an end, and
 * may have deltas between them.
 */
export type AssayEvent =
  | { readonly type: 'check-start'; readonly check: string }
  | {
      readonly type: 'check-end';
      readonly check: string;
      readonly status: 'pass' | 'fail' | 'unknown';
      readonly ms: number;
    }
  | { readonly type: 'command-start'; readonly command: readonly string[]; readonly isolation: string }
  | {
      readonly type: 'command-end';
      readonly command: readonly string[];
      readonly exitCode: number | null;
      readonly ms: number;
    }
  | { readonly type: 'progress-start'; readonly task: string; readonly total?: number; readonly unit?: string }
  | {
      readonly type: 'progress-delta';
      readonly task: string;
      readonly done: number;
      readonly total?: number;
      readonly note?: string;
    }
  | { readonly type: 'progress-end'; readonly task: string; readonly ms: number }
  | { readonly type: 'compiler-start'; readonly compiler: string; readonly project: string }
  | { readonly type: 'compiler-end'; readonly compiler: string; readonly project: string; readonly ms: number }
  | { readonly type: 'record-write'; readonly path: string; readonly hash: Hash }
  | { readonly type: 'limit-hit'; readonly limit: string; readonly value: number; readonly found: number }
  | { readonly type: 'issue-found'; readonly issue: Issue };

export type EventSink = (event: AssayEvent) => void;

export const noEvents: EventSink = () => {};
