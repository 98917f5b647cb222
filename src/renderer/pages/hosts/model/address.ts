import type { ListenerStatus } from '../../../../shared/contract/instance.ts';
import { openUrl } from '../../../../shared/model/openUrl.ts';
import { shellWord } from '../../../../shared/shellWord.ts';
import { parsedUrl } from '../../../ui/parsedUrl.ts';
import { reachable } from '../../../ui/reachable.ts';
import type { HostRow } from './rows.ts';

/** Where a person reaches a host. */
export interface HostAddress {
  readonly url: string;
  /** A command that gets it, whether or not the name resolves on this machine. */
  readonly curl: string;
}

/** What of a row tells its address. */
export type Addressed = Pick<HostRow, 'name'> & {
  readonly traffic: Pick<NonNullable<HostRow['traffic']>, 'lastHost'> | null;
  readonly host: {
    readonly options: { readonly redirectToHttps: boolean; readonly cert?: string | null };
  };
};

/**
 * Null while nothing listens, and for a name that no browser takes (`app.1`, or what stands in the store). A wildcard is
 * reached as the name that was asked for last.
 */
export function addressOfHost(
  { name, traffic, host }: Addressed,
  listeners: readonly ListenerStatus[],
): HostAddress | null {
  const asked = name.startsWith('*') ? (traffic?.lastHost ?? name) : name;
  const url = openUrl(
    asked,
    listeners,
    host.options.redirectToHttps,
    (host.options.cert ?? null) !== null,
  );
  const parsed = url === null ? null : parsedUrl(url);
  if (url === null || parsed === null) return null;
  const { protocol, hostname, port } = parsed;
  const secure = protocol === 'https:';
  const number = port === '' ? (secure ? 443 : 80) : Number(port);
  const listener = listeners.find((one) => one.port === number && one.secure === secure);
  const to = reachable(listener?.address ?? '');
  const resolve = shellWord(`${hostname}:${number}:${to}`);
  return { url, curl: `curl ${secure ? '-k ' : ''}--resolve ${resolve} ${shellWord(url)}` };
}
