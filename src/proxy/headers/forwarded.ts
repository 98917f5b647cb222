import { isIP } from 'node:net';
import { limits } from '../../shared/limits.ts';
import type { ForwardedMode } from '../../shared/model/settings.ts';
import type { RequestFields } from './requestFields.ts';

/** What the X-Forwarded fields say of the client's connection. */
export interface ClientView {
  /** IPv4 as `::ffff:a.b.c.d`, as Hipache wrote it. */
  readonly address: string;
  readonly scheme: 'http' | 'https';
  /** The port of the listener, as text. */
  readonly port: string;
}

/** IPv4 addresses in the form of an IPv6 socket, as Hipache wrote them. */
export const mappedAddress = (address: string): string =>
  address.includes(':') ? address : `::ffff:${address}`;

/**
 * The client as the access log names it. Hipache wrote whatever X-Real-IP said; here it has to be one address, and to be
 * believed (`keep`), else the connection's counts.
 */
export function recordedAddress(
  realIp: string | null,
  { address }: Pick<ClientView, 'address'>,
  mode: ForwardedMode,
): string {
  if (realIp === null || mode !== 'keep' || realIp.length > limits.maxAddressChars) return address;
  return isIP(realIp) === 0 ? address : mappedAddress(realIp);
}

const ours = new Set([
  'x-forwarded-for',
  'x-real-ip',
  'x-forwarded-proto',
  'x-forwarded-protocol',
  'x-forwarded-port',
  'x-forwarded-host',
]);

/**
 * Adds what a backend may want to know of the client (Hipache contract, "Headers").
 * `keep`: each field is added when absent. `append`: likewise, but the address goes to the end of a present
 * X-Forwarded-For. `replace`: whatever the client sent is overwritten, names with underscores included, since CGI
 * servers cannot tell them apart.
 *
 * @param out the fields to pass on, changed in place; the positions in `fields` hold for its beginning
 */
export function addForwarded(
  out: string[],
  fields: RequestFields,
  client: ClientView,
  host: string,
  mode: ForwardedMode,
): void {
  if (mode === 'replace') {
    dropClaimed(out);
    out.push('x-forwarded-for', client.address, 'x-real-ip', client.address);
    out.push('x-forwarded-proto', client.scheme, 'x-forwarded-protocol', client.scheme);
    out.push('x-forwarded-port', client.port, 'x-forwarded-host', host);
    return;
  }
  const forAt = fields.forwardedForAt;
  if (forAt === -1) out.push('x-forwarded-for', client.address);
  else if (mode === 'append') out[forAt] = `${out[forAt]}, ${client.address}`;
  if (fields.realIpAt === -1) out.push('x-real-ip', client.address);
  if (fields.forwardedProtoAt === -1) out.push('x-forwarded-proto', client.scheme);
  if (fields.forwardedProtocolAt === -1) out.push('x-forwarded-protocol', client.scheme);
  if (fields.forwardedPortAt === -1) out.push('x-forwarded-port', client.port);
  if (fields.forwardedHostAt === -1) out.push('x-forwarded-host', host);
}

function dropClaimed(out: string[]): void {
  let end = 0;
  for (let i = 0; i + 1 < out.length; i += 2) {
    const name = out[i] ?? '';
    if (ours.has(name.toLowerCase().replaceAll('_', '-'))) continue;
    out[end++] = name;
    out[end++] = out[i + 1] ?? '';
  }
  out.length = end;
}
