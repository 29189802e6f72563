import { codeOf } from '../../lang/index.ts';
import { equal } from './equal.ts';
import { isPrinted } from './expectation.ts';
import type { Example } from './types.ts';

/** What one claim came to, as the process of the example reports it. */
export interface StepReport {
  /** Which step; -1 for what is between them. */
  readonly step: number;
  /** `unclear`: the claim is a text that is no value, and something else came. */
  readonly result: 'same' | 'differs' | 'threw' | 'unclear';
  readonly found?: string;
  /** Set where the clock was read or chance asked: then nothing is refuted. */
  readonly clock?: boolean;
  /** Of what was thrown. */
  readonly error?: string;
  /** `ERR_MODULE_NOT_FOUND` and the like. */
  readonly code?: string;
  /** Whether it was the example's own text that threw, and not what it called. */
  readonly own?: boolean;
}

/**
 * Has Node load a project's own modules as its build does: `./a.js` for a.ts, `./a`, `./folder`; imports of types that are
 * not marked as such, enums, decorators, JSX. `compiler` is the file of a TypeScript with `transpileModule`. Installed
 * packages are loaded as they are.
 */
export const loaderWith = (compiler: string): string =>
  `data:text/javascript,${encodeURIComponent(`
import { createRequire, registerHooks } from 'node:module';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
let ts;
const endings = [[/\\.([cm]?)jsx?$/, '.$1ts'], [/\\.jsx?$/, '.tsx'], ...['.ts', '.tsx', '.mts', '.js', '.jsx', '.mjs', '.cjs', '/index.ts', '/index.tsx', '/index.js', '/index.mjs'].map((end) => [/$/, end])];
registerHooks({
  resolve(specifier, context, next) {
    try {
      return next(specifier, context);
    } catch (error) {
      if (!/^(?:\\.{0,2}\\/|\\.{1,2}$|file:)/.test(specifier)) throw error;
      const bare = specifier.replace(/\\/$/, '');
      for (const [from, to] of endings) {
        if (!from.test(bare)) continue;
        try {
          return next(bare.replace(from, to), context);
        } catch {}
      }
      throw error;
    }
  },
  load(url, context, next) {
    if (!/^file:.*\\.(?:m?ts|[jt]sx)$/.test(url) || url.includes('/node_modules/')) return next(url, context);
    ts ??= createRequire(import.meta.url.startsWith('file:') ? import.meta.url : 'file:///')(${JSON.stringify(compiler)});
    const fileName = fileURLToPath(url);
    const { outputText } = ts.transpileModule(readFileSync(fileName, 'utf8'), {
      fileName,
      compilerOptions: { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ESNext, jsx: ts.JsxEmit.ReactJSX, inlineSourceMap: false, useDefineForClassFields: true },
    });
    return { format: 'module', source: outputText, shortCircuit: true };
  },
});`)}`;

/** Runs programs one after the other; what does not load is told in the report of that program. */
export const DRIVER = `
import { appendFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
const words = process.argv.slice(1);
// What reads the clock or asks for chance gives another value tomorrow; how often that was done is counted.
const asked = { times: 0 };
globalThis[Symbol.for('assay.asked')] = asked;
const plain = Date;
const { now } = Date;
const { random } = Math;
Math.random = () => (asked.times++, random());
plain.now = () => (asked.times++, now());
globalThis.Date = plain.prototype.constructor = new Proxy(plain, {
  construct: (target, args, made) => (args.length === 0 && asked.times++, Reflect.construct(target, args, made)),
  apply: (target) => (asked.times++, target()),
});
for (let i = 0; i < words.length; i += 2) {
  try {
    await import(pathToFileURL(words[i]).href);
  } catch (error) {
    appendFileSync(words[i + 1], JSON.stringify({ unloaded: String(error?.message ?? error).slice(0, 400) }) + '\\n');
  }
}
process.exit(0);
`;

export interface Surroundings {
  /** Specifier of the module whose names the example uses without importing them. */
  readonly module?: string;
  /** The names that it exports. */
  readonly names: readonly string[];
  /** What the module's default export goes by. */
  readonly defaultName?: string;
  /** Where an import of the example leads; undefined leaves it as it is. */
  resolve(specifier: string): string | undefined;
}

const BUILT_IN_PROBE = `
const $inspect = (value) => $util.inspect(value, { depth: 6, breakLength: Infinity, compact: true, maxArrayLength: 50, maxStringLength: 400 }).slice(0, 600);
const $squash = (text) => String(text).replace(/\\s+/g, ' ').replace(/"/g, "'").trim();
const $told = (value, text) => {
  const wanted = $squash(text);
  if (value instanceof Date && Math.floor(Date.parse(text) / 1000) === Math.floor(value.getTime() / 1000)) return true;
  return [typeof value === 'string' ? value : undefined, $inspect(value), Object(value) === value ? (() => { try { return String(value); } catch {} })() : undefined]
    .some((one) => one !== undefined && $squash(one) === wanted);
};
class $Stop extends Error {}
`;

