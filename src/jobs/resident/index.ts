export { type JudgedFile, type Judgement, type ProposeOptions, Resident } from './resident.ts';
