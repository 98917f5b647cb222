export { caCertificatePath, trustOnMachine } from './onMachine.ts';
export type { Trust } from './trust.ts';
