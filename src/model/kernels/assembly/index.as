export { run, work } from './sync';
export { dotKind, multiply } from './matrix';
export { activate, norm, place } from './rows';
export { packF16, packF32, packQ4, packQ8, unpack } from './pack';
