import type { AccessLogFormat } from '../model/accessLogFormat.ts';
import type { StoreSpec } from '../model/driver.ts';
import type { ManagedTls, TlsChoices } from '../model/listener.ts';
import type { EngineName, ForwardedMode } from '../model/settings.ts';

/** TLS of one bind, as configured: paths of files. */
export interface TlsFiles extends TlsChoices {
  readonly key: string;
  readonly cert: string;
  readonly ca: readonly string[];
}

/** An address to bind. `tls` null means plain HTTP; without files, the certificates are Berth's own. */
export interface Bind {
  readonly address: string;
  /** 0 lets the system choose. */
  readonly port: number;
  readonly tls: TlsFiles | ManagedTls | null;
}

/** The effective configuration: every default filled in, every value checked. Made by `core/config`. */
export interface Config {
  /** The file it came from; null when there was none. */
  readonly file: string | null;
  /** Whose defaults hold for what is not set: Hipache's in its config.json, else Berth's own. */
  readonly defaults: 'hipache' | 'berth';
  readonly server: {
    /** Path of a file. */
    readonly accessLog: string;
    /** Whether `accessLog` was set: a default that cannot be written may move, a setting may not. */
    readonly accessLogIsSet: boolean;
    readonly accessLogFormat: AccessLogFormat;
    /** MB at which it is rotated; 0 never. */
    readonly accessLogMaxSize: number;
    /** Rotated files that are kept. */
    readonly accessLogKeep: number;
    /** http or https; holds a secret as a rule. */
    readonly healthWebhook: string | null;
    readonly workers: number;
    readonly maxSockets: number;
    readonly maxConnections: number;
    readonly deadBackendTTL: number;
    readonly tcpTimeout: number;
    readonly connectTimeout: number;
    readonly headTimeout: number;
    readonly tunnelIdleTimeout: number;
    readonly retryOnError: number;
    readonly deadBackendOn500: boolean;
    readonly httpKeepAlive: boolean;
    readonly lruCache: { readonly size: number; readonly ttl: number } | null;
    readonly staticDir: string | null;
    readonly debug: boolean;
    readonly engine: EngineName;
    readonly forwarded: ForwardedMode;
    /** MB of resident memory a worker may use. */
    readonly memoryLimit: number;
    /** s */
    readonly memoryCheckInterval: number;
    /** s */
    readonly gracefulWait: number;
  };
  /** HTTP and HTTPS binds, in the order of the file. */
  readonly binds: readonly Bind[];
  /** Ports to try for a plain bind whose port is taken or forbidden; empty when the port was set. */
  readonly fallbackPorts: readonly number[];
  /** The same for HTTPS. */
  readonly secureFallbackPorts: readonly number[];
  /** Whether somebody asked for HTTPS: else an instance that finds no port for it goes without. */
  readonly secureIsSet: boolean;
  readonly certificates: {
    /** What the local CA may sign beside the suffixes. */
    readonly names: readonly string[];
    /** Where the files lie that frontends may name as their key and certificate. */
    readonly directories: readonly string[];
  };
  readonly control: {
    /** Of the loopback door; 0 lets the system choose, null switches it off. */
    readonly port: number | null;
    /** Whether `port` was set: a default that is taken may move, a setting may not. */
    readonly portIsSet: boolean;
  };
  readonly driver: StoreSpec;
  /** A name or id; null when not given. */
  readonly user: string | number | null;
  readonly group: string | number | null;
  readonly suffixes: readonly string[];
  /** Those under each of which one frontend answers; none where frontends answer to their own names alone. */
  readonly sharedSuffixes: readonly string[];
  readonly names: {
    /** Of the DNS server on 127.0.0.1; 0 lets the system choose, null for none. */
    readonly dnsPort: number | null;
    /** Whether `dnsPort` was set: a default that is taken may move, a setting may not. */
    readonly dnsPortIsSet: boolean;
    /** Whether the instance keeps its block of the hosts file, where it may write that. */
    readonly hostsFile: boolean;
  };
  readonly containers: {
    readonly enabled: boolean;
    /** Addresses; empty when they are to be found. */
    readonly engines: readonly string[];
    readonly labels: boolean;
    readonly autoNames: boolean;
  };
}
