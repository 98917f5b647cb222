import { z } from 'zod';
import type { RedisEndpoint, StoreSpec } from '../model/driver.ts';
import { isLoopback, parseHostPort, parsePort } from './address.ts';
import type { Path } from './describe.ts';
import { documented } from './documented.ts';

/** What stands in the `driver` setting, or what is wrong with it and where. */
export type DriverParse =
  | { readonly ok: true; readonly store: StoreSpec }
  | {
      readonly ok: false;
      readonly problems: readonly { readonly path: Path; readonly problem: string }[];
    };

/** The ports of a Redis server, a Sentinel and the embedded store when none is named. */
export const redisPort = 6379;
const sentinelPort = 26379;
export const embeddedPort = 6390;

/** Highest database number read; Redis has 16 unless told otherwise. */
export const maxDatabase = 65535;
const maxNodes = 64;

const twoDrivers = 'Berth has two drivers, redis: (or rediss:) and embedded:';

const nodes = (standardPort: number) =>
  z
    .array(
      documented(
        z.unknown().transform((value, context) => {
          const read = typeof value === 'string' ? parseHostPort(value, standardPort) : null;
          if (read !== null) return read;
          context.issues.push({ code: 'custom', input: value });
          return z.NEVER;
        }),
        { takes: '"host:port"', about: 'One server.' },
      ),
    )
    .min(1)
    .max(maxNodes);

const account = {
  username: documented(z.string().min(1).optional(), {
    takes: 'text',
    about: 'User of the Redis servers (ACL, Redis 6 and later).',
  }),
  password: documented(z.string().min(1).optional(), {
    takes: 'text',
    about: 'Password of the Redis servers.',
  }),
  tls: documented(z.boolean().default(false), {
    takes: 'true or false',
    about: 'Encrypt the connections.',
  }),
  prefix: documented(z.string().default(''), {
    takes: 'text',
    about: 'Stands in front of every key.',
  }),
};

/** The object form of `driver` for Redis Sentinel. */
export const sentinelForm = z.object({
  sentinels: documented(nodes(sentinelPort), {
    takes: `a list of "host:port" (port ${sentinelPort} when left out), 1 to ${maxNodes} of them`,
    about: 'The Sentinels to ask for the primary.',
  }),
  name: documented(z.string().min(1), {
    takes: 'text',
    about: 'Name of the group that the Sentinels watch.',
  }),
  database: documented(z.int().min(0).max(maxDatabase).default(0), {
    takes: `a whole number from 0 to ${maxDatabase}`,
    about: 'Number of the database.',
  }),
  ...account,
  sentinelPassword: documented(z.string().min(1).optional(), {
    takes: 'text',
    about: 'Password of the Sentinels themselves.',
  }),
});

/** The object form of `driver` for Redis Cluster. */
export const clusterForm = z.object({
  cluster: documented(nodes(redisPort), {
    takes: `a list of "host:port" (port ${redisPort} when left out), 1 to ${maxNodes} of them`,
    about: 'Some nodes of the cluster; the others are found through them.',
  }),
  database: documented(z.literal(0).optional(), {
    takes: '0: Redis Cluster has one database',
    about: 'May be left out.',
  }),
  ...account,
});

/** The object form a value wants to be, or null. */
export function driverForm(value: unknown): typeof sentinelForm | typeof clusterForm | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  if (Object.hasOwn(value, 'sentinels')) return sentinelForm;
  if (Object.hasOwn(value, 'cluster')) return clusterForm;
  return null;
}

/** Reads a URL, a list of one or two URLs, or an object form. */
export function parseDriver(value: unknown): DriverParse {
  if (typeof value === 'string') return parseUrl(value, []);
  if (Array.isArray(value)) return parsePair(value);
  return fail([], 'it is neither a URL nor a list nor an object with "sentinels" or "cluster"');
}

/** The store of a checked object form. */
export function storeOfForm(
  form: z.output<typeof sentinelForm> | z.output<typeof clusterForm>,
): StoreSpec {
  const common = {
    prefix: form.prefix,
    tls: form.tls,
    ...(form.username === undefined ? {} : { username: form.username }),
    ...(form.password === undefined ? {} : { password: form.password }),
  };
  if ('cluster' in form) return { kind: 'cluster', nodes: form.cluster, ...common };
  return {
    kind: 'sentinel',
    name: form.name,
    sentinels: form.sentinels,
    database: form.database,
    ...common,
    ...(form.sentinelPassword === undefined ? {} : { sentinelPassword: form.sentinelPassword }),
  };
}

