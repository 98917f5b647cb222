export { addressesOf, addressFor, backendUrl, type NoWay, type Way } from './addressFor.ts';
export { type Inside, type LookInside, lookInside } from './inside.ts';
export { type LookOptions, lookAt, lookAtPorts } from './lookAt.ts';
export { lookAtMachine, ownSubnets } from './machine.ts';
export { type Machine, type Surroundings, surroundingsOf } from './surroundings.ts';
export { engineAway, noPort } from './verdicts.ts';
