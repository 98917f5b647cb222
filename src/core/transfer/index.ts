export { type Applied, applyWrites } from './apply.ts';
export { withoutUserinfo } from './collector.ts';
export { readStore } from './contents.ts';
export { formatDocument } from './document.ts';
export { Migration, type Named, type Phase } from './migrate.ts';
export { type OpenedStore, openForTransfer } from './openStore.ts';
export {
  type Content,
  countsOf,
  type OnConflict,
  type PlanEntry,
  planImport,
  writesOf,
} from './plan.ts';
export { readSource } from './source.ts';
export type { DocumentFormat, Format, Parsed, Problem } from './wanted.ts';
