export { addressesOf, addressFor } from './addressFor.ts';
export { lookInside } from './inside.ts';
export { type LookOptions, lookAt, lookAtPorts } from './lookAt.ts';
export { lookAtMachine, ownSubnets } from './machine.ts';
export { type Machine, type Surroundings, surroundingsOf } from './surroundings.ts';
export { engineAway } from './verdicts.ts';
