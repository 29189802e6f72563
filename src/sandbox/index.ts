/** Door of `sandbox/`: the only place that starts a process. */
export { runTool, toolPath } from './tool.ts';
export type * from './types.ts';
