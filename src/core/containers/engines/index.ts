export { openEngines } from './engines.ts';
export type { EngineFacts, Engines } from './types.ts';
