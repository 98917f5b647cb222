export { allChecks } from './checks/index.ts';
export { createDoctorContext, type InstanceQuestions } from './context.ts';
export { shakeHands } from './handshake.ts';
export { thisMachine } from './machine.ts';
export { createInstanceDoctor, type InstanceFacts, thisProgram } from './ofInstance.ts';
export { reachStore } from './reachStore.ts';
export { inOrder, runChecks } from './run.ts';
export { askStore } from './storeAnswers.ts';
export { lookAtTrust } from './trust.ts';
