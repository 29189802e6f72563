/** A process of its own that opens a sandbox and runs one command in it: what may be killed, or run as another user. */
import { openSandbox } from '../../src/sandbox/index.ts';

const { options, command } = JSON.parse(process.argv[2]!);
const sandbox = await openSandbox(options);
if (!sandbox.ok) {
  console.log(JSON.stringify({ issues: sandbox.issues }));
} else {
  console.error('open');
  const seen = await sandbox.value.run(command);
  await sandbox.value.close();
  const { stdout, stderr, ...rest } = seen;
  console.log(
    JSON.stringify({ ...rest, stdout: Buffer.from(stdout).toString(), stderr: Buffer.from(stderr).toString() }),
  );
}
