export { type ContainerSource, LiveMappings, type MappingsOptions } from './live.ts';
export { readMachine } from './machine.ts';
export { tryConnection } from './readiness.ts';
export { type MappingsTable, openMappingsTable } from './table.ts';
export type {
  ContainerFinding,
  ContainerHealthSink,
  ContainerWay,
  FindWants,
  FindWay,
  Machine,
  MappingEdit,
  MappingRequest,
  Mappings,
} from './types.ts';
