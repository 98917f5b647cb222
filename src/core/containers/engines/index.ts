export { openEngines } from './engines.ts';
export type { EngineFacts, Engines, Told } from './types.ts';
