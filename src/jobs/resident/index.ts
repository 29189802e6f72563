export { type JudgedFile, type Judgement, Resident } from './resident.ts';
