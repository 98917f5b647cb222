import type { InstanceStatus } from '../../../../shared/contract/instance.ts';
import { reachable } from '../../../ui/reachable.ts';
import { addressOfHost } from '../../hosts/model/address.ts';

/** Ways to a host that need no name to be found; null where nothing listens for them. */
export interface WithoutNames {
  /** A script for the proxy of a browser. */
  readonly script: string | null;
  readonly curl: string | null;
}

export function withoutNames(
  { listeners, suffixes }: Pick<InstanceStatus, 'listeners' | 'suffixes'>,
  host = `welcome.${suffixes[0] ?? 'localhost'}`,
): WithoutNames {
  const plain = listeners.filter(({ secure }) => !secure);
  const listener = plain.find(({ address }) => address.includes('.')) ?? plain[0];
  const row = { name: host, traffic: null, host: { options: { redirectToHttps: false } } };
  if (listener === undefined) return { script: null, curl: null };
  const port = listener.port === 80 ? '' : `:${listener.port}`;
  return {
    script: `http://${reachable(listener.address)}${port}/proxy.pac`,
    curl: addressOfHost(row, [listener])?.curl ?? null,
  };
}
