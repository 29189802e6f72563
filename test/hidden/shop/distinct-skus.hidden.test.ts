import { cases } from './cases/distinct-skus.ts';
import { checkStub } from './check.ts';

checkStub('distinct-skus', cases);
