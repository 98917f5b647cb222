import type { ListenerStatus } from '../../../../shared/contract/instance.ts';
import type { RequestRecord } from '../../../../shared/model/record.ts';
import { quoted, quotedBytes, shellWord } from '../../../../shared/shellWord.ts';
import { parsedUrl } from '../../../ui/parsedUrl.ts';
import { reachable } from '../../../ui/reachable.ts';

/** Where a request went: as a browser opens it. Null where it named no host. */
export function urlOf(
  { protocol, host, target }: RequestRecord,
  listeners: readonly ListenerStatus[],
): string | null {
  if (host === '') return null;
  const secure = protocol === 'https' || protocol === 'wss';
  const place = `${host}${portFor(secure, listeners)}`;
  return `${secure ? 'https' : 'http'}://${place}${pathOf(target)}`;
}

/** As `:8080`: what an address has behind its host, where the port is not the usual one. */
export function portFor(secure: boolean, listeners: readonly ListenerStatus[]): string {
  const port = listeners.find((one) => one.secure === secure)?.port;
  return port === undefined || port === (secure ? 443 : 80) ? '' : `:${port}`;
}

/** A command that sends the request again, as far as the record knows it; the name need not resolve here. */
export function curlOf(record: RequestRecord, listeners: readonly ListenerStatus[]): string | null {
  const url = urlOf(record, listeners);
  const parsed = url === null ? null : parsedUrl(url);
  if (url === null || parsed === null) return null;
  const { protocol, hostname, port } = parsed;
  const secure = protocol === 'https:';
  const number = port === '' ? (secure ? 443 : 80) : Number(port);
  const listener = listeners.find((one) => one.secure === secure);
  return [
    'curl',
    // What curl would make of brackets, braces and dots.
    ...(/[[\]{}]/.test(url) ? ['-g'] : []),
    ...(/\/\.{1,2}(?:[/?#]|$)/.test(url) ? ['--path-as-is'] : []),
    ...(secure ? ['-k'] : []),
    ...(record.method === 'GET' ? [] : record.method === 'HEAD' ? ['-I'] : ['-X', record.method]),
    '--resolve',
    shellWord(`${hostname}:${number}:${reachable(listener?.address ?? '')}`),
    ...(record.userAgent === null ? [] : ['-A', quotedBytes(record.userAgent)]),
    ...(record.referer === null ? [] : ['-e', quotedBytes(record.referer)]),
    quoted(url),
  ].join(' ');
}

/** Path and query of a target, also of one in absolute form. */
export const pathOf = (target: string): string =>
  target.startsWith('/') ? target : `/${target.replace(/^\w+:\/\/[^/]*\/?/, '')}`;
