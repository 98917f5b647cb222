import { isSameEndpoint, type RedisEndpoint, type StoreSpec } from '../model/driver.ts';
import type { ManagedTls } from '../model/listener.ts';
import type { Bind, Config, TlsFiles } from './config.ts';
import { hidden } from './describe.ts';

type Section = Readonly<Record<string, unknown>>;

/**
 * The effective configuration in the form of config.json: read as a file it comes to the same, once the secrets, which
 * are hidden, are put back. What no file can say is left out: where it came from, and ports to fall back to.
 */
export function fileFormOf(config: Config): Section {
  const { accessLogIsSet: _isSet, healthWebhook, ...server } = config.server;
  const { dnsPort, hostsFile } = config.names;
  return {
    server: {
      ...server,
      healthWebhook: healthWebhook === null ? null : shownWebhook(healthWebhook),
    },
    http: sectionOf(config.binds.filter(({ tls }) => tls === null)),
    https: sectionOf(config.binds.filter(({ tls }) => tls !== null)),
    control: { port: config.control.port },
    driver: driverOf(config.driver),
    user: config.user,
    group: config.group,
    suffixes: config.sharedSuffixes.length < config.suffixes.length ? null : config.suffixes,
    certificates: config.certificates,
    names: { dnsPort, hostsFile },
    containers: config.containers,
  };
}

/** Path and query of a webhook are its password as a rule. */
function shownWebhook(url: string): string {
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}/${hidden}`;
}

/** What all binds share stands in the section, what they do not in each. */
function sectionOf(binds: readonly Bind[]): Section {
  const [first] = binds;
  if (first === undefined) return { bind: [] };
  const all = binds.map(settingsOf);
  const shared = JSON.stringify(all[0]);
  return all.every((settings) => JSON.stringify(settings) === shared)
    ? { ...all[0], bind: binds.map(({ address }) => address) }
    : { bind: binds.map((bind, index) => ({ address: bind.address, ...all[index] })) };
}

const settingsOf = ({ port, tls }: Bind): Section => ({
  port,
  ...(tls === null ? {} : shownTls(tls)),
});

function shownTls({ key, cert, ca, passphrase, ...options }: TlsFiles | ManagedTls): Section {
  if (key === null) return options;
  return {
    key,
    cert,
    ...(ca.length === 0 ? {} : { ca }),
    ...(passphrase === undefined ? {} : { passphrase: hidden }),
    ...options,
  };
}

function driverOf(store: StoreSpec): unknown {
  switch (store.kind) {
    case 'embedded': {
      const at = store.tcp === null ? '' : `//${hostPort(store.tcp)}`;
      return `embedded:${at}${fragment(store.prefix)}`;
    }
    case 'redis': {
      const read = urlOf(store.read) + fragment(store.prefix);
      const write = urlOf(store.write) + fragment(store.prefix);
      return isSameEndpoint(store.read, store.write) ? write : [read, write];
    }
    case 'sentinel':
      return {
        sentinels: store.sentinels.map(hostPort),
        name: store.name,
        database: store.database,
        ...accountOf(store),
        ...(store.sentinelPassword === undefined ? {} : { sentinelPassword: hidden }),
      };
    case 'cluster':
      return { cluster: store.nodes.map(hostPort), ...accountOf(store) };
    case 'socket':
      return store.path;
  }
}

const accountOf = ({
  username,
  password,
  tls,
  prefix,
}: Extract<StoreSpec, { kind: 'sentinel' | 'cluster' }>): Section => ({
  ...(username === undefined ? {} : { username }),
  ...(password === undefined ? {} : { password: hidden }),
  tls,
  prefix,
});

function urlOf({ tls, host, port, database, username, password }: RedisEndpoint): string {
  const name = username === undefined ? '' : encodeURIComponent(username);
  const account =
    username === undefined && password === undefined
      ? ''
      : `${name}:${password === undefined ? '' : hidden}@`;
  return `${tls ? 'rediss' : 'redis'}://${account}${hostPort({ host, port })}/${database}`;
}

const hostPort = ({ host, port }: { readonly host: string; readonly port: number }): string =>
  `${host.includes(':') ? `[${host}]` : host}:${port}`;

const fragment = (prefix: string): string =>
  prefix === '' ? '' : `#${encodeURIComponent(prefix)}`;
