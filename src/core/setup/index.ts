export { outcomeOf, portAdvice } from './outcome.ts';
export { planPorts, portStartPaths } from './portStart.ts';
export { proveSetup } from './prove.ts';
export { readSetupRecord } from './record.ts';
export { createSetup, readPortStart, type Setup, type SetupDone, type SetupPlan } from './setup.ts';
