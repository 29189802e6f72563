import { span } from '../../base/index.ts';
import { parsed } from '../manifest.ts';
import type { SettingsFile } from './settings.ts';
import type { Finding } from './types.ts';

/** How often as much as before may be packed until a limit is none. */
const FAR = 2;

/** Limits on how large packed code may be that were raised so far that nothing comes near them, or are gone. */
export function sizeFindings(files: readonly SettingsFile[]): Finding[] {
  return files.flatMap(({ path, base, head }): Finding[] => {
    if (base === undefined || head === undefined) return [];
    const [was, is] = [limitsIn(base), limitsIn(head)];
    const raised = was.filter(({ what, bytes }) => {
      const now = is.find((one) => one.what === what);
      return now && now.bytes >= bytes * FAR;
    });
    const [first] = raised;
    if (!first) return [];
    const at = Math.max(0, head.indexOf(`"${is.find((one) => one.what === first.what)!.text}"`));
    return [
      {
        label: 'threshold-lowered',
        path,
        span: span(at, at),
        expected: `${first.what.slice(0, 60)} within ${first.text}`,
        found: is.find((one) => one.what === first.what)!.text,
      },
    ];
  });
}

export const isSizeFile = (path: string): boolean =>
  /(?:^|\/)(?:package|\.size-limit|\.bundlewatch\.config)\.json$/.test(path);

interface Limit {
  /** All that is said of what is measured, but for its limit. */
  readonly what: string;
  readonly text: string;
  readonly bytes: number;
}

function limitsIn(text: string): readonly Limit[] {
  const held = parsed(text);
  const lists = [held, ...['size-limit', 'bundlesize', 'bundlewatch', 'files'].map((key) => memberOf(held, key))];
  return lists
    .flatMap((list) => (Array.isArray(list) ? list : []) as readonly unknown[])
    .flatMap((one): readonly Limit[] => {
      const limit = memberOf(one, 'limit') ?? memberOf(one, 'maxSize');
      const bytes = bytesOf(limit);
      if (bytes === undefined) return [];
      const { limit: _, maxSize: __, ...what } = one as Readonly<Record<string, unknown>>;
      return [{ what: JSON.stringify(what), text: String(limit), bytes }];
    });
}

const UNITS: Readonly<Record<string, number>> = { '': 1, b: 1, kb: 1_000, kib: 1_024, mb: 1_000_000, mib: 1_048_576 };

function bytesOf(limit: unknown): number | undefined {
  const [, number = '', unit = ''] = /^([\d.]+)\s*([a-z]*)$/i.exec(String(limit ?? '')) ?? [];
  const factor = UNITS[unit.toLowerCase()];
  return number === '' || factor === undefined ? undefined : Number(number) * factor;
}

const memberOf = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[key] : undefined;
