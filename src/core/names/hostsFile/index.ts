export { ownersOfBlocks, readHostsText, withoutBlock } from './block.ts';
export {
  berthLines,
  type HostsEntry,
  hostsEntries,
  namesInBlock,
  namesOfOthers,
} from './entries.ts';
export { type FoundHostsFile, planHostsFile } from './steps.ts';
export { isUnder, type WantedNames, wantedNames, whyNever } from './wanted.ts';
