import { type FunctionText, syntaxTreeOf } from '../../lang/index.ts';
import type { Sandbox } from '../../sandbox/index.ts';
import { EXPORT } from './program.ts';
import { type Outcome, runDrafts } from './run.ts';
import { type DraftFile, subjectOf } from './subject.ts';

/** Versions that share a process. */
const TOGETHER = 100;
/** Calls without an end after which a version is given up: many small changes make a loop endless. */
const SLOW = 1;
const PICK = '$assayVariant';

/**
 * Runs many versions of one function of a file, a hundred to a process: each in a closure of its own, so that it may call itself.
 * `bodies` stand in the place of the function's. Gives an outcome for each body and input; nothing for a body that does not
 * parse, where its process could not load the file, or after `signal`.
 */
export async function runVariants(
  sandbox: Sandbox,
  cwd: string,
  file: DraftFile,
  written: FunctionText,
  bodies: readonly string[],
  inputs: readonly string[],
  signal: AbortSignal,
): Promise<readonly (readonly Outcome[] | undefined)[]> {
  const { text } = file;
  const { name, body, span } = written;
  const declared = (own: string): string =>
    (text.slice(span.start, body.start) + own + text.slice(body.end, span.end)).replace(
      /^export\s+(?:default\s+)?/,
      '',
    );
  const ready = bodies.flatMap((own, index) => {
    const source = declared(own);
    return syntaxTreeOf(source, file.path).problem ? [] : [{ index, source }];
  });
  const found: (readonly Outcome[] | undefined)[] = bodies.map(() => undefined);
  const batches = Array.from({ length: Math.ceil(ready.length / TOGETHER) }, (_, at) =>
    ready.slice(at * TOGETHER, (at + 1) * TOGETHER),
  );
  const loaded = batches.flatMap((batch) => {
    const made = batch.map(({ source }) => `() => { ${source}\nreturn ${name}; }`).join(',\n');
    const subject = subjectOf({ ...file, text: `${text}\nconst ${PICK} = (at: number) => [${made}][at]!();\n` }, PICK);
    if (!subject.ok) return [];
    const subjects = batch.map((_, at) => `(module) => module['${EXPORT}'](${at})`);
    return [{ batch, runnable: { ...subject.value.runnable, subjects } }];
  });
  for (const { batch, runnable } of loaded) {
    if (signal.aborted) break;
    const [observed] = await runDrafts(
      sandbox,
      cwd,
      [runnable],
      batch.flatMap(() => inputs),
      { of: batch.flatMap((_, at) => inputs.map(() => at)), limits: { slow: SLOW } },
    );
    if (observed!.unloaded !== undefined) continue;
    for (const [at, { index }] of batch.entries())
      found[index] = observed!.outcomes.slice(at * inputs.length, (at + 1) * inputs.length);
  }
  return found;
}
