import { cases } from './cases/merge-price-lists.ts';
import { checkStub } from './check.ts';

checkStub('merge-price-lists', cases);
