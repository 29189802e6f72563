import type { TokenId } from '../base/index.ts';
import type { ContextWindow, Piece } from '../context/index.ts';
import { endsIdentifier } from '../sample/index.ts';
import type { Tokenizer } from '../tokens/index.ts';

/** What a model is given, and the bytes before the cursor that it must write again first. */
export interface Prompt {
  readonly tokens: TokenId[];
  /** See `heal`. */
  readonly typed: Uint8Array;
}

/** Most tokens and bytes that are opened again before the cursor. */
const HEALED = { tokens: 8, bytes: 64 } as const;

/**
 * Token healing: the tokens at the end of a prompt are those of a text that stops at the cursor, and a model has hardly
 * ever seen them before what comes next (`getUs` is not how `getUser` is split). So the last token is taken back, and
 * those before it as long as the cut would fall inside a word or inside white space; the model then writes these bytes
 * again, with whatever tokens it likes, and goes on.
 */
export function heal(tokens: readonly TokenId[], tokenizer: Tokenizer): Prompt {
  let start = tokens.length;
  let typed: readonly number[] = [];
  while (start > 0 && tokens.length - start < HEALED.tokens) {
    const bytes = tokenizer.bytes(tokens[start - 1]!);
    if (bytes === undefined || typed.length + bytes.length > HEALED.bytes) break;
    if (typed.length > 0 && kind(bytes[bytes.length - 1]!) !== kind(typed[0]!)) break;
    typed = [...bytes, ...typed];
    start--;
    if (kind(typed[0]!) === 'other') break;
  }
  return { tokens: tokens.slice(0, start), typed: Uint8Array.from(typed) };
}

function kind(byte: number): 'word' | 'space' | 'other' {
  if (!endsIdentifier(byte)) return 'word';
  return byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d ? 'space' : 'other';
}

/** How a window is put before a model, in at most `room` tokens. */
export type Layout = (window: ContextWindow, room: number) => Prompt;

/**
 * A window laid out for models that continue text: everything else in the order of the window, the text after the cursor
 * as one more piece of background, the text before the cursor last. What has no room is left out from the start.
 */
export function continuationLayout(tokenizer: Tokenizer): Layout {
  return (window, room) => {
    const background = window.pieces.filter(({ kind }) => kind !== 'file-prefix' && kind !== 'file-suffix');
    const tokens: TokenId[] = [];
    for (const text of [...background.map((piece) => piece.text), pieceText(window, 'file-suffix')]) {
      if (text !== '') for (const token of tokenizer.encode(`${text}\n`)) tokens.push(token);
    }
    const prefix = heal(tokenizer.encode(pieceText(window, 'file-prefix')), tokenizer);
    for (const token of prefix.tokens) tokens.push(token);
    return { tokens: tokens.slice(Math.max(0, tokens.length - room)), typed: prefix.typed };
  };
}

/** All pieces of one kind. */
export function pieceText({ pieces }: ContextWindow, kind: Piece['kind']): string {
  return pieces
    .filter((piece) => piece.kind === kind)
    .map(({ text }) => text)
    .join('');
}
