import { parseHost } from '../model/hostname.ts';

const ipv4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;

/** Whether a text is an IPv4 address in four decimal parts. */
export function isIpv4(text: string): boolean {
  return ipv4.test(text);
}

/** Whether a text is an IPv6 address, without brackets; a zone (`%eth0`) may follow. */
export function isIpv6(text: string): boolean {
  const address = text.replace(/%[\w.-]+$/, '');
  if (!/^[0-9a-f:.]{2,45}$/i.test(address) || !address.includes(':')) return false;
  try {
    new URL(`http://[${address}]/`);
    return true;
  } catch {
    return false;
  }
}

/** Reads an IP address or a host name, brackets around IPv6 allowed; null when it is neither. */
export function parseAddress(text: string): string | null {
  const bare = text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text;
  if (isIpv6(bare)) return bare;
  if (bare !== text) return null;
  if (/^[\d.]+$/.test(text)) return isIpv4(text) ? text : null;
  const parsed = parseHost(text);
  return parsed.ok && parsed.port === null && !text.endsWith(':') && !text.endsWith('.')
    ? text
    : null;
}

/** Whether an address can be reached from this machine alone. `localhost` counts: it is read as 127.0.0.1. */
export function isLoopback(address: string): boolean {
  return (
    address === 'localhost' ||
    (isIpv4(address) && address.startsWith('127.')) ||
    (isIpv6(address) && /^(?:0{0,4}:){1,7}:?0{0,3}1$/.test(address))
  );
}

/** Reads `host`, `host:port`, `[ipv6]:port` or a bare IPv6 address; null when it is none of them. */
export function parseHostPort(
  text: string,
  defaultPort: number,
): { readonly host: string; readonly port: number } | null {
  const whole = parseAddress(text);
  if (whole !== null) return { host: whole, port: defaultPort };
  const colon = text.lastIndexOf(':');
  const host = parseAddress(text.slice(0, Math.max(colon, 0)));
  const port = parsePort(text.slice(colon + 1));
  if (colon === -1 || host === null || port === null) return null;
  // What stands before the port of an IPv6 address is in brackets (RFC 3986 section 3.2.2).
  if (host.includes(':') && !text.startsWith('[')) return null;
  return { host, port };
}

/** Reads a port from 1 to 65535; null when it is none. */
export function parsePort(text: string): number | null {
  if (!/^\d{1,5}$/.test(text)) return null;
  const port = Number(text);
  return port >= 1 && port <= 65535 ? port : null;
}
