/** A port written as a number or as its digits; null for anything else. */
export function readPort(value: unknown): number | null {
  const port =
    typeof value === 'number'
      ? value
      : typeof value === 'string' && /^\d{1,5}$/.test(value)
        ? Number(value)
        : Number.NaN;
  return Number.isInteger(port) && port >= 1 && port <= 65535 ? port : null;
}

/** @param host a name or an address, IPv6 without brackets */
export const toUrl = (host: string, port: number): string =>
  `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
