export {
  docsOf,
  type LookupRequest,
  type Members,
  membersOf,
  type Resolved,
  resolveNames,
  type SymbolDocs,
} from './lookup.ts';
export { docs, members, resolve } from './once.ts';
