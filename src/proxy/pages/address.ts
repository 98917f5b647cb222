import type { ListenerSpec } from '../../shared/model/listener.ts';

/** How a client reaches this instance: what stands around the host in an address. */
export interface ListenerHint {
  readonly secure: boolean;
  readonly port: number;
}

/** The listener to name in examples: plain on port 80 first, then any plain one, then any. Null without listeners. */
export function listenerHintOf(listeners: readonly ListenerSpec[]): ListenerHint | null {
  const plain = listeners.filter(({ tls }) => tls === null);
  const best = plain.find(({ port }) => port === 80) ?? plain[0] ?? listeners[0];
  return best === undefined ? null : { secure: best.tls !== null, port: best.port };
}

/** `http://app.dev.local:8080/` */
export function addressOf(host: string, { secure, port }: ListenerHint): string {
  const usual = port === (secure ? 443 : 80);
  return `${secure ? 'https' : 'http'}://${host}${usual ? '' : `:${port}`}/`;
}
