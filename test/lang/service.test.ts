import { languageContract } from './contract.ts';

languageContract('service');
