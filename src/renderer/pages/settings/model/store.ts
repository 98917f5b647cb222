import { isRecord } from '../../../../shared/config/documented.ts';
import { parseDriver } from '../../../../shared/config/driver.ts';

/** The store that the file names, as far as it is told apart here. */
export type StoreChoice =
  /** `address` of TCP, as `127.0.0.1:6390`; empty without one. */
  | { readonly kind: 'embedded'; readonly address: string; readonly prefix: string }
  | { readonly kind: 'redis'; readonly url: string }
  /** A pair, Sentinel or a cluster: changed in the file. */
  | { readonly kind: 'other'; readonly word: string };

/** @param driver as the file has it, secrets hidden */
export function storeChoice(driver: unknown): StoreChoice {
  if (Array.isArray(driver)) return { kind: 'other', word: 'a Redis pair: replica and primary' };
  if (isRecord(driver)) {
    return { kind: 'other', word: 'cluster' in driver ? 'Redis Cluster' : 'Redis Sentinel' };
  }
  if (typeof driver !== 'string') return { kind: 'other', word: 'unknown' };
  const read = parseDriver(driver);
  if (!read.ok || read.store.kind !== 'embedded') return { kind: 'redis', url: driver };
  const { tcp, prefix } = read.store;
  return { kind: 'embedded', address: tcp === null ? '' : hostPort(tcp), prefix };
}

export const hostPort = ({
  host,
  port,
}: {
  readonly host: string;
  readonly port: number;
}): string => `${host.includes(':') ? `[${host}]` : host}:${port}`;

/** The driver that stands for what was written. */
export const driverOf = (choice: Exclude<StoreChoice, { kind: 'other' }>): string => {
  if (choice.kind === 'redis') {
    const url = choice.url.trim();
    return /^[a-z][a-z0-9+.-]*:/i.test(url) && !/^[\w.-]+:\d+/.test(url) ? url : `redis://${url}`;
  }
  const at = choice.address.trim() === '' ? '' : `//${choice.address.trim()}`;
  return `embedded:${at}${choice.prefix === '' ? '' : `#${encodeURIComponent(choice.prefix)}`}`;
};

/** The command that copies the hosts of the store in use, or null where the target is not known yet. */
export function migrateCommand(to: string): string {
  return `berth store migrate --to ${to.startsWith('embedded') ? 'embedded' : quoted(to)}`;
}

/** One word for a POSIX shell. */
const quoted = (word: string): string =>
  /^[\w@%+=:,./#*-]+$/.test(word) && !word.includes('#') && !word.includes('*')
    ? word
    : `'${word.replaceAll("'", `'\\''`)}'`;
