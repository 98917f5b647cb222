export { addressesOf, addressFor, backendUrl, type NoWay, type Way } from './addressFor.ts';
export { lookAtMachine } from './machine.ts';
export {
  type EngineFacts,
  type Machine,
  type Surroundings,
  surroundingsOf,
} from './surroundings.ts';
