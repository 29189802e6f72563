/**
 * The control tokens of assay's own encoding, in the order of their ids, which are the last ones of the vocabulary. They
 * come only from who builds a window, never from text.
 */
export const SPECIALS = {
  /** Ends a document, and stands between documents in training. */
  endOfText: '<|end_of_text|>',
  /** Fill in the middle: the text before the hole, after it, and what fills it (Bavarian et al. 2022, arXiv 2207.14255). */
  fimPrefix: '<|fim_prefix|>',
  fimSuffix: '<|fim_suffix|>',
  fimMiddle: '<|fim_middle|>',
  /** Fills a batch up; no loss is taken on it. */
  pad: '<|pad|>',
  /** A package or repository begins: its name follows. */
  repository: '<|repository|>',
  /** A file's path follows. */
  path: '<|path|>',
  /** A file's text follows. */
  file: '<|file|>',
  /** A retrieved snippet follows; it is for reading, not to be continued. */
  snippet: '<|snippet|>',
  /** One turn of an exchange: `<|turn|>role`, the text, `<|end_of_turn|>`. */
  turn: '<|turn|>',
  endOfTurn: '<|end_of_turn|>',
  /** The text that a region is to be replaced with follows. */
  edit: '<|edit|>',
  /** What a check found (a diagnostic, a failing test) follows. */
  finding: '<|finding|>',
  reserved0: '<|reserved_0|>',
  reserved1: '<|reserved_1|>',
  reserved2: '<|reserved_2|>',
} as const;
