import type { ListenerStatus } from '../../../../shared/contract/instance.ts';
import type { RequestRecord } from '../../../../shared/model/record.ts';
import { parsedUrl } from '../../../ui/parsedUrl.ts';
import { reachable } from '../../../ui/reachable.ts';
import { quoted, shellWord } from '../../../ui/shellWord.ts';

/** Where a request went: as a browser opens it. Null where it named no host. */
export function urlOf(
  { protocol, host, target }: RequestRecord,
  listeners: readonly ListenerStatus[],
): string | null {
  if (host === '') return null;
  const secure = protocol === 'https' || protocol === 'wss';
  const port = listeners.find((one) => one.secure === secure)?.port;
  const usual = secure ? 443 : 80;
  const place = port === undefined || port === usual ? host : `${host}:${port}`;
  return `${secure ? 'https' : 'http'}://${place}${pathOf(target)}`;
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
    ...(secure ? ['-k'] : []),
    ...(record.method === 'GET' ? [] : record.method === 'HEAD' ? ['-I'] : ['-X', record.method]),
    '--resolve',
    shellWord(`${hostname}:${number}:${reachable(listener?.address ?? '')}`),
    ...(record.userAgent === null ? [] : ['-A', quoted(record.userAgent)]),
    ...(record.referer === null ? [] : ['-e', quoted(record.referer)]),
    quoted(url),
  ].join(' ');
}

/** Path and query of a target, also of one in absolute form. */
const pathOf = (target: string): string =>
  target.startsWith('/') ? target : `/${target.replace(/^\w+:\/\/[^/]*\/?/, '')}`;
