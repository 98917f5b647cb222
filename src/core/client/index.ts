import { type ControlClient, createControlClient } from '../../client/client.ts';
import { type ControlAddress, openConnection, placeOf } from './connection.ts';

export type { ControlApi, ControlClient } from '../../client/client.ts';
export { controlSocket } from '../control/address.ts';
export { type ControlAddress, openSocket } from './connection.ts';

/**
 * Connects to an instance and makes sure that it speaks the same contract.
 *
 * @example const client = await connectControl({ socket: controlSocket(directories) });
 * @throws BerthError BERTH_NOT_RUNNING, or a BERTH_CONTROL_… when it does not let us in, does not answer within
 * `limits.controlHelloMs`, or has another contract; or the reason of `signal`
 */
export const connectControl = (
  address: ControlAddress,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<ControlClient> =>
  createControlClient((options) => openConnection(address, options), placeOf(address), signal);
