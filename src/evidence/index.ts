/** Door of `evidence/`: records that can be run again, and SARIF. Claims nothing that no check ran. */

export { inToto } from './inToto.ts';
export { readRecord, seal, writeRecord } from './record.ts';
export { sarif } from './sarif.ts';
export type * from './types.ts';