function parsePair(list: readonly unknown[]): DriverParse {
  const [first, second] = list;
  if (list.length < 1 || list.length > 2) {
    return fail([], `it has ${list.length} entries`);
  }
  const parsed = list.map((url, index) =>
    typeof url === 'string' ? parseUrl(url, [index]) : fail([index], 'it is not a URL'),
  );
  const problems = parsed.flatMap((one) => (one.ok ? [] : one.problems));
  if (problems.length > 0) return { ok: false, problems };
  const [replica, primary] = parsed;
  if (!replica?.ok) return fail([], 'it is empty');
  if (!primary?.ok) return replica;
  if (replica.store.kind !== 'redis' || primary.store.kind !== 'redis') {
    return fail([], 'only Redis has a replica and a primary');
  }
  const given = [first, second].map((url) => typeof url === 'string' && url.includes('#'));
  if (given[0] && given[1] && replica.store.prefix !== primary.store.prefix) {
    return fail([], 'replica and primary have different prefixes');
  }
  return {
    ok: true,
    store: {
      kind: 'redis',
      prefix: given[0] ? replica.store.prefix : primary.store.prefix,
      read: replica.store.read,
      write: primary.store.write,
    },
  };
}

// RFC 3986 with every part optional. The password may hold anything but / ? # unescaped; the last @ ends it.
const driverUrl = /^([a-z][a-z0-9+.-]*):(?:\/\/([^/?#]*))?(\/[^?#]*)?(\?[^#]*)?(?:#(.*))?$/is;

function parseUrl(url: string, path: Path): DriverParse {
  const found = driverUrl.exec(url);
  if (found === null) {
    return fail(
      path,
      /^[a-z][a-z0-9+.-]*:/i.test(url)
        ? 'it is no driver URL; after the scheme comes //'
        : 'it is no URL',
    );
  }
  const [, rawScheme = '', authority = '', rawPath = '', query, fragment = ''] = found;
  const scheme = rawScheme.toLowerCase();
  if (!['redis', 'rediss', 'embedded'].includes(scheme)) {
    return fail(path, `there is no driver "${scheme.slice(0, 20)}": ${twoDrivers}`);
  }
  if (query !== undefined) return fail(path, 'it takes no query (?…)');
  const prefix = decode(fragment);
  const at = authority.lastIndexOf('@');
  const userinfo = at === -1 ? null : readUserinfo(authority.slice(0, at));
  if (prefix === null || userinfo === undefined) return fail(path, 'a % escape in it is broken');
  const server = readServer(authority.slice(at + 1), scheme === 'embedded');
  if (server === null) return fail(path, 'its host or port cannot be read');

  if (scheme === 'embedded') {
    if (userinfo !== null) return fail(path, 'the embedded store has no user and no password');
    if (rawPath !== '' && rawPath !== '/') return fail(path, 'the embedded store has one database');
    if (authority === '') return { ok: true, store: { kind: 'embedded', prefix, tcp: null } };
    if (!isLoopback(server.host)) {
      return fail(
        path,
        'the embedded store has no password, so it listens on loopback addresses only (127.0.0.1, [::1])',
      );
    }
    const host = server.host === 'localhost' ? '127.0.0.1' : server.host;
    return { ok: true, store: { kind: 'embedded', prefix, tcp: { host, port: server.port } } };
  }

  const database = rawPath === '' || rawPath === '/' ? 0 : readDatabase(rawPath.slice(1));
  if (database === null) {
    return fail(path, `its database is not a whole number from 0 to ${maxDatabase}`);
  }
  const endpoint: RedisEndpoint = {
    ...server,
    database,
    ...(userinfo?.username ? { username: userinfo.username } : {}),
    ...(userinfo?.password ? { password: userinfo.password } : {}),
    tls: scheme === 'rediss',
  };
  return { ok: true, store: { kind: 'redis', prefix, read: endpoint, write: endpoint } };
}

/** `user:password`; without a colon it is a password, as Hipache read it. Undefined when an escape is broken. */
function readUserinfo(
  text: string,
): { readonly username: string; readonly password: string } | undefined {
  const colon = text.indexOf(':');
  const username = decode(colon === -1 ? '' : text.slice(0, colon));
  const password = decode(text.slice(colon + 1));
  return username === null || password === null ? undefined : { username, password };
}

function readServer(
  text: string,
  embedded: boolean,
): { readonly host: string; readonly port: number } | null {
  const standard = embedded ? embeddedPort : redisPort;
  if (text === '') return { host: '127.0.0.1', port: standard };
  // Only a port of our own can be the system's choice.
  if (embedded && text.endsWith(':0')) {
    const host = readServer(text.slice(0, -2), true)?.host;
    return host === undefined ? null : { host, port: 0 };
  }
  if (text.startsWith(':')) {
    const chosen = parsePort(text.slice(1));
    return chosen === null ? null : { host: '127.0.0.1', port: chosen };
  }
  // An IPv6 address stands in brackets in a URL.
  return /^[^[].*:.*:/.test(text) ? null : parseHostPort(text, standard);
}

function readDatabase(text: string): number | null {
  return /^\d{1,5}$/.test(text) && Number(text) <= maxDatabase ? Number(text) : null;
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

function fail(path: Path, problem: string): DriverParse & { readonly ok: false } {
  return { ok: false, problems: [{ path, problem }] };
}
