import { cases } from './cases/clamp-quantity.ts';
import { checkStub } from './check.ts';

checkStub('clamp-quantity', cases);
