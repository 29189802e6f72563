/** Door of `context/`: pieces within a budget, what was left out and why. */
export { type CursorWindowRequest, cursorWindow } from './pack.ts';
export type * from './types.ts';
