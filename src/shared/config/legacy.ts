import { z } from 'zod';
import type { RedisEndpoint, StoreSpec } from '../model/driver.ts';
import { parseAddress } from './address.ts';
import { documented, isRecord, whole } from './documented.ts';
import { maxDatabase, redisPort } from './driver.ts';

/** One key of an older Hipache. */
export interface LegacyKey {
  readonly key: string;
  /** What to write today. */
  readonly successor: string;
}

/** Every old key that is still read. The first four are Hipache 0.3's, the others older still. */
export const legacyKeys: readonly LegacyKey[] = [
  { key: 'server.port', successor: 'http.port' },
  { key: 'server.address', successor: 'http.bind and https.bind' },
  { key: 'server.address6', successor: 'http.bind and https.bind' },
  { key: 'server.https', successor: 'https' },
  ...['Host', 'Port', 'Password', 'Database'].flatMap((part) => [
    { key: `redis${part}`, successor: 'driver, "redis://:password@host:port/database"' },
    { key: `redisMaster${part}`, successor: 'driver, ["redis://replica", "redis://primary"]' },
  ]),
];

/** A configuration in today's keys. */
export interface Modernised {
  readonly value: unknown;
  /** Where a key of `value` was written: `http.port` → `server.port`. A section stands for all in it. */
  readonly origins: ReadonlyMap<string, string>;
  readonly warnings: readonly string[];
}

/** Moves the old keys of a configuration to their successors. A successor that is set wins over its old key. */
export function modernise(value: unknown): Modernised {
  if (!isRecord(value)) return { value, origins: new Map(), warnings: [] };
  const origins = new Map<string, string>();
  const warnings: string[] = [];
  const warn = (key: string, ignored: boolean): void => {
    const successor = legacyKeys.find((known) => known.key === key)?.successor ?? '';
    warnings.push(
      ignored
        ? `${key} is an old key and ignored, because its successor is set: ${successor}`
        : `${key} is an old key: use ${successor}`,
    );
  };
  const modern = serverKeys(value, origins, warn);
  for (const key of Object.keys(legacyRedisKeys.shape)) {
    if (isSet(value[key])) warn(key, isSet(value['driver']));
  }
  return { value: modern, origins, warnings };
}

function serverKeys(
  value: Readonly<Record<string, unknown>>,
  origins: Map<string, string>,
  warn: (key: string, ignored: boolean) => void,
): Readonly<Record<string, unknown>> {
  if (!isRecord(value['server'])) return value;
  const { port, address, address6, https: oldHttps, ...server } = value['server'];
  const result: Record<string, unknown> = { ...value, server };
  const http = value['http'] ?? {};
  // Only a section that is an object can take a key; anything else is reported as it stands.
  const newHttp: Record<string, unknown> | null = isRecord(http) ? { ...http } : null;
  if (isSet(port)) {
    const ignored = newHttp === null || isSet(newHttp['port']);
    warn('server.port', ignored);
    if (newHttp !== null && !ignored) {
      newHttp['port'] = port;
      origins.set('http.port', 'server.port');
    }
  }

  if (isSet(oldHttps)) {
    const ignored = isSet(value['https']);
    warn('server.https', ignored);
    if (!ignored) {
      result['https'] = oldHttps;
      origins.set('https', 'server.https');
    }
  }
  const https = result['https'];
  const newHttps: Record<string, unknown> | null = isRecord(https) ? { ...https } : null;

  const both = isSet(address) && isSet(address6);
  const addresses = both ? [...asList(address), ...asList(address6)] : (address ?? address6);
  const addressKey = !isSet(address) ? 'server.address6' : 'server.address';
  const ignored = newHttp === null || isSet(newHttp['bind']);
  if (isSet(address)) warn('server.address', ignored);
  if (isSet(address6)) warn('server.address6', ignored);
  if (newHttp !== null && !ignored && isSet(addresses)) {
    newHttp['bind'] = addresses;
    origins.set('http.bind', addressKey);
  }
  if (newHttps !== null && !isSet(newHttps['bind'])) {
    if (isSet(addresses)) {
      newHttps['bind'] = addresses;
      origins.set('https.bind', addressKey);
    } else if (origins.has('https')) {
      // Where server.https stood, Hipache 0.3 served HTTPS on the addresses of HTTP.
      newHttps['bind'] = plainAddresses(newHttp?.['bind']);
      origins.set('https.bind', 'server.https');
    }
  }
  if (newHttp !== null && (isSet(value['http']) || Object.keys(newHttp).length > 0)) {
    result['http'] = newHttp;
  }
  if (newHttps !== null) result['https'] = newHttps;
  return result;
}

function plainAddresses(bind: unknown): unknown {
  if (!isSet(bind)) return ['127.0.0.1'];
  return asList(bind).map((entry) => (isRecord(entry) ? entry['address'] : entry));
}

function asList(value: unknown): readonly unknown[] {
  if (!isSet(value)) return [];
  return Array.isArray(value) ? value : [value];
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null;
}

const host = (about: string) =>
  documented(
    z
      .string()
      .refine((text) => text === '' || parseAddress(text) !== null)
      .nullish(),
    { takes: 'an IP address or a host name', about },
  );
const port = (about: string) =>
  documented(whole({ min: 1, max: 65535 }).nullish(), { takes: 'a port from 1 to 65535', about });
const password = (about: string) => documented(z.string().nullish(), { takes: 'text', about });
const database = (about: string) =>
  documented(whole({ min: 0, max: maxDatabase }).nullish(), {
    takes: `a whole number from 0 to ${maxDatabase}`,
    about,
  });

/** The keys that named the Redis servers before `driver` did. */
export const legacyRedisKeys = z.object({
  redisHost: host('Redis server to read from.'),
  redisPort: port('Its port.'),
  redisPassword: password('Its password.'),
  redisDatabase: database('Its database.'),
  redisMasterHost: host('Redis server to write to, when it is another.'),
  redisMasterPort: port('Its port.'),
  redisMasterPassword: password('Its password.'),
  redisMasterDatabase: database('Its database.'),
});

/** The store that the old keys name, or null when none of them is set. */
export function legacyStore(keys: z.output<typeof legacyRedisKeys>): StoreSpec | null {
  if (!Object.values(keys).some(isSet)) return null;
  const read = endpoint(keys.redisHost, keys.redisPort, keys.redisPassword, keys.redisDatabase);
  const write = keys.redisMasterHost
    ? endpoint(
        keys.redisMasterHost,
        keys.redisMasterPort,
        keys.redisMasterPassword,
        keys.redisMasterDatabase,
      )
    : read;
  return { kind: 'redis', prefix: '', read, write };
}

function endpoint(
  address: string | null | undefined,
  portNumber: number | null | undefined,
  secret: string | null | undefined,
  databaseNumber: number | null | undefined,
): RedisEndpoint {
  return {
    host: parseAddress(address ?? '') ?? '127.0.0.1',
    port: portNumber ?? redisPort,
    database: databaseNumber ?? 0,
    ...(secret ? { password: secret } : {}),
    tls: false,
  };
}
