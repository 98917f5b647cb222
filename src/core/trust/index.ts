export { caCertificatePath, trustOnMachine } from './onMachine.ts';
export type { Carry, Trust } from './trust.ts';
