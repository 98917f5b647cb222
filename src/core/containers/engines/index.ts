export { openEngines } from './engines.ts';
export type { EngineFacts, Engines, NoEngine } from './types.ts';
