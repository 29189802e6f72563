import { cases } from './cases/is-ean13.ts';
import { checkStub } from './check.ts';

checkStub('is-ean13', cases);
