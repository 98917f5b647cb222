import { parseHost } from '../../shared/model/hostname.ts';
import { pacText } from '../../shared/pacText.ts';
import { addressOf, type ListenerHint } from './address.ts';
import type { Command } from './advice.ts';
import type { Asked } from './pages.ts';
import { shellWord } from './text.ts';

/** How a client comes to us that cannot resolve a name of ours. */
export type Way = Pick<Command, 'purpose' | 'line'>;

/** Where we are for a client: a host that needs no names, and what stands around it in an address. */
export interface Reach extends ListenerHint {
  /** `127.0.0.1`, `localhost`, `[::1]`. */
  readonly host: string;
}

const loopbackHosts: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** What is asked of the machine itself, not of a host of ours; null for everything that has no answer. */
export function loopbackOf({ method, host, target }: Asked): 'page' | 'pac' | null {
  if (!loopbackHosts.has(host) || (method !== 'GET' && method !== 'HEAD')) return null;
  const [path] = target.split('?', 1);
  return path === '/' ? 'page' : path === '/proxy.pac' ? 'pac' : null;
}

/** By the address that the client has used where that needs no names: between it and us a port may have changed. */
export function reachOf({ host, hostField, scheme }: Asked, hint: ListenerHint): Reach {
  if (!loopbackHosts.has(host) || (scheme === 'https' && !hint.secure)) {
    return { host: loopbackHosts.has(host) ? host : '127.0.0.1', ...hint };
  }
  const parsed = parseHost(hostField);
  const usual = scheme === 'https' ? 443 : 80;
  const port = parsed.ok && parsed.port !== null ? parsed.port : usual;
  return { host, secure: scheme === 'https', port };
}

/** @param host one of ours */
export function waysWithoutNames(host: string, reach: Reach): readonly Way[] {
  const { secure, port } = reach;
  const address = reach.host === '[::1]' ? reach.host : '127.0.0.1';
  const resolve = shellWord(`${host}:${port}:${address}`);
  const itself = shellWord(addressOf(host, reach));
  const here = addressOf(reach.host, reach);
  const byCurl = {
    purpose: 'To ask for a host by curl',
    line: `curl ${secure ? '-k ' : ''}--resolve ${resolve} ${itself}`,
  };
  if (secure) return [byCurl];
  const proxy = shellWord(`http://${authorityOf(reach)}`);
  return [
    byCurl,
    {
      purpose: 'By any client that sends the Host it is told',
      line: `curl -H ${shellWord(`Host: ${host}`)} ${shellWord(here)}`,
    },
    {
      purpose: 'By a client that takes a proxy',
      line: `curl -x ${proxy} ${shellWord(`http://${host}/`)}`,
    },
    {
      purpose: 'To start Chromium so that it finds every host',
      line: `chromium ${shellWord(`--proxy-pac-url=${here}proxy.pac`)}`,
    },
  ];
}

const authorityOf = ({ host, port }: Reach): string => `${host}:${port}`;

/** Address of the script for browsers; null where there is only HTTPS, in which no browser is to build tunnels. */
export const pacAddress = (reach: Reach): string | null =>
  reach.secure ? null : `${addressOf(reach.host, reach)}proxy.pac`;

/** The script for browsers; null where there is none. @param ports of all listeners */
export function pacAnswerText(
  reach: Reach,
  suffixes: readonly string[],
  ports: readonly number[],
): string | null {
  if (reach.secure) return null;
  return pacText({
    suffixes,
    address: authorityOf(reach),
    ports: [...new Set([80, 443, reach.port, ...ports])],
  });
}
