import { isAbsolute, join } from 'node:path';
import {
  fail,
  type Issue,
  LIMITS,
  ok,
  type RepoPath,
  type Result,
  readRegularText,
  type Span,
} from '../../base/index.ts';
import {
  type Answer,
  type Declaration,
  type NameUse,
  notExported,
  type PackageStatus,
  packagePart,
} from '../../lang/index.ts';
import type { Resident } from '../resident/index.ts';
import { docOf, readmeOf } from './docs.ts';
import { contextFile, probe } from './probe.ts';

/** Code asked about, UTF-16 units. */
const CODE = 4_000;
/** Names answered for one piece of code; members told at once. */
const NAMES = 30;
const MEMBERS = 60;
const SIGNATURE = 400;

export interface LookupRequest {
  /** The file in whose scope is asked, relative to the repository; a module of its own where undefined. */
  readonly file?: string;
}

/** What a name is. */
export interface Resolved {
  readonly name: string;
  readonly role: NameUse['role'] | 'package';
  readonly status: 'found' | 'missing' | 'unknown';
  /** The type or module it was looked up on. */
  readonly receiver?: string;
  /** Its type as text; of functions the signature. */
  readonly signature?: string;
  readonly kind?: Declaration['kind'];
  /** Where it is declared, and where in that file its name stands. */
  readonly path?: string;
  readonly span?: Span;
  readonly package?: string;
  readonly version?: string;
  readonly deprecated?: string;
  /** Why it is missing or cannot be known. */
  readonly reason?: string;
  /** Real names, nearest first. */
  readonly nearest?: readonly string[];
}

const cut = (text: string): string => (text.length < SIGNATURE ? text : `${text.slice(0, SIGNATURE - 2)} …`);

/**
 * Every name in a piece of code as the compiler resolves it at the end of a file: an expression (`z.string().email`), a
 * statement, an import. What looks like the name of a package, or of a part of one (`zod/mini`), is looked up as one too.
 */
export async function resolveNames(
  resident: Resident,
  { code, file }: LookupRequest & { readonly code: string },
): Promise<Result<readonly Resolved[]>> {
  const path = pathOf(resident, file);
  if (!path.ok) return path;
  if (code.trim() === '' || code.length >= CODE)
    return fail('lookup/code', `expected code of 1 to ${CODE - 1} characters, found ${code.length}`);
  const specifier = /^(?:node:)?(?:@[\w.~-]+\/)?[\w.~-]+(?:\/[\w.~-]+)*$/.test(code.trim()) ? code.trim() : undefined;
  const found = await resident.inTurn(async () => {
    if (specifier === undefined || !/[@/:-]/.test(specifier)) {
      const names = await namesOf(resident, path.value, code);
      const isName = specifier === undefined || specifier.includes('.');
      if (!names.ok || isName || names.value.some(({ status }) => status === 'found')) return names;
      // A word that is neither: the package is the better answer only where there is one.
      const own = packageOf(specifier, resident.packages.status(specifier, path.value));
      return own.status === 'missing' && names.value.length > 0 ? names : ok([own]);
    }
    const own = packageOf(specifier, resident.packages.status(specifier, path.value));
    if (own.status === 'found') return ok([await partOf(resident, path.value, own)]);
    if (own.status !== 'missing' || !specifier.includes('.')) return ok([own]);
    // `cart.total/count` is the name of no package, nor meant as one.
    const names = await namesOf(resident, path.value, code);
    return names.ok && names.value.some(({ status }) => status === 'found') ? names : ok([own]);
  });
  if (found.ok && found.value.length === 0)
    return fail('lookup/code', `expected code with a name in it, or a package, found ${code.trim()}`);
  return found;
}

/** A package that is there, by a specifier that may be of a part of it: whether that part is there too. */
async function partOf(resident: Resident, path: RepoPath, own: Resolved): Promise<Resolved> {
  const { name, part } = packagePart(own.name);
  if (part === '.' || own.reason === 'builtin') return own;
  const modules = await namesOf(resident, path, MODULE(own.name));
  const module = modules.ok ? modules.value.find(({ role }) => role === 'module') : undefined;
  if (module?.status === 'found') return own;
  const { package: _package, ...rest } = own;
  const parts = resident.packages.exportsOf(name, path);
  if (parts && parts.length > 0) {
    const nearest = notExported(own.name, parts);
    if (!nearest) return own;
    const near = nearest.length > 0 ? nearest : (module?.nearest ?? []);
    return { ...rest, status: 'missing', reason: `${name} exports no such part`, nearest: near };
  }
  if (module?.status !== 'missing') return own;
  // No map says what there is, and the compiler knows of code alone.
  if (/\.(?![cm]?[jt]sx?$)\w+$/.test(part)) return { ...rest, status: 'unknown', reason: module.reason! };
  return { ...rest, status: 'missing', reason: module.reason!, nearest: module.nearest ?? [] };
}

