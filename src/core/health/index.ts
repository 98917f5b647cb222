export type { Health, HealthSettings } from './health.ts';
export { createHealth } from './liveHealth.ts';
