import { err, ok, type Result } from './result.ts';

/** Where CSV text breaks the format, both from 1; columns count UTF-16 units. */
export interface CsvError {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/**
 * Reads CSV as RFC 4180 has it: fields between commas, quotes around those that hold commas, quotes or line
 * breaks, a quote inside quotes doubled. Takes LF for CRLF; skips a byte order mark and empty lines.
 */
export function parseCsv(text: string): Result<string[][], CsvError> {
  const rows: string[][] = [];
  let at = text.startsWith('\uFEFF') ? 1 : 0;
  while (at < text.length) {
    const emptyLine = lineBreakLength(text, at);
    if (emptyLine > 0) {
      at += emptyLine;
      continue;
    }
    const row: string[] = [];
    for (;;) {
      const field = text[at] === '"' ? readQuoted(text, at) : readPlain(text, at);
      if (!field.ok) return field;
      row.push(field.value.text);
      at = field.value.end;
      if (text[at] !== ',') break;
      at++;
    }
    rows.push(row);
    at += lineBreakLength(text, at);
  }
  return ok(rows);
}

/** Writes rows so that {@link parseCsv} reads them back, with CRLF after each. */
export function formatCsv(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `${row.map(formatField).join(',')}\r\n`).join('');
}

function formatField(field: string, _: number, row: readonly string[]): string {
  // A lone empty field would read back as an empty line, a mark at the start not at all.
  const needsQuotes = /^\uFEFF|[",\r\n]/.test(field) || (field === '' && row.length === 1);
  return needsQuotes ? `"${field.replaceAll('"', '""')}"` : field;
}

interface Field {
  readonly text: string;
  /** Offset of the comma or line break after it. */
  readonly end: number;
}

function readPlain(text: string, start: number): Result<Field, CsvError> {
  let end = start;
  while (!endsField(text, end)) {
    if (text[end] === '"') return err(errorAt(text, end, 'a quote inside an unquoted field'));
    end++;
  }
  return ok({ text: text.slice(start, end), end });
}

function readQuoted(text: string, open: number): Result<Field, CsvError> {
  let field = '';
  let start = open + 1;
  for (;;) {
    const quote = text.indexOf('"', start);
    if (quote === -1) return err(errorAt(text, open, 'this quote is never closed'));
    field += text.slice(start, quote);
    if (text[quote + 1] === '"') {
      field += '"';
      start = quote + 2;
    } else if (endsField(text, quote + 1)) {
      return ok({ text: field, end: quote + 1 });
    } else {
      return err(errorAt(text, quote + 1, 'expected a comma or a line break after a closing quote'));
    }
  }
}

function endsField(text: string, at: number): boolean {
  return at >= text.length || text[at] === ',' || lineBreakLength(text, at) > 0;
}

/** Of the LF or CRLF at an offset, in UTF-16 units; 0 where there is none. */
function lineBreakLength(text: string, at: number): number {
  if (text[at] === '\n') return 1;
  return text.startsWith('\r\n', at) ? 2 : 0;
}

function errorAt(text: string, offset: number, message: string): CsvError {
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  return { line: before.split('\n').length, column: offset - lineStart + 1, message };
}
