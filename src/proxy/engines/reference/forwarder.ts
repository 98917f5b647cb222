import type { Duplex } from 'node:stream';
import HttpProxy from 'http-proxy';
import type { InboundRequest, InboundResponse } from './messages.ts';

/** A step of http-proxy's chain; `true` ends the chain. */
type Pass = (
  request: InboundRequest,
  target: InboundResponse | Duplex,
  options: unknown,
  head: Buffer | undefined,
) => boolean;

/** The part of http-proxy's documented interface that its types leave out. */
interface PassChain {
  before(type: 'web' | 'ws', passName: string, pass: Pass): void;
}

/**
 * http-proxy, with the passes that forward replaced through its own `before` hook. Its faults live in those passes:
 * `deleteLength` strips the framing of DELETE and OPTIONS bodies, so that a backend reads them as a second request;
 * `stream` collapses slashes in the target, joins and drops duplicate fields, forwards hop-by-hop fields, knows
 * neither trailers nor 1xx nor timeouts, leaks the backend connection of a client that leaves and leaves a client
 * waiting for a backend that died; the WebSocket `stream` frames refusals wrongly; `checkMethodAndHeader` drops
 * connections without an answer. What stays in their place is one pass each that gives the request to its exchange.
 */
export function createForwarder(): HttpProxy<InboundRequest, InboundResponse> {
  const proxy = new HttpProxy<InboundRequest, InboundResponse>({
    // http-proxy insists on a target; the exchange picks the true one for each try.
    target: { protocol: 'http:', host: '127.0.0.1', port: '1' },
    selfHandleResponse: true,
  });
  const chain = proxy as unknown as PassChain;
  const forward: Pass = (request) => {
    request.exchange?.forward();
    return true;
  };
  chain.before('web', 'deleteLength', forward);
  chain.before('ws', 'checkMethodAndHeader', forward);
  return proxy;
}