/** What CommonJS code requires by a text that is written out. */
const REQUIRED = /\brequire\(\s*(["'`])([^"'`]+)\1\s*\)/g;

/**
 * `require`, which a module has not. A source that is an ES module may be built into something else that is required: where it has a
 * default export, what that would be is not known.
 */
const REQUIRE = `
import { createRequire as $createRequire } from 'node:module';
const require = (specifier) => {
  const given = $createRequire(import.meta.url)($leads.get(specifier) ?? specifier);
  if ($leads.has(specifier) && $util.types.isModuleNamespaceObject(given) && 'default' in given)
    throw Object.assign(new Error('what requires ' + specifier + ' is given is decided by its build'), { code: 'ERR_REQUIRE_ESM' });
  return given;
};`;

/** The program that runs an example and writes what its claims came to, one JSON line each, into the file `report`. */
export function programOf(
  example: Example,
  { module, names, defaultName, resolve }: Surroundings,
  report: string,
): string {
  const { code, steps } = example;
  const { statements, identifiers } = codeOf(code);
  const declared = statements.flatMap(({ declares }) => declares);
  const isFree = (name: string): boolean => identifiers.has(name) && !declared.includes(name);
  const claimed = steps.map(({ expectation }) => ('code' in expectation ? (expectation.code ?? '') : '')).join('\n');
  const inClaims = codeOf(claimed).identifiers;
  const used = names.filter(
    (name) => name !== 'default' && (isFree(name) || inClaims.has(name)) && !declared.includes(name),
  );
  const header: string[] = [];
  const byDefault =
    defaultName !== undefined && isFree(defaultName) && !used.includes(defaultName) ? defaultName : undefined;
  if (module !== undefined && (used.length > 0 || byDefault !== undefined)) {
    header.push(`import * as $own from ${JSON.stringify(module)};`);
    // A CommonJS module is the default export of its namespace, and may be one function.
    header.push(
      `const $export = (name) => {
  const whole = $own.default;
  if (name in $own) return $own[name];
  if (Object(whole) === whole && name in whole) return whole[name];
  if (typeof whole === 'function' && whole.name === name) return whole;
  throw new ReferenceError(name + ' is not exported');
};`,
    );
    for (const name of used) header.push(`const ${name} = $export(${JSON.stringify(name)});`);
    if (byDefault !== undefined) header.push(`const ${byDefault} = $own.default;`);
  }
  if (isFree('require')) {
    const leads = [...code.matchAll(REQUIRED)].map(([, , specifier]) => [specifier!, resolve(specifier!)]);
    header.push(`const $leads = new Map(${JSON.stringify(leads.filter(([, to]) => to !== undefined))});`, REQUIRE);
  }
  const body: string[] = [];
  const isRepeated = (name: string): boolean => declared.indexOf(name) !== declared.lastIndexOf(name);
  for (const statement of statements) {
    const raw = code.slice(statement.span.start, statement.span.end);
    // Documents say `const result` again and again.
    const text = statement.declares.some(isRepeated) ? raw.replace(/^(?:const|let)\b/, 'var') : raw;
    if (statement.kind === 'import') {
      const { module: at } = statement;
      const leads = at && resolve(code.slice(at.start, at.end));
      const start = statement.span.start;
      header.push(
        at && leads !== undefined ? `${text.slice(0, at.start - start)}${leads}${text.slice(at.end - start)}` : text,
      );
      continue;
    }
    const index = steps.findIndex(({ end }) => end === statement.span.end);
    const step = steps[index];
    if (!step) body.push(text);
    else if (step.name !== undefined) body.push(text, claimText(index, step.name, example));
    else body.push(claimText(index, code.slice(step.expression.start, step.expression.end), example));
  }
  return `${header.join('\n')}
import * as $util from 'node:util';
import { appendFileSync as $append } from 'node:fs';
${BUILT_IN_PROBE}
const $equal = ${equal.toString()};
const $file = ${JSON.stringify(report)};
const $asked = globalThis[Symbol.for('assay.asked')];
const $before = $asked.times;
const $write = (report) => {
  const unsure = (report.result === 'differs' || report.result === 'threw') && $asked.times !== $before;
  $append($file, JSON.stringify(unsure ? { ...report, result: 'unclear', clock: true } : report) + '\\n');
};
const $thrown = (error) => ({
  found: 'threw ' + (error instanceof Error ? error.name + ': ' + error.message : $inspect(error)).slice(0, 400),
  error: error instanceof Error ? error.name : typeof error,
  code: error?.code ?? error?.cause?.code,
  own: error instanceof Error && /\\.assay-example-/.test((error.stack ?? '').split('\\n').find((line) => /^\\s+at /.test(line)) ?? ''),
});
const $claim = async (step, actual, expected, { text, throws, error, message, printed, prints, refutable }) => {
  let found;
  const { log } = console;
  const lines = [];
  console.log = (...all) => {
    lines.push(all);
    log.apply(console, all);
  };
  try {
    found = await actual();
  } catch (thrown) {
    const told = $thrown(thrown);
    if (!throws) {
      $write({ step, result: 'threw', ...told });
      throw new $Stop();
    }
    const kinds = [];
    for (let at = thrown; at && at !== Object.prototype; at = Object.getPrototypeOf(at)) kinds.push(at.name, at.constructor?.name);
    const right = (error === undefined || kinds.includes(error)) && (message === undefined || String(thrown?.message ?? thrown).includes(message));
    $write({ step, result: right ? 'same' : 'differs', ...told });
    return;
  } finally {
    console.log = log;
  }
  const isPrinted = found === undefined && lines.length > 0 && !throws;
  if (prints || isPrinted) {
    const wanted = await expected?.().catch(() => undefined);
    const isIt = (one) => $told(one, text) || (wanted !== undefined && $equal(wanted, one));
    // What is printed later, or handed to another printer, is not seen; some say so of a value, and of several lines in one.
    const result = lines.some((all) => isIt(all.length === 1 ? all[0] : $util.format(...all))) || isIt(found) ? 'same' : prints && lines.length > 0 ? 'differs' : 'unclear';
    return $write({ step, result, found: lines.map((all) => $util.format(...all)).join('\\n') });
  }
  const given = $inspect(found);
  if (throws) return $write({ step, result: 'differs', found: given });
  if ((printed || !expected) && $told(found, text)) return $write({ step, result: 'same' });
  if (!expected) return $write({ step, result: refutable ? 'differs' : 'unclear', found: given });
  let wanted;
  try {
    wanted = await expected();
  } catch (thrown) {
    return $write({ step, result: $told(found, text) ? 'same' : 'unclear', found: given });
  }
  const same = $equal(wanted, found);
  // What a word that happens to be a name stands for is not sure.
  const sure = typeof wanted !== 'function' || typeof found === 'function';
  $write({ step, result: same || $told(found, text) ? 'same' : sure ? 'differs' : 'unclear', found: given });
};
try {
${body.join('\n')}
} catch (error) {
  if (!(error instanceof $Stop)) $write({ step: -1, result: 'threw', ...$thrown(error) });
}
$write({ done: true });
`;
}

function claimText(index: number, expression: string, { steps }: Example): string {
  const { expectation, printed, prints } = steps[index]!;
  const code = expectation.kind === 'value' ? expectation.code : undefined;
  const meta = {
    text: expectation.text,
    printed: printed ?? false,
    prints: prints ?? false,
    ...(expectation.kind === 'throws'
      ? { throws: true, error: expectation.error, message: expectation.message }
      : { refutable: isPrinted(expectation.text) }),
  };
  const wanted = code === undefined ? 'undefined' : `async () => (${code}\n)`;
  return `await $claim(${index}, async () => (${expression}\n), ${wanted}, ${JSON.stringify(meta)});`;
}

export interface ProgramReport {
  readonly steps: readonly StepReport[];
  /** Whether it came to its end. */
  readonly done: boolean;
  /** Why it could not be loaded. */
  readonly unloaded?: string;
}

/** The example can write into the file as well. */
function isStep(report: object): report is StepReport {
  const { step, result, found, error, code } = report as Partial<Record<string, unknown>>;
  const isText = (value: unknown): boolean => value === undefined || typeof value === 'string';
  return (
    Number.isInteger(step) &&
    isText(found) &&
    isText(error) &&
    (isText(code) || typeof code === 'number') &&
    RESULTS.includes(result)
  );
}

const RESULTS: readonly unknown[] = ['same', 'differs', 'threw', 'unclear'] satisfies StepReport['result'][];

/** Reads what a program wrote. Lines that are none are left out. */
export function readReport(text: string): ProgramReport {
  const steps: StepReport[] = [];
  let done = false;
  let unloaded: string | undefined;
  for (const line of text.split('\n')) {
    let report: unknown;
    try {
      report = JSON.parse(line);
    } catch {
      continue;
    }
    if (typeof report !== 'object' || report === null) continue;
    if ('done' in report) done = true;
    else if ('unloaded' in report) unloaded = String(report.unloaded);
    else if (isStep(report)) steps.push(report);
  }
  return { steps, done, ...(unloaded === undefined ? {} : { unloaded }) };
}
