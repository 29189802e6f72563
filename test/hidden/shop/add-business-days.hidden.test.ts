import { cases } from './cases/add-business-days.ts';
import { checkStub } from './check.ts';

checkStub('add-business-days', cases);
