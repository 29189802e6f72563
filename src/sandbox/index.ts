/** Door of `sandbox/`: the only place that starts a process. */

export { type CopyOptions, type CopyReport, copyTree, installation } from './copyTree.ts';
export { endWithUs } from './endWithUs.ts';
export { openSandbox, support } from './sandbox.ts';
export { runTool, toolPath } from './tool.ts';
export type * from './types.ts';
export { isOwnFolder, makeOwnFolder, readWritten, removeWritten } from './written.ts';
