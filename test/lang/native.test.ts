import { languageContract } from './contract.ts';

languageContract('native');
