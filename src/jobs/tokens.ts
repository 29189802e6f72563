import { ok, type Result } from '../base/index.ts';
import { loadShipped } from '../tokens/index.ts';

export interface TokensReport {
  readonly encoding: string;
  /** `bytes` in hexadecimal; `text` where the bytes are whole UTF-8 characters. */
  readonly tokens: readonly { readonly id: number; readonly bytes: string; readonly text?: string }[];
}

/** The pieces a text is made of. Takes any bytes: what is no UTF-8 is shown as bytes. */
export function tokens(bytes: Uint8Array): Result<TokensReport> {
  const tokenizer = loadShipped();
  const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const pieces = tokenizer.encode(bytes).map((id) => {
    const piece = tokenizer.decode([id]);
    let text: string | undefined;
    try {
      text = strict.decode(piece);
    } catch {
      text = undefined;
    }
    return { id: id as number, bytes: Buffer.from(piece).toString('hex'), ...(text === undefined ? {} : { text }) };
  });
  return ok({ encoding: tokenizer.name, tokens: pieces });
}
