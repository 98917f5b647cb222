/** Path of every WebSocket of the control plane, and before the name of a call by POST. */
export const rpcPath = '/rpc';

/** Where the page of the dashboard exchanges a code of `instance.handOver` for the token, by POST. */
export const handOverPath = '/hand-over';

/**
 * What a WebSocket to the control plane offers as Sec-WebSocket-Protocol. A browser cannot set Authorization on one, so
 * that it sends the token as a second name; only the first is ever answered.
 */
export const subprotocols = {
  name: 'berth.rpc.v1',
  tokenPrefix: 'berth.token.',
} as const;
