import { cases } from './cases/split-into-parcels.ts';
import { checkStub } from './check.ts';

checkStub('split-into-parcels', cases);
