/** A line of /proc/net/tcp or tcp6 about a socket that listens. */
export interface ProcSocket {
  readonly port: number;
  readonly address: string;
  readonly inode: string;
  readonly uid: number;
}

export interface ProcNetPart {
  readonly sockets: readonly ProcSocket[];
  /** A socket that does not listen was met: none that listens comes after it. */
  readonly isOver: boolean;
}

/**
 * Reads lines of /proc/net/tcp and tcp6, whose first line is a head. The kernel lists all sockets that listen, and then
 * those that are connected (https://docs.kernel.org/networking/proc_net_tcp.html): the rest need not be read.
 */
export function parseProcNet(lines: readonly string[]): ProcNetPart {
  const sockets: ProcSocket[] = [];
  for (const line of lines) {
    // sl, local address, remote address, state, queues, timer, retransmits, uid, timeout, inode: proc(5).
    const fields = line.trim().split(/\s+/);
    const [, local = '', , state, , , , uid, , inode] = fields;
    const [hex = '', hexPort = ''] = local.split(':');
    if (!/^(?:[0-9A-F]{8}|[0-9A-F]{32})$/i.test(hex) || !/^[0-9A-F]{4}$/i.test(hexPort)) continue;
    if (state !== '0A') return { sockets, isOver: true };
    const address = hex.length === 8 ? ipv4Of(hex) : ipv6Of(hex);
    if (inode === undefined || !/^\d+$/.test(inode)) continue;
    sockets.push({ port: Number.parseInt(hexPort, 16), address, inode, uid: Number(uid) });
  }
  return { sockets, isOver: false };
}

/** Each four bytes stand in the order of the machine: turned around on those that Node runs on. */
const bytesOf = (hex: string): readonly number[] =>
  (hex.match(/.{8}/g) ?? []).flatMap((word) =>
    (word.match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16)).reverse(),
  );

const ipv4Of = (hex: string): string => bytesOf(hex).join('.');

function ipv6Of(hex: string): string {
  const bytes = bytesOf(hex);
  const groups: string[] = [];
  for (let i = 0; i < 16; i += 2) {
    groups.push((((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0)).toString(16));
  }
  // As RFC 5952 has it, for which the URL parser is at hand.
  return new URL(`http://[${groups.join(':')}]/`).hostname.slice(1, -1);
}
