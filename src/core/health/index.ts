export type { Health, HealthSettings, HealthTarget } from './health.ts';
