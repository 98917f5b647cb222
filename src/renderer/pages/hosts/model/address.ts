import type { ListenerStatus } from '../../../../shared/contract/instance.ts';
import type { HostRow } from './rows.ts';

/** Where a person reaches a host. */
export interface HostAddress {
  readonly url: string;
  /** A command that gets it, whether or not the name resolves on this machine. */
  readonly curl: string;
}

/** Null for a wildcard that nobody has asked for yet, and while nothing listens. */
export function addressOfHost(
  {
    name,
    traffic,
    host,
  }: Pick<HostRow, 'name' | 'traffic'> & {
    readonly host: { readonly options: { readonly redirectToHttps: boolean } };
  },
  listeners: readonly ListenerStatus[],
): HostAddress | null {
  const asked = name.startsWith('*') ? (traffic?.lastHost ?? null) : name;
  const plain = listeners.find(({ secure }) => !secure);
  const secure = listeners.find((listener) => listener.secure);
  const listener =
    host.options.redirectToHttps && secure !== undefined ? secure : (plain ?? secure);
  if (asked === null || listener === undefined) return null;
  const standard = listener.secure ? 443 : 80;
  const port = listener.port === standard ? '' : `:${listener.port}`;
  const url = `${listener.secure ? 'https' : 'http'}://${asked}${port}/`;
  const insecure = listener.secure ? '-k ' : '';
  const to = reachable(listener.address);
  return { url, curl: `curl ${insecure}--resolve ${asked}:${listener.port}:${to} ${url}` };
}

/** An address that listens everywhere is reached on this machine. */
function reachable(address: string): string {
  if (address === '0.0.0.0') return '127.0.0.1';
  if (address === '::') return '[::1]';
  return address.includes(':') ? `[${address}]` : address;
}
