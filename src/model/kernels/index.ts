/** The fast engine. */
export { type KernelOptions, kernelEngine } from './engine.ts';
