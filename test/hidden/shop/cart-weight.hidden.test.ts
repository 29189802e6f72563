import { cases } from './cases/cart-weight.ts';
import { checkStub } from './check.ts';

checkStub('cart-weight', cases);
