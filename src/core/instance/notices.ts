import type { Config } from '../../shared/config/config.ts';
import type { InstanceStatus, StatusNotice } from '../../shared/contract/instance.ts';
import type { Listener } from '../listen/listeners.ts';

/** What notices are made of. */
export interface NoticeParts {
  readonly config: {
    readonly driver: Config['driver'];
    readonly server: Pick<Config['server'], 'accessLog'>;
    readonly names: Pick<Config['names'], 'dnsPort'>;
  };
  readonly listeners: readonly Pick<Listener, 'port' | 'moved'>[];
  /** Where the embedded store listens on TCP. */
  readonly embedded: InstanceStatus['store']['embedded'];
  readonly dashboard: string | null;
  /** The port that it was to have at the start: a later one holds from the next start. */
  readonly wantedControlPort: number | null;
  /** Where the DNS server is. */
  readonly dns: InstanceStatus['dns'];
  /** Where the access log is written. */
  readonly accessLog: string;
  /** Unix milliseconds since when the store is away; null while it is not. */
  readonly storeStaleSince: number | null;
}

/** What a person should know of an instance that works, the gravest first. */
export function noticesOf(parts: NoticeParts): readonly StatusNotice[] {
  const { config, embedded, accessLog, storeStaleSince } = parts;
  const { tcp } = config.driver.kind === 'embedded' ? config.driver : { tcp: null };
  const controlPort = parts.dashboard === null ? null : portOf(parts.dashboard);
  return [
    ...(storeStaleSince === null
      ? []
      : [{ kind: 'store-stale', since: storeStaleSince } satisfies StatusNotice]),
    ...movedPorts(parts.listeners),
    ...(tcp === null || embedded === null
      ? []
      : movedPort('store-port-moved', tcp.port, embedded.port)),
    ...(controlPort === null || parts.wantedControlPort === null
      ? []
      : movedPort('control-port-moved', parts.wantedControlPort, controlPort)),
    ...(parts.dns === null || config.names.dnsPort === null
      ? []
      : movedPort('dns-port-moved', config.names.dnsPort, parts.dns.port)),
    ...(accessLog === config.server.accessLog
      ? []
      : [
          {
            kind: 'access-log-moved',
            wanted: config.server.accessLog,
            got: accessLog,
          } satisfies StatusNotice,
        ]),
  ];
}

/** One for the binds that moved together. */
function movedPorts(listeners: NoticeParts['listeners']): readonly StatusNotice[] {
  const told = new Map<number, StatusNotice>();
  for (const { port, moved } of listeners) {
    if (moved !== null) told.set(moved.wanted, { kind: 'port-moved', got: port, ...moved });
  }
  return [...told.values()];
}

/** Port 0 is any. */
const movedPort = (
  kind: 'store-port-moved' | 'control-port-moved' | 'dns-port-moved',
  wanted: number,
  got: number,
): readonly StatusNotice[] => (wanted === 0 || wanted === got ? [] : [{ kind, wanted, got }]);

const portOf = (url: string): number => {
  const { port } = new URL(url);
  return port === '' ? 80 : Number(port);
};
