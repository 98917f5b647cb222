import { z } from 'zod';
import { limits } from '../limits.ts';
import { accessLogFormats } from '../model/accessLogFormat.ts';
import type { StoreSpec } from '../model/driver.ts';
import { parseHost } from '../model/hostname.ts';
import { engineNames } from '../model/settings.ts';
import { parseAddress } from './address.ts';
import { decimal, documented, type KeyDoc, whole } from './documented.ts';
import { driverForm, parseDriver, storeOfForm } from './driver.ts';

/*
 * config.json, key by key: this is what is read, what messages quote and what docs/CONFIG.md is made of.
 * The keys and their defaults are those of the Hipache contract; ours stand after them in each section.
 */

const day = 86_400;
/** Entries of `http.bind` and of `https.bind`. */
const maxBinds = 64;
/** Entries of `certificates.names` and of `certificates.directories`. */
const maxCertificateNames = 64;
/** Port of the control plane where none is set. */
const controlPort = 8190;
const maxPathChars = 4096;
const maxTextChars = 4096;

type Doc = Omit<KeyDoc, 'takes'>;

const count = (min: number, max: number, standard: number, doc: Doc) =>
  documented(whole({ min, max }).default(standard), {
    takes: `a whole number from ${min} to ${max}${doc.unit ? ` (${doc.unit})` : ''}`,
    ...doc,
  });

const seconds = (min: number, max: number, standard: number, doc: Omit<Doc, 'unit'>) =>
  documented(decimal({ min, max }).default(standard), {
    takes: `a number of seconds from ${min} to ${max}`,
    unit: 's',
    ...doc,
  });

const toggle = (standard: boolean, about: string) =>
  documented(z.boolean().default(standard), { takes: 'true or false', about });

const text = z.string().min(1).max(maxTextChars);
// A NUL would end the path early inside the system.
const path = z
  .string()
  .min(1)
  .max(maxPathChars)
  .refine((value) => !value.includes('\0'));

const address = documented(
  z.string().transform((value, context) => {
    const read = parseAddress(value);
    if (read !== null) return read;
    const message = value === '*' ? 'for every address write "0.0.0.0" or "::"' : undefined;
    context.issues.push({ code: 'custom', input: value, ...(message ? { message } : {}) });
    return z.NEVER;
  }),
  { takes: 'an IP address or a host name, without port', about: 'Where to listen.' },
);

const domain = z.string().transform((value, context) => {
  const read = parseHost(value);
  if (read.ok && read.port === null && !value.includes(':')) return read.host;
  context.issues.push({ code: 'custom', input: value });
  return z.NEVER;
});

const portRange = { min: 0, max: 65535 };
const portTakes = 'a port from 0 to 65535; 0 lets the system choose';
const bindPort = documented(whole(portRange).optional(), {
  takes: portTakes,
  about: 'Port of this address alone.',
});

const caFiles = z.preprocess(
  (value) => (typeof value === 'string' ? [value] : value),
  z.array(path).max(maxBinds).nullish(),
);

// OpenSSL's names. SSLv23_method is what old configurations have: it means "whatever both sides know".
const protocols = [
  'SSLv23_method',
  'SSLv23_server_method',
  'TLS_method',
  'TLS_server_method',
  'TLSv1_method',
  'TLSv1_server_method',
  'TLSv1_1_method',
  'TLSv1_1_server_method',
  'TLSv1_2_method',
  'TLSv1_2_server_method',
] as const;

/** Keys of `https` that a bind entry may override. */
const tlsKeys = {
  key: documented(path.nullish(), {
    takes: 'the path of a file',
    about:
      'Private key, PEM. A bind with neither key nor certificate has those of the local CA ([CERTIFICATES.md](CERTIFICATES.md)).',
    standard: 'none',
  }),
  cert: documented(path.nullish(), {
    takes: 'the path of a file',
    about: 'Certificate with its chain, PEM.',
    standard: 'none',
  }),
  ca: documented(caFiles.optional(), {
    takes: 'the path of a file, or a list of them',
    about: 'Further certificates to serve or trust, PEM.',
    standard: 'none',
  }),
  passphrase: documented(z.string().max(maxTextChars).nullish(), {
    takes: 'text',
    about: 'Opens the private key. A bind with a key of its own does not inherit it.',
    standard: 'none',
  }),
  ciphers: documented(text.nullish(), {
    takes: 'a list of OpenSSL cipher names',
    about: 'Cipher suites.',
    standard: "today's: authenticated, and forward secret",
  }),
  honorCipherOrder: documented(z.boolean().nullish(), {
    takes: 'true or false',
    about: "The server's order of ciphers counts, not the client's.",
    standard: "Node's (true)",
  }),
  secureProtocol: documented(z.enum(protocols).nullish(), {
    takes: `one of ${protocols.join(', ')}`,
    about:
      'Version of TLS. `SSLv23_method` and `TLS_method` mean automatic, as without the key: TLS 1.2 and 1.3.',
    standard: 'automatic',
  }),
  secureOptions: documented(whole({ min: 0, max: 2 ** 32 - 1 }).nullish(), {
    takes: 'a whole number: flags of OpenSSL',
    about: 'Raw OpenSSL options.',
    standard: 'none',
  }),
};

