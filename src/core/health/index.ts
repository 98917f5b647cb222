export type { Health, HealthSettings, HealthTarget } from './health.ts';
export { createHealth, type HealthOptions } from './liveHealth.ts';
