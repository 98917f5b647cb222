/** A TCP socket that listens. */
export interface Listener {
  /** `127.0.0.1`, `::`, …; an IPv4 address in an IPv6 socket as IPv4. */
  readonly address: string;
  readonly port: number;
}

/** Where sockets listen, from the text of /proc/net/tcp or tcp6; what cannot be read is left out. */
export function listenersIn(table: string): readonly Listener[] {
  return table
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      // sl, local address, remote address, state: proc(5).
      const [, local = '', , state] = line.trim().split(/\s+/);
      if (state !== '0A') return [];
      const [hex = '', port = ''] = local.split(':');
      const address = addressOf(hex);
      const number = Number.parseInt(port, 16);
      return address === null || !(number > 0) ? [] : [{ address, port: number }];
    });
}

/** An address as the kernel prints it: words of four bytes, each in the order of the machine. */
function addressOf(hex: string): string | null {
  if (!/^(?:[0-9A-F]{8}|[0-9A-F]{32})$/i.test(hex)) return null;
  // Machines that Node runs on with the other order are few, and cost a wrong address at worst.
  const words = (hex.match(/.{8}/g) ?? []).map((word) =>
    (word.match(/../g) ?? []).reverse().join(''),
  );
  const [first = ''] = words;
  if (words.length === 1) return dotted(first);
  const whole = words.join('').toLowerCase();
  if (whole.startsWith('00000000000000000000ffff')) return dotted(whole.slice(24));
  const groups = whole.match(/.{4}/g) ?? [];
  const long = groups.map((group) => Number.parseInt(group, 16).toString(16)).join(':');
  return new URL(`http://[${long}]`).hostname.slice(1, -1);
}

const dotted = (hex: string): string =>
  (hex.match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16)).join('.');

export const isLoopback = ({ address }: Listener): boolean =>
  address === '::1' || address.startsWith('127.');

/** The resolver that Docker puts into each container of a network that somebody made. */
export const isResolver = ({ address }: Listener): boolean => address === '127.0.0.11';
