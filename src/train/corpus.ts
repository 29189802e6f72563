import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  canonicalJson,
  type EventSink,
  fail,
  failed,
  type Hash,
  type Issue,
  noEvents,
  ok,
  type Result,
  sha256,
} from '../base/index.ts';
import { type ContaminationCheck, contaminationCheck, taskHashes } from './contamination.ts';
import { Duplicates } from './duplicates.ts';
import { diskFull, fetchPackage } from './fetch.ts';
import { type CorpusList, type CorpusPackage, familyOf } from './list.ts';
import {
  type CorpusDocument,
  type CorpusKind,
  type CorpusShard,
  type CorpusSplit,
  writeShards,
  writeWhole,
} from './shards.ts';
import { type Exclusion, type SourceDocument, sourcesOf } from './sources.ts';
import { readTarball } from './tar.ts';

export interface PackOptions {
  /** Tarballs, kept between runs. */
  readonly cacheFolder: string;
  /** Shards and `manifest.json`; older ones there are replaced. */
  readonly outFolder: string;
  /** Folder of evaluation tasks that must not stand in the corpus; see `contaminationCheck`. */
  readonly evaluationFolder?: string;
  readonly events?: EventSink;
}

export interface PackedPackage extends CorpusPackage {
  readonly family: string;
  readonly split: CorpusSplit;
  readonly files: number;
  /** UTF-8 bytes of code that were kept. */
  readonly bytes: number;
  readonly prose: { readonly files: number; readonly bytes: number };
  /** Files left out, by reason. */
  readonly excluded: Partial<Record<Exclusion | 'duplicate' | 'share', number>>;
}

/** What `manifest.json` holds. Depends on the list and the tarballs alone. */
export interface CorpusManifest {
  readonly schema: 'assay/corpus/1';
  /** SHA-256 of the list as canonical JSON. */
  readonly list: Hash;
  readonly shards: readonly CorpusShard[];
  readonly packages: readonly PackedPackage[];
  /** UTF-8 bytes of text by licence, code and prose. */
  readonly licences: Readonly<Record<string, number>>;
  /** Evaluation files the texts were checked against: name → SHA-256. Empty where none were given. */
  readonly checkedAgainst: Readonly<Record<string, Hash>>;
}

/** One package's part of all code, at most. */
export const SHARE = 0.08;
const PROSE_BYTES = 512 * 1024;
/** Parts of the families, not of the bytes. */
const TEST_PART = 0.06;
const VALIDATION_PART = 0.06;
/** npm processes at once. */
const FETCHES = 3;

/**
 * Packs the training text: fetches each package of the list once, keeps what people wrote, drops repetition, splits by
 * family of packages, writes shards and a manifest. A package that cannot be had or used is a warning and the rest goes
 * on. Errors: an evaluation task in the text (`corpus/contaminated`), no text at all (`corpus/empty`), a full disk
 * (`corpus/disk-full`).
 */
export async function packCorpus(list: CorpusList, options: PackOptions): Promise<Result<CorpusManifest>> {
  const { cacheFolder, outFolder, evaluationFolder, events = noEvents } = options;
  const check = evaluationFolder === undefined ? undefined : contaminationCheck(evaluationFolder);
  if (check !== undefined && !check.ok) return check;
  try {
    const fetched = await fetchAll(list, cacheFolder, events);
    const warnings = fetched.flatMap((result) =>
      result.issues.map((issue): Issue => ({ ...issue, severity: 'warning' })),
    );
    const full = warnings.find(({ code }) => code === 'corpus/disk-full');
    if (full !== undefined) return failed({ ...full, severity: 'error' });
    const packed = collect(list, fetched, warnings, events);
    if (packed.every(({ code }) => code.length === 0)) {
      return failed(
        { code: 'corpus/empty', message: 'no package of the list gave any text', severity: 'error' },
        ...warnings,
      );
    }
    const hits = check === undefined ? [] : contaminated(packed, check.value, events);
    if (hits.length > 0) return failed(...hits, ...warnings);
    const kept = capShares(list.seed, packed);
    const manifest = write(list, kept, outFolder, evaluationFolder);
    return ok(manifest, warnings);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return diskFull(outFolder);
    throw error;
  }
}

/** Which side a family goes to: fixed by the seed and its name, so that a longer list moves nothing. */
export function splitOf(seed: number, family: string): CorpusSplit {
  const at = Number.parseInt(sha256(`${seed}/${family}`).slice(0, 8), 16) / 2 ** 32;
  return at < TEST_PART ? 'test' : at < TEST_PART + VALIDATION_PART ? 'validation' : 'train';
}

