import { cases } from './cases/parse-order-line.ts';
import { checkStub } from './check.ts';

checkStub('parse-order-line', cases);
