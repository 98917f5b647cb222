import type { IncomingMessage } from 'node:http';
import type { Door, RequestFacts } from './guard.ts';

/** What the guard wants to know of a request, from the fields as they were sent. */
export function factsOf(request: IncomingMessage, door: Door): RequestFacts {
  const fields = new Map<string, string[]>();
  const { rawHeaders } = request;
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? '').toLowerCase();
    const value = rawHeaders[index + 1] ?? '';
    const known = fields.get(name);
    if (known === undefined) fields.set(name, [value]);
    else known.push(value);
  }
  const all = (name: string): readonly string[] => fields.get(name) ?? [];
  const [length] = all('content-length');
  return {
    door,
    method: request.method ?? '',
    target: request.url ?? '',
    hosts: all('host'),
    origins: all('origin'),
    sites: all('sec-fetch-site'),
    isNavigation:
      all('sec-fetch-mode').join() === 'navigate' && all('sec-fetch-dest').join() === 'document',
    authorizations: all('authorization'),
    protocols: all('sec-websocket-protocol').flatMap((value) =>
      value.split(',').map((name) => name.trim()),
    ),
    contentTypes: all('content-type'),
    contentLength: length === undefined ? null : Number(length),
    hasBody: all('transfer-encoding').length > 0 || (length !== undefined && Number(length) > 0),
    isUpgrade: all('upgrade').length > 0,
  };
}
