/** How an address that Berth listens at is asked on this machine, as curl takes it: one that means all is loopback. */
export function reachable(address: string): string {
  if (address === '0.0.0.0' || address === '') return '127.0.0.1';
  if (address === '::') return '[::1]';
  return address.includes(':') ? `[${address}]` : address;
}
