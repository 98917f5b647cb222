export { openPage } from './openPage.ts';
export { planPorts, portStartPaths } from './portStart.ts';
export {
  addressOf,
  hostsToProve,
  nameProofs,
  type Proof,
  pageProof,
  trustProofs,
} from './proofs.ts';
export { readSetupRecord } from './record.ts';
export { createSetup, readPortStart, type Setup, type SetupDone, type SetupPlan } from './setup.ts';
