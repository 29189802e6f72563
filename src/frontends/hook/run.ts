import { stop } from '../../jobs/index.ts';
import { AGENTS, type HookReply, pass, readEvent, refuse } from './protocol.ts';

export interface RunOptions {
  /** One of `AGENTS`. */
  readonly agent: string;
  /** What the host wrote on the hook's standard input. */
  readonly input: string;
  readonly refusals?: number;
  readonly strict?: boolean;
  readonly insideCheck: boolean;
}

/** Answers an agent that wants to stop. Whatever goes wrong lets it. */
export async function run({ agent: name, input, refusals, strict, insideCheck }: RunOptions): Promise<HookReply> {
  const agent = AGENTS.find((one) => one === name) ?? 'claude-code';
  try {
    const event = readEvent(JSON.parse(input));
    if (event.kind !== 'stop') return pass(agent);
    const outcome = await stop({
      cwd: event.cwd,
      session: event.session,
      insideCheck,
      ...(refusals === undefined ? {} : { refusals }),
      ...(strict === undefined ? {} : { strict }),
    });
    if (!outcome.ok) return pass(agent, `assay: could not check before the end: ${outcome.issues[0]?.message}`);
    const { value } = outcome;
    return value.kind === 'refuse' ? refuse(agent, value.reason) : pass(agent, value.notice);
  } catch (error) {
    return pass(agent, `assay: the hook failed and lets this pass: ${error instanceof Error ? error.message : error}`);
  }
}
