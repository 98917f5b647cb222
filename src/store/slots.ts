/** Slots of a Redis Cluster. */
const slotCount = 16_384;

// CRC16-XMODEM, as the Redis Cluster specification demands.
const table = new Uint16Array(256);
for (let byte = 0; byte < 256; byte++) {
  let crc = byte << 8;
  for (let bit = 0; bit < 8; bit++) crc = (crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1) & 0xffff;
  table[byte] = crc;
}

/** The slot of a key (Redis Cluster specification, "Key distribution model"): only a non-empty `{tag}` counts, if any. */
export function slotOf(key: string): number {
  const open = key.indexOf('{');
  const close = open === -1 ? -1 : key.indexOf('}', open + 1);
  const hashed = close > open + 1 ? key.slice(open + 1, close) : key;
  let crc = 0;
  for (const byte of Buffer.from(hashed, 'utf8')) {
    crc = ((crc << 8) ^ (table[((crc >> 8) ^ byte) & 0xff] ?? 0)) & 0xffff;
  }
  return crc % slotCount;
}

export interface NodeAddress {
  readonly host: string;
  readonly port: number;
}

/** One name for a node, also with an IPv6 address. */
export const nodeName = (node: NodeAddress): string => `${node.host}|${node.port}`;

/** Which primary serves which slot. */
export interface Topology {
  readonly primaries: ReadonlyMap<string, NodeAddress>;
  /** Name of the primary for each slot; empty where nobody serves it. */
  readonly owners: readonly string[];
}

/**
 * Reads the answer to CLUSTER SLOTS; null when it is not one.
 *
 * @param asked host that gave the answer: nodes that do not know their own address are there
 */
export function parseTopology(answer: unknown, asked: string): Topology | null {
  if (!Array.isArray(answer)) return null;
  const primaries = new Map<string, NodeAddress>();
  const owners = new Array<string>(slotCount).fill('');
  for (const range of answer as unknown[]) {
    if (!Array.isArray(range)) return null;
    const [from, to, primary] = range as unknown[];
    if (typeof from !== 'number' || typeof to !== 'number' || !Array.isArray(primary)) return null;
    const [host, port] = primary as unknown[];
    if (typeof port !== 'number' || from < 0 || to >= slotCount) return null;
    const node = {
      host: typeof host === 'string' && host !== '' && host !== '?' ? host : asked,
      port,
    };
    primaries.set(nodeName(node), node);
    owners.fill(nodeName(node), from, to + 1);
  }
  return primaries.size === 0 ? null : { primaries, owners };
}

/** Where a cluster node sends a command that it does not serve. */
export interface Redirection {
  /** `ask` holds for one command, `moved` from now on. */
  readonly kind: 'moved' | 'ask';
  readonly node: NodeAddress;
}

/** Reads a MOVED or ASK error reply (`MOVED 3999 127.0.0.1:6381`); null for any other. */
export function parseRedirection(error: string, asked: string): Redirection | null {
  const found = /^(MOVED|ASK) \d+ (\S*):(\d+)$/.exec(error);
  if (found === null) return null;
  return {
    kind: found[1] === 'ASK' ? 'ask' : 'moved',
    node: { host: found[2] || asked, port: Number(found[3]) },
  };
}
