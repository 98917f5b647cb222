export { caCertificatePath, trustOnMachine } from './onMachine.ts';
export { followTrust } from './proven.ts';
export { recordPath } from './record.ts';
export type { Trust } from './trust.ts';
