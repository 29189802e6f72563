import { cases } from './cases/percent-off.ts';
import { checkStub } from './check.ts';

checkStub('percent-off', cases);
