/** What a piece of the window is. */
export type PieceKind =
  | 'system'
  | 'constraint'
  | 'file-prefix'
  | 'file-suffix'
  | 'import'
  | 'type'
  | 'nearby'
  | 'recent'
  | 'snippet'
  | 'doc'
  | 'task';

export interface Piece {
  readonly kind: PieceKind;
  readonly path?: string;
  readonly text: string;
  /** Counted by the tokenizer the window was built for. */
  readonly tokens: number;
  /** Why it is there, for a person. */
  readonly reason: string;
}

export interface Exclusion {
  readonly kind: PieceKind;
  readonly path?: string;
  readonly tokens: number;
  readonly reason: string;
}

/** What a model sees, in order, never more than `budget` tokens. */
export interface ContextWindow {
  readonly budget: number;
  readonly total: number;
  /** Tokens of system text and tool schemas, counted in o200k. */
  readonly fixed: number;
  readonly pieces: readonly Piece[];
  readonly excluded: readonly Exclusion[];
}