async function namesOf(resident: Resident, path: RepoPath, code: string): Promise<Result<readonly Resolved[]>> {
  const asked = probe(resident, path, /^\s*\{/.test(code) ? `(${code})` : code);
  const { language } = resident;
  return resident.under(new Map([[asked.path, asked.text]]), () => {
    const names = language.names(path, [asked.at]);
    if (names.status === 'unknown') return fail('lookup/unknown', names.reason);
    return ok(
      names.value
        .filter((use) => use.span.start >= asked.at.start)
        .slice(0, NAMES)
        .map((use) => {
          const type = use.role === 'module' ? undefined : known(language.typeAt(path, use.span.end - 1));
          return resolved(use, path === contextFile(resident), type?.text);
        }),
    );
  });
}

const known = <T>(answer: Answer<T>): T | undefined => (answer.status === 'known' ? answer.value : undefined);

/** Why a name may be missing where nobody says in which file. */
const BARE = 'No file is given, so only what is global is in scope: say in which file it stands (file).';

function resolved(use: NameUse, isBare: boolean, signature?: string): Resolved {
  const { name, role, receiver, resolution } = use;
  const head = { name, role, status: resolution.status, ...(receiver === undefined ? {} : { receiver }) };
  if (resolution.status === 'unknown') return { ...head, reason: resolution.reason };
  if (resolution.status === 'missing') {
    const isScoped = role === 'value' || role === 'type';
    const reason = `${resolution.reason}${isScoped && isBare ? ` ${BARE}` : ''}`;
    return { ...head, reason, nearest: resolution.nearest };
  }
  const [declared] = resolution.declarations;
  const deprecated = resolution.declarations.every((one) => one.deprecated !== undefined)
    ? declared?.deprecated
    : undefined;
  return {
    ...head,
    ...(signature === undefined ? {} : { signature: cut(signature) }),
    ...(declared ? { kind: declared.kind, path: declared.path, span: declared.span } : {}),
    ...(declared?.package ? { package: declared.package.name } : {}),
    ...(declared?.package?.version === undefined ? {} : { version: declared.package.version }),
    ...(deprecated === undefined ? {} : { deprecated }),
  };
}

function packageOf(name: string, status: PackageStatus): Resolved {
  const head = { name, role: 'package' as const };
  switch (status.status) {
    case 'declared':
    case 'transitive': {
      const version = status.version === undefined ? {} : { version: status.version };
      if (status.status === 'transitive')
        return { ...head, status: 'missing', ...version, reason: 'no package.json that applies declares it' };
      return status.installed
        ? { ...head, status: 'found', ...version, package: packagePart(name).name }
        : { ...head, status: 'unknown', ...version, reason: `declared (${status.range}), not installed` };
    }
    case 'missing':
      return {
        ...head,
        status: 'missing',
        reason: 'neither declared, installed, nor in the lock file',
        nearest: status.nearest,
      };
    case 'unknown':
      return { ...head, status: 'unknown', reason: status.reason };
    default:
      return { ...head, status: 'found', reason: status.status };
  }
}

export interface Members {
  /** What was looked at: an expression's or a type's own text, or a module. */
  readonly of: string;
  readonly members: readonly {
    readonly name: string;
    readonly kind: string;
    readonly signature?: string;
    readonly deprecated: boolean;
  }[];
  /** All that there are, those not told included. */
  readonly total: number;
}

/** Ways to look at `of`: the code before the dot. */
const VALUE = (of: string): string => `(${of})`;
const TYPE = (of: string): string => `(null! as (${of}))`;
const MODULE = (of: string): string =>
  `import * as assayModule from ${JSON.stringify(of.replace(/^(['"])(.*)\1$/, '$2'))};\nassayModule`;

/**
 * Members of an expression (`z.string()`), of a type (`Cart`, `Map<string, number>`) or of a module (`"zod"`), with their
 * types. A class by its name is its instances; `typeof Cart` is the class itself. `like` keeps the names that hold it.
 */
export async function membersOf(
  resident: Resident,
  { of, like, file }: LookupRequest & { readonly of: string; readonly like?: string },
): Promise<Result<Members>> {
  const path = pathOf(resident, file);
  if (!path.ok) return path;
  if (of.trim() === '' || of.length >= CODE)
    return fail('lookup/code', `expected an expression, a type or a module, found ${of.length} characters`);
  const isType = /^[A-Z][\w$]*(?:<.*>)?$/s.test(of);
  const isModule = /^[\w.~-]*[@/][\w.~/-]+$/.test(of);
  // In quotes it is a module, and no text.
  const ways = /^(['"]).+\1$/s.test(of)
    ? [MODULE]
    : isModule
      ? [MODULE, VALUE]
      : isType
        ? [TYPE, VALUE, MODULE]
        : [VALUE, TYPE, MODULE];
  return resident.inTurn(async () => {
    // Of several ways to look at it the first is the likeliest meant.
    let why: Pick<Issue, 'message' | 'suggestion'> | undefined;
    for (const way of ways) {
      const found = await membersBy(resident, path.value, way(of), like);
      if (found.ok && found.value.total > 0)
        return ok({ ...found.value, of: found.value.of === '' ? of : found.value.of });
      why ??= found.ok ? { message: 'nothing of that name' } : found.issues[0]!;
    }
    const { message, suggestion } = why!;
    return fail(
      'lookup/no-members',
      `expected an expression, a type or a module with members, found ${of}: ${message}`,
      suggestion === undefined ? {} : { suggestion },
    );
  });
}

async function membersBy(
  resident: Resident,
  path: RepoPath,
  code: string,
  like: string | undefined,
): Promise<Result<Members>> {
  const { language } = resident;
  const asked = probe(resident, path, `${code}.`);
  const { names, answer } = await resident.under(new Map([[asked.path, asked.text]]), () => ({
    names: language.names(path, [asked.at]),
    answer: language.candidates(path, asked.at.end),
  }));
  // What is said of a name that is not there says nothing: `a/b` of two of them would be a number.
  const missing = known(names)?.find(({ resolution }) => resolution.status === 'missing');
  if (missing) {
    const { reason, nearest = [] } = resolved(missing, path === contextFile(resident));
    return fail('lookup/missing', reason!, nearest.length === 0 ? {} : { suggestion: nearest.join(', ') });
  }
  if (answer.status === 'unknown') return fail('lookup/unknown', answer.reason);
  if (!answer.value.isMember) return fail('lookup/unknown', 'it has no members');
  const wanted = answer.value.candidates.filter(
    ({ name, kind }) => kind !== 'keyword' && (!like || name.toLowerCase().includes(like.toLowerCase())),
  );
  const told = wanted.slice(0, MEMBERS);
  const [prefix = '', last = code] = /\n/.test(code) ? code.split('\n') : ['', code];
  const lines = told.map(({ name, insertText }) => `${last}${insertText?.startsWith('[') ? insertText : `.${name}`};`);
  const all = probe(resident, path, `${prefix}\n${lines.join('\n')}`);
  const types = await resident.under(new Map([[all.path, all.text]]), () => {
    let at = all.at.start + prefix.length + 1;
    return lines.map((line) => {
      const type = language.typeAt(path, at + line.length - 2);
      at += line.length + 1;
      return known(type)?.text;
    });
  });
  return ok({
    of: answer.value.receiver ?? '',
    total: wanted.length,
    members: told.map(({ name, kind, deprecated }, index) => {
      const type = types[index];
      return { name, kind, ...(type === undefined ? {} : { signature: cut(type) }), deprecated };
    }),
  });
}

export interface SymbolDocs extends Resolved {
  /** The doc comment, without its marks. */
  readonly doc?: string;
  /** The declaration's own first lines. */
  readonly declaration?: string;
  /** Of the package's README, what mentions the symbol. */
  readonly readme?: string;
}

/** What is written about a symbol: `z.string().email`, `Cart.add`, or a package. Of the installed version. */
export async function docsOf(
  resident: Resident,
  { symbol, file }: LookupRequest & { readonly symbol: string },
): Promise<Result<readonly SymbolDocs[]>> {
  const path = pathOf(resident, file);
  if (!path.ok) return path;
  const found = await resolveNames(resident, { code: symbol, ...(file === undefined ? {} : { file }) });
  if (!found.ok) return found;
  const last = found.value.at(-1)!;
  if (last.role === 'package' || (last.status === 'found' && last.role === 'module')) {
    const readme = readmeOf(resident.packages.readme(last.package ?? last.name, path.value), undefined);
    return ok([{ ...last, ...(readme === undefined ? {} : { readme }) }]);
  }
  // What is not there, from the first name on which the others hang.
  if (last.status !== 'found') return ok(found.value.filter(({ status }) => status !== 'found'));
  if (last.path === undefined) return ok([last]);
  const text = textOf(resident, last.path);
  const written = text === undefined ? undefined : docOf(text, last.path, last.name, last.span);
  const readme = last.package ? readmeOf(resident.packages.readme(last.package, path.value), last.name) : undefined;
  return ok([{ ...last, ...written, ...(readme === undefined ? {} : { readme }) }]);
}

/** A file that the compiler named: of the repository, or an installed package's wherever it lies. */
function textOf(resident: Resident, path: string): string | undefined {
  const place = isAbsolute(path) ? path : join(resident.workspace.root, path);
  return readRegularText(place, LIMITS.fileBytes);
}

function pathOf(resident: Resident, file: string | undefined): Result<RepoPath> {
  const { workspace } = resident;
  if (file === undefined) return ok(contextFile(resident));
  const path = workspace.resolve(workspace.root, file);
  if (!path.ok) return path;
  const read = workspace.read(path.value);
  return read.ok ? path : read;
}
