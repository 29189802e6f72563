import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { CallToolRequestSchema, type CallToolResult, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { type Issue, type Result, version } from '../../base/index.ts';
import { Resident } from '../../jobs/index.ts';
import { Arguments } from './arguments.ts';
import { TOOLS } from './tools.ts';

/** Characters of one answer; what is longer is cut and says so. */
const ANSWER = 60_000;
/** Calls at work or waiting. */
const CALLS = 32;

const INSTRUCTIONS =
  'Ground truth about this TypeScript or JavaScript repository: the compiler, the installed packages and the tests answer, no model does. Ask `resolve` or `members` before you use an API that you are not sure of, `check` with the new contents before you write a file, and `check` alone before you say that you are done.';

/** Serves one repository over a transport until it is closed. The repository is opened with the first call. */
export async function serveMcp(cwd: string, transport: Transport): Promise<void> {
  const server = new Server(
    { name: 'assay', title: 'assay', version: version() },
    { capabilities: { tools: {} }, instructions: INSTRUCTIONS },
  );
  let resident: Promise<Result<Resident>> | undefined;
  let calls = 0;
  server.setRequestHandler(ListToolsRequestSchema, () => ({
    tools: TOOLS.map(({ name, title, description, inputSchema }) => ({
      name,
      title,
      description,
      inputSchema: { ...inputSchema, required: [...(inputSchema.required ?? [])] },
      annotations: { readOnlyHint: true, openWorldHint: false },
    })),
  }));
  server.setRequestHandler(CallToolRequestSchema, async ({ params }, { signal }): Promise<CallToolResult> => {
    const tool = TOOLS.find(({ name }) => name === params.name);
    if (!tool) return refused(`expected one of ${TOOLS.map(({ name }) => name).join(', ')}, found ${params.name}`);
    if (calls >= CALLS) return refused(`expected fewer than ${CALLS} calls at once: wait for answers`);
    calls++;
    try {
      resident ??= Resident.open(cwd);
      const opened = await resident;
      if (!opened.ok) {
        // What keeps a repository from being opened may be repaired.
        resident = undefined;
        return refused(words(opened.issues));
      }
      if (signal.aborted) return refused('the call was cancelled');
      const answer = await tool.run(new Arguments(tool.name, params.arguments), opened.value, signal);
      if (!answer.ok) return refused(words(answer.issues));
      const text = JSON.stringify(answer.value, null, 1);
      return { content: [{ type: 'text', text: text.length < ANSWER ? text : `${text.slice(0, ANSWER)}\n… cut` }] };
    } catch (error) {
      return refused(`assay failed: ${error instanceof Error ? error.message : error}`);
    } finally {
      calls--;
    }
  });
  const closed = Promise.withResolvers<void>();
  server.onclose = closed.resolve;
  await server.connect(transport);
  await closed.promise;
  const opened = await resident;
  opened?.value?.close();
}

const refused = (text: string): CallToolResult => ({ isError: true, content: [{ type: 'text', text }] });

const words = (issues: readonly Issue[]): string =>
  issues
    .map(({ message, suggestion }) => (suggestion === undefined ? message : `${message} (${suggestion})`))
    .join('\n');