async function fetchAll(list: CorpusList, cacheFolder: string, events: EventSink): Promise<Result<string>[]> {
  const total = list.packages.length;
  const results: Result<string>[] = [];
  const began = performance.now();
  events({ type: 'progress-start', task: 'fetch', total, unit: 'packages' });
  let taken = 0;
  let done = 0;
  let stop = false;
  await Promise.all(
    Array.from({ length: FETCHES }, async () => {
      while (taken < total && !stop) {
        const index = taken++;
        const result = await fetchPackage(list.packages[index]!, cacheFolder);
        results[index] = result;
        stop ||= result.issues.some(({ code }) => code === 'corpus/disk-full');
        done++;
        events({ type: 'progress-delta', task: 'fetch', done, total, note: timeLeft(began, done, total) });
        for (const issue of result.issues) events({ type: 'issue-found', issue: { ...issue, severity: 'warning' } });
      }
    }),
  );
  events({ type: 'progress-end', task: 'fetch', ms: performance.now() - began });
  return results;
}

const timeLeft = (began: number, done: number, total: number): string =>
  `about ${Math.ceil((((performance.now() - began) / done) * (total - done)) / 1000)} s left`;

interface Collected {
  readonly from: CorpusPackage;
  readonly code: readonly SourceDocument[];
  readonly prose: readonly SourceDocument[];
  readonly excluded: PackedPackage['excluded'];
}

const bytesOf = (documents: readonly SourceDocument[]): number =>
  documents.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);

function collect(
  list: CorpusList,
  fetched: readonly Result<string>[],
  warnings: Issue[],
  events: EventSink,
): Collected[] {
  const duplicates = { code: new Duplicates(), prose: new Duplicates() };
  const total = list.packages.length;
  const began = performance.now();
  events({ type: 'progress-start', task: 'read', total, unit: 'packages' });
  const collected = list.packages.map((from, index): Collected => {
    const path = fetched[index];
    const read = path?.ok ? readPackage(from, path.value) : undefined;
    for (const issue of read?.issues ?? []) {
      warnings.push({ ...issue, severity: 'warning' });
      events({ type: 'issue-found', issue: { ...issue, severity: 'warning' } });
    }
    events({ type: 'progress-delta', task: 'read', done: index + 1, total, note: timeLeft(began, index + 1, total) });
    if (!read?.ok) return { from, code: [], prose: [], excluded: {} };
    const excluded: Record<string, number> = Object.fromEntries(read.value.excluded);
    const kept = { code: [] as SourceDocument[], prose: [] as SourceDocument[] };
    let proseBytes = 0;
    for (const document of read.value.documents.toSorted((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))) {
      if (from.exclude?.some((start) => document.path.startsWith(start))) {
        excluded.generated = (excluded.generated ?? 0) + 1;
      } else if (document.kind === 'prose' && proseBytes >= PROSE_BYTES) {
        excluded.share = (excluded.share ?? 0) + 1;
      } else if (duplicates[document.kind].repeats(document.text)) {
        excluded.duplicate = (excluded.duplicate ?? 0) + 1;
      } else {
        kept[document.kind].push(document);
        if (document.kind === 'prose') proseBytes += document.text.length;
      }
    }
    return { from, ...kept, excluded };
  });
  events({ type: 'progress-end', task: 'read', ms: performance.now() - began });
  return collected;
}

/** The sources of one tarball, after its own package.json has confirmed name, version and licence. */
function readPackage(from: CorpusPackage, tarball: string): Result<ReturnType<typeof sourcesOf>> {
  const files = readTarball(readFileSync(tarball));
  if (!files.ok) {
    // A damaged download would stay damaged: the next run fetches it again.
    rmSync(tarball);
    return files;
  }
  let own: { name?: unknown; version?: unknown; license?: unknown };
  try {
    const json = files.value.find(({ path }) => path === 'package.json');
    own = JSON.parse(Buffer.from(json?.bytes ?? []).toString('utf8'));
  } catch (error) {
    return fail('corpus/bad-package', `${from.package}: its package.json cannot be read: ${(error as Error).message}`);
  }
  for (const [what, listed, found] of [
    ['name', from.package, own.name],
    ['version', from.version, own.version],
    ['licence', from.licence, own.license],
  ] as const) {
    if (found !== listed) {
      return fail(
        `corpus/other-${what}`,
        `${from.package}: the list says ${what} ${listed}, its package.json ${JSON.stringify(found)}`,
        { suggestion: 'correct the list or take the package off it' },
      );
    }
  }
  return ok(sourcesOf(files.value));
}

