export { type ContainerSource, LiveMappings } from './live.ts';
export { readMachine } from './machine.ts';
export { tryConnection } from './readiness.ts';
export { openMappingsTable } from './table.ts';
export type { ContainerHealthSink, ContainerWay, Mappings } from './types.ts';
