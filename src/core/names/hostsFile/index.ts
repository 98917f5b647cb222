export { readHostsText } from './block.ts';
export { type HostsEntry, hostsEntries, namesInBlock } from './entries.ts';
export { type FoundHostsFile, planHostsFile } from './steps.ts';
export { isUnder, type WantedNames, wantedNames } from './wanted.ts';