function contaminated(packed: readonly Collected[], check: ContaminationCheck, events: EventSink): Issue[] {
  const hits: Issue[] = [];
  const began = performance.now();
  events({ type: 'progress-start', task: 'check', total: packed.length, unit: 'packages' });
  for (const [index, { from, code, prose }] of packed.entries()) {
    for (const { path, text } of [...code, ...prose]) {
      const hit = check(text);
      if (hit === undefined) continue;
      hits.push({
        code: 'corpus/contaminated',
        message: `${from.package}/${path} holds the evaluation task ${hit.task}: ${hit.evidence}`,
        severity: 'error',
        suggestion: 'exclude the file in the list',
      });
    }
    events({ type: 'progress-delta', task: 'check', done: index + 1, total: packed.length });
  }
  events({ type: 'progress-end', task: 'check', ms: performance.now() - began });
  return hits;
}

/**
 * Files of a package that holds more than its share go, in an order that the seed decides. The largest size that no
 * package exceeds satisfies size = SHARE × the sum of what it leaves; with fewer packages than 1/SHARE there is none and
 * nothing goes.
 */
function capShares(seed: number, packed: readonly Collected[]): Collected[] {
  const sizes = packed.map(({ code }) => bytesOf(code));
  let cap = Math.max(...sizes);
  if (sizes.filter((size) => size > 0).length * SHARE > 1) {
    for (let round = 0; round < 200; round++) cap = SHARE * sizes.reduce((sum, size) => sum + Math.min(size, cap), 0);
  }
  return packed.map((one, index) => {
    if (sizes[index]! <= cap) return one;
    const order = one.code.toSorted((a, b) => {
      const [x, y] = [sha256(`${seed}/${a.path}`), sha256(`${seed}/${b.path}`)];
      return x < y ? -1 : x > y ? 1 : 0;
    });
    let bytes = 0;
    const kept = new Set(
      order.filter(({ text }) => {
        const size = Buffer.byteLength(text);
        if (bytes + size > cap) return false;
        bytes += size;
        return true;
      }),
    );
    const code = one.code.filter((document) => kept.has(document));
    return {
      ...one,
      code,
      excluded: { ...one.excluded, share: (one.excluded.share ?? 0) + one.code.length - code.length },
    };
  });
}

function write(
  list: CorpusList,
  packed: readonly Collected[],
  outFolder: string,
  evaluationFolder: string | undefined,
): CorpusManifest {
  mkdirSync(outFolder, { recursive: true });
  // Without the manifest the folder holds no corpus: it goes first and comes last.
  for (const file of [
    'manifest.json',
    ...readdirSync(outFolder).filter((name) => /^(code|prose)-.*\.jsonl$/.test(name)),
  ]) {
    rmSync(join(outFolder, file), { force: true });
  }
  const shards: CorpusShard[] = [];
  const licences: Record<string, number> = {};
  for (const kind of ['code', 'prose'] as const satisfies CorpusKind[]) {
    for (const split of ['train', 'validation', 'test'] as const satisfies CorpusSplit[]) {
      const documents: CorpusDocument[] = [];
      for (const { from, [kind]: own } of packed) {
        if (splitOf(list.seed, familyOf(from)) !== split) continue;
        licences[from.licence] = (licences[from.licence] ?? 0) + bytesOf(own);
        for (const { path, text } of own) documents.push({ package: from.package, path, licence: from.licence, text });
      }
      shards.push(...writeShards(outFolder, kind, split, documents));
    }
  }
  const manifest: CorpusManifest = {
    schema: 'assay/corpus/1',
    list: sha256(canonicalJson(list)),
    shards,
    packages: packed.map(({ from, code, prose, excluded }) => ({
      ...from,
      family: familyOf(from),
      split: splitOf(list.seed, familyOf(from)),
      files: code.length,
      bytes: bytesOf(code),
      prose: { files: prose.length, bytes: bytesOf(prose) },
      excluded,
    })),
    licences,
    checkedAgainst: evaluationFolder === undefined ? {} : taskHashes(evaluationFolder),
  };
  writeWhole(join(outFolder, 'manifest.json'), Buffer.from(`${JSON.stringify(manifest, null, 1)}\n`));
  return manifest;
}