/** One address, or a list of addresses and objects: always a list of objects afterwards. */
const listOfEntries = (value: unknown): unknown => {
  if (value === undefined) return value;
  const list = Array.isArray(value) ? value : [value];
  return list.map((entry: unknown) => (typeof entry === 'string' ? { address: entry } : entry));
};

/** A section may be left out, and null is as good as left out. */
const section = <S extends z.ZodRawShape>(shape: S, about: string) =>
  documented(z.preprocess((value) => value ?? {}, z.object(shape)).prefault({}), {
    takes: 'an object',
    about,
  });

const bindTakes = (more: string) =>
  `an address, a list of addresses, or a list of {"address", "port"${more}} (at most ${maxBinds})`;

const driver = documented(
  z
    .unknown()
    .transform((value, context): StoreSpec => {
      const form = driverForm(value);
      if (form !== null) {
        const read = form.safeParse(value);
        if (read.success) return storeOfForm(read.data);
        for (const { path: at } of read.error.issues) {
          context.issues.push({ code: 'custom', input: value, path: [...at] });
        }
        return z.NEVER;
      }
      const read = parseDriver(value);
      if (read.ok) return read.store;
      for (const { path: at, problem } of read.problems) {
        context.issues.push({ code: 'custom', input: value, path: [...at], message: problem });
      }
      return z.NEVER;
    })
    .prefault('redis:'),
  {
    takes:
      '"redis://:password@host:port/database#prefix" with every part optional, "rediss:" for TLS, a list [replica, primary] of two, "embedded:", or an object for Sentinel or Cluster',
    about:
      'Where frontends live. Characters that a URL gives a meaning (`@ / ? # %`) are written as `%XX` in a password. `embedded:` needs no server; `embedded://127.0.0.1:6390#prefix` listens on that loopback port too (0: any free one).',
    standard: '`redis:`',
    form: driverForm,
  },
);

const account = z
  .union([
    z.string().max(256),
    z
      .int()
      .min(0)
      .max(2 ** 31),
  ])
  .nullish()
  .transform((value) => (value === undefined || value === '' ? null : value));

