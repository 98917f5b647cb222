export { type SetupHere, setupOnMachine } from './onMachine.ts';
export { hasFreedPorts, outcomeOf, portAdvice } from './outcome.ts';
export { type PortStart, planPorts } from './portStart.ts';
export { proveSetup } from './prove.ts';
export { readSetupRecord } from './record.ts';
export { createSetupService } from './service.ts';
export type { SetupDone, SetupPlan } from './setup.ts';
export { openUndoEverybody } from './undoEverybody.ts';
