export { caCertificatePath, type TrustPlace, trustOnMachine } from './onMachine.ts';
export type { Trust } from './trust.ts';