export const schema = z.object({
  server: section(
    {
      accessLog: documented(path.default('/var/log/hipache/access.log'), {
        takes: 'the path of a file',
        about: 'One line a request. Reopened on SIGUSR1.',
      }),
      workers: count(1, 512, 10, {
        about: 'Processes that move traffic. The primary itself serves nothing.',
      }),
      maxSockets: count(1, 65_535, 100, {
        about: 'Open sockets for each backend, per worker.',
      }),
      deadBackendTTL: count(1, 30 * day, 30, {
        unit: 's',
        about: 'How long a backend stays marked dead before it is tried again.',
      }),
      tcpTimeout: seconds(0, day, 30, {
        about:
          'Silence on a client or backend socket after which it is given up. 0 waits for ever.',
      }),
      retryOnError: count(0, 100, 3, {
        about: 'Further backends to try when one cannot be reached. 0 answers 502 at once.',
      }),
      deadBackendOn500: toggle(
        true,
        'A status of 500 marks a backend dead while an active health checker runs.',
      ),
      httpKeepAlive: toggle(
        true,
        'Keep connections to backends open between requests. Hipache had false here.',
      ),
      lruCache: documented(
        z
          .preprocess(
            (value) => (value === false ? null : value),
            z
              .object({
                size: count(0, 10_000_000, 0, {
                  unit: 'entries',
                  about:
                    "Hosts that a worker remembers, each with its frontend and dead marks. 0 is Berth's own bound.",
                }),
                ttl: seconds(0, day, 0, {
                  about:
                    "How long one is remembered, where no change was pushed that ends it before. 0 is Berth's own bound.",
                }),
              })
              .nullable(),
          )
          .default(null),
        {
          takes: 'an object {"size", "ttl"}, or null',
          about: "Bounds of the route cache. Without it Berth's own bounds hold.",
        },
      ),
      staticDir: documented(path.nullable().default(null), {
        takes: 'the path of a directory, or null',
        about:
          'Directory with error pages of your own: `error_<code>.html`, else `error_default.html`.',
      }),
      debug: toggle(false, 'Say more on standard error.'),
      connectTimeout: seconds(0.05, 300, 3, {
        about:
          'Time a backend has to accept a connection before the next one is tried. Hipache used tcpTimeout.',
      }),
      headTimeout: seconds(0.1, day, 30, {
        about: 'Time a client has to send the whole head of a request.',
      }),
      tunnelIdleTimeout: seconds(1, 30 * day, 3600, {
        about: 'Silence in both directions after which a WebSocket is closed.',
      }),
      maxConnections: count(1, 1_000_000, 4096, {
        about: 'Client connections of one worker; one more is answered 503 and closed.',
      }),
      engine: documented(z.enum(engineNames).default('splice'), {
        takes: '"splice" or "http-proxy"',
        about:
          'What moves traffic: `splice` on bare sockets, or `http-proxy` on the HTTP server of Node, which costs more. Clients of HTTP/2 are served by the latter either way.',
      }),
      forwarded: documented(z.enum(['keep', 'append', 'replace']).default('keep'), {
        takes: '"keep", "append" or "replace"',
        about:
          'What becomes of `X-Forwarded-*` that a client sends: kept as it is (Hipache), appended to, or replaced. With `keep` the access log names the client by its `X-Real-IP` too. Choose `replace` where clients are not to be trusted.',
      }),
      memoryLimit: count(32, 1_048_576, 200, {
        unit: 'MB',
        about: 'Resident memory of a worker; one that stays above it is replaced.',
      }),
      memoryCheckInterval: seconds(0.1, day, 60, {
        about: 'Time between two looks at the memory of a worker.',
      }),
      gracefulWait: seconds(0, day, 120, {
        about: 'Time that requests have to finish when a worker or the whole instance stops.',
      }),
      accessLogFormat: documented(z.enum(accessLogFormats).default('hipache'), {
        takes: '"hipache", "combined" or "json"',
        about:
          "Hipache's line, Apache's combined format, or one JSON object a line ([ACCESSLOG.md](ACCESSLOG.md)).",
      }),
      accessLogMaxSize: count(0, 1_048_576, 0, {
        unit: 'MB',
        about:
          'Size at which the access log is renamed to `<file>.1` and begun anew. 0 leaves that to others, such as logrotate.',
      }),
      accessLogKeep: count(1, 100, 5, {
        unit: 'files',
        about: 'Renamed access logs that are kept, `<file>.1` being the youngest.',
      }),
      healthWebhook: documented(
        z
          .url({ protocol: /^https?$/ })
          .max(maxTextChars)
          .nullable()
          .default(null),
        {
          takes: 'an http:// or https:// URL, or null',
          about:
            'Where to POST a JSON object each time a backend went down or came back ([HEALTH.md](HEALTH.md)). All of it but the server is taken for a secret.',
        },
      ),
    },
    'How Berth works.',
  ),
  http: section(
    {
      port: documented(whole(portRange).default(80), {
        takes: portTakes,
        about: 'Port of every HTTP bind that names none.',
      }),
      bind: documented(
        z
          .preprocess(listOfEntries, z.array(z.object({ address, port: bindPort })).max(maxBinds))
          .prefault(['127.0.0.1']),
        {
          takes: bindTakes(''),
          about: 'Where to serve HTTP. An empty list serves none.',
          standard: '`["127.0.0.1"]`',
        },
      ),
    },
    'Plain HTTP.',
  ),
  https: section(
    {
      port: documented(whole(portRange).default(443), {
        takes: portTakes,
        about: 'Port of every HTTPS bind that names none.',
      }),
      bind: documented(
        z
          .preprocess(
            listOfEntries,
            z.array(z.object({ address, port: bindPort, ...tlsKeys })).max(maxBinds),
          )
          .prefault([]),
        {
          takes: bindTakes(', "key", "cert", …'),
          about:
            'Where to serve HTTPS. Without it there is none; without a config.json of Hipache it is 127.0.0.1 and ::1, on port 443 or the first free one from 8443. An entry may override every other key of this section.',
          standard: '`[]`',
        },
      ),
      ...tlsKeys,
    },
    'HTTPS. Paths are relative to the directory Berth is started in.',
  ),
  control: section(
    {
      port: documented(whole(portRange).nullable().default(controlPort), {
        takes: 'a port from 0 to 65535, or null; 0 lets the system choose',
        about:
          'Port of the control plane on 127.0.0.1, for the dashboard and for programs with the token of the instance. A default that is taken is replaced by any free one. `null` leaves only the private socket.',
      }),
    },
    'How a running instance is looked at and changed ([CONTROL.md](CONTROL.md)).',
  ),
  driver,
  user: documented(account.clone(), {
    takes: 'the name or number of a user',
    about:
      'Started as root, Berth becomes this user once every port is bound. `"root"` stays root. As root with a configuration file, one must be named.',
    standard: 'none',
  }),
  group: documented(account.clone(), {
    takes: 'the name or number of a group',
    about: "The group to become. Without it, the user's own.",
    standard: 'none',
  }),
  containers: section(
    {
      enabled: toggle(
        false,
        'Look for containers, and keep the hosts that are mapped to them. Without a config.json of Hipache it is on.',
      ),
      engines: documented(
        z
          .array(
            z
              .string()
              .max(limits.maxEngineIdChars)
              .regex(/^(unix|npipe|tcp|http|https):\/\/\S+$/),
          )
          .max(limits.maxEngines)
          .default([]),
        {
          takes: `a list of addresses such as unix:///var/run/docker.sock, at most ${limits.maxEngines}`,
          about:
            'Container engines to ask. When empty: DOCKER_HOST, the current Docker context, and the usual sockets.',
        },
      ),
      labels: toggle(
        true,
        'Give containers the hosts that their labels and variables ask for: `berth.host`, `dev.orbstack.domains`, Traefik, `VIRTUAL_HOST`.',
      ),
      autoNames: toggle(
        false,
        'Give every container of Compose that asks for no host `<service>.<project>.<suffix>`.',
      ),
    },
    'Containers of this machine.',
  ),
  names: section(
    {
      dnsPort: documented(whole(portRange).nullable().default(null), {
        takes: 'a port from 0 to 65535, or null; 0 lets the system choose',
        about:
          'Port on 127.0.0.1 of a DNS server that finds every name under the suffixes on this machine, and refuses every other; `null` for none. Without a config.json of Hipache it is 15353, and any free one where that is taken. Who asks it is said in [NAMES.md](NAMES.md).',
      }),
      hostsFile: toggle(
        false,
        'Keep the block of Berth in the hosts file as the hosts are. It takes an instance that may write that file; others change it with `berth names install`.',
      ),
    },
    'How the names of hosts are found on this machine ([NAMES.md](NAMES.md)).',
  ),
  certificates: section(
    {
      names: documented(z.array(domain).max(maxCertificateNames).default([]), {
        takes: `a list of domain names, at most ${maxCertificateNames}`,
        about:
          'Domains that the local CA may certify, with all below them, beside `localhost` and the suffixes. With a new one, its certificate has to be trusted anew.',
      }),
      directories: documented(z.array(path).max(maxCertificateNames).default([]), {
        takes: `a list of directories, at most ${maxCertificateNames}`,
        about:
          'Directories whose files a frontend may name as its `key` and `cert`: whoever writes to the store can name files, and is to reach no others.',
        standard: "`certificates` in Berth's configuration directory",
      }),
    },
    'Certificates of hosts ([CERTIFICATES.md](CERTIFICATES.md)).',
  ),
  suffixes: documented(z.array(domain).max(limits.maxSuffixes).nullable().default(null), {
    takes: `a list of domain names, at most ${limits.maxSuffixes}, or null`,
    about:
      'Domains under which hosts get names, the first where none is said. A frontend under one of them answers under each ([NAMES.md](NAMES.md#one-frontend-under-each-suffix)), and so does `welcome.<suffix>`. In a config.json of Hipache that does not name them, frontends answer to their own names alone.',
    standard: '`["localhost", "dev.local"]`',
  }),
});

/** What `suffixes` is where nobody says. Browsers find the first without any set-up. */
export const defaultSuffixes: readonly string[] = ['localhost', 'dev.local'];

/** A checked config.json with its defaults. */
export type ConfigFile = z.output<typeof schema>;
