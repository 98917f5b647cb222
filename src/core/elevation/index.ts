export { changedSince, readIfThere } from './applyFile.ts';
export { type CarriedOut, carryOut, type ElevationDeps } from './carryOut.ts';
export { fileDiff } from './fileDiff.ts';
export { hasProgram } from './hasProgram.ts';
export { createHeldPlans } from './heldPlans.ts';
export { runTool } from './run.ts';
export type {
  Argv,
  CommandStep,
  FileStep,
  Ran,
  Run,
  Step,
  StepResult,
} from './step.ts';
export { type ElevationWay, elevationWay } from './way.ts';
