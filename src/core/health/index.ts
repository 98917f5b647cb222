export type { Health, HealthSettings, StateOfBackend } from './health.ts';
export { createHealth } from './liveHealth.ts';
