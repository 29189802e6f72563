import { cases } from './cases/product-slug.ts';
import { checkStub } from './check.ts';

checkStub('product-slug', cases);
