export { type Applied, applyWrites } from './apply.ts';
export { readStore } from './contents.ts';
export { formatDocument } from './document.ts';
export {
  type Copied,
  Migration,
  type Named,
  type Phase,
  type Survey,
  type Verified,
} from './migrate.ts';
export { type OpenedStore, openForTransfer } from './openStore.ts';
export {
  type Content,
  countsOf,
  type OnConflict,
  type PlanCounts,
  type PlanEntry,
  planImport,
  writesOf,
} from './plan.ts';
export { readSource } from './source.ts';
export type { DocumentFormat, Format, Parsed, Problem } from './wanted.ts';
export { writeWhole } from './writeWhole.ts';
