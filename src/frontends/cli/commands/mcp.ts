import type { Command } from 'commander';
import { EXIT } from '../io.ts';
import type { Define } from '../main.ts';

export const defineMcp: Define = (program: Command, io, exit) => {
  program
    .command('mcp')
    .description('serve check, resolve, members, docs and compare to other agents, over standard input and output')
    .action(async () => {
      const { serveMcp } = await import('../../mcp/server.ts');
      const { StdioServerTransport } = await import('@modelcontextprotocol/sdk/server/stdio.js');
      const transport = new StdioServerTransport();
      // The SDK's transport does not tell that its input ended.
      process.stdin.once('end', () => void transport.close());
      await serveMcp(io.cwd, transport);
      exit(EXIT.pass);
    });
};
