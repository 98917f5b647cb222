export { caCertificatePath, trustOnMachine } from './onMachine.ts';
export { followTrust } from './proven.ts';
export { recordPath } from './record.ts';
export { createTrustService, type TrustService } from './service.ts';
export type { Trust, TrustPlanned } from './trust.ts';
export { requireStores } from './trust.ts';
