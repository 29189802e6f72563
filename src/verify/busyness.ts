import { availableParallelism, loadavg } from 'node:os';

/** So many times as long a busy machine is given at most. */
const BUSY = 8;

/** How many times as long everything takes because others use the processors too. */
export const busyness = (): number => Math.max(1, Math.min(BUSY, loadavg()[0]! / availableParallelism()));
