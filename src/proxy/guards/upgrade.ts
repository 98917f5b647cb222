import { hasToken } from '../headers/nominated.ts';

/**
 * Whether a request is a WebSocket handshake. It is the one protocol that is switched to; a request for any other
 * goes on as if it had not asked, which RFC 9110 section 7.8 lets every server do.
 */
export const isWebSocketHandshake = (
  method: string,
  httpVersion: string,
  connection: string | null,
  upgrade: string | null,
): boolean =>
  method === 'GET' &&
  httpVersion === '1.1' &&
  connection !== null &&
  upgrade !== null &&
  hasToken(upgrade, 'websocket') &&
  hasToken(connection, 'upgrade');
