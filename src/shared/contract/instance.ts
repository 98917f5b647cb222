import { eventIterator, oc, type } from '@orpc/contract';
import { z } from 'zod';
import type { StoreState } from '../messages.ts';
import { nameSchema, refusals } from './common.ts';

/** The version of everything under shared/contract; a client and an instance that differ do not talk. */
export const contractVersion = 1;

export interface ListenerStatus {
  readonly address: string;
  readonly port: number;
  readonly secure: boolean;
  /** It has a certificate of its own for every host that has none; else the local CA makes one. */
  readonly hasCertificate?: true;
  /**
   * Domains, with all below them, for which handshakes have shown that this machine trusts its certificates: addresses of
   * their hosts go by it. Left out where nothing was shown.
   */
  readonly trustedFor?: readonly string[];
}

/** The process that has a port; null where it cannot be known. */
export type OwnerOfPort = { readonly name: string; readonly pid: number } | null;

/** Something that a person should know about an instance that works. Kinds are stable; new ones may be added. */
export type StatusNotice =
  /** A port that nobody asked for by name was not free, or not permitted, and another one serves in its place. */
  | {
      readonly kind: 'port-moved';
      readonly wanted: number;
      readonly got: number;
      readonly because: 'taken' | 'forbidden';
      readonly owner: OwnerOfPort;
    }
  | { readonly kind: 'store-port-moved'; readonly wanted: number; readonly got: number }
  | { readonly kind: 'control-port-moved'; readonly wanted: number; readonly got: number }
  | { readonly kind: 'dns-port-moved'; readonly wanted: number; readonly got: number }
  /** The store is away, and hosts are served as they were last known. `since` in Unix milliseconds. */
  | { readonly kind: 'store-stale'; readonly since: number }
  /** The usual file cannot be written. */
  | { readonly kind: 'access-log-moved'; readonly wanted: string; readonly got: string };

/** What `berth status --json` prints. Stable: `schema` grows when a field changes its meaning or goes. */
export interface InstanceStatus {
  readonly schema: 1;
  readonly version: string;
  readonly pid: number;
  /** Unix milliseconds. */
  readonly startedAt: number;
  readonly mode: 'headless' | 'desktop';
  readonly listeners: readonly ListenerStatus[];
  readonly store: {
    readonly state: StoreState;
    /** As `redis://127.0.0.1:6379` or `embedded:`; never a password. */
    readonly driver: string;
    /** Where the embedded store listens on TCP. */
    readonly embedded: { readonly host: string; readonly port: number } | null;
  };
  readonly workers: readonly {
    readonly pid: number;
    readonly state: 'starting' | 'ready' | 'draining' | 'gone';
    readonly openConnections: number;
  }[];
  readonly hosts: number;
  readonly backendsDown: number;
  readonly requests: number;
  readonly recordsDropped: number;
  readonly accessLog: string;
  /** Whether records are kept and sent to whoever follows: `traffic.capture`. */
  readonly capture: boolean;
  readonly notices: readonly StatusNotice[];
  /** Where its DNS server is; null when it has none. */
  readonly dns: { readonly address: string; readonly port: number } | null;
  /** Suffixes under which hosts are named. */
  readonly suffixes: readonly string[];
  /** Those under each of which one frontend answers; none where frontends answer to their own names alone. */
  readonly sharedSuffixes: readonly string[];
  readonly dashboard: string | null;
}

/** A code with which a browser gets the token of the loopback door, once. */
export interface HandOver {
  readonly code: string;
  /** Unix milliseconds. */
  readonly expiresAt: number;
}

/** What came of one request through the proxy, as a client of this machine sends it. */
export interface TriedHost {
  /** Whether a backend answered, with whatever status. */
  readonly ok: boolean;
  /** Of the backend's answer, or of Berth's own; null without any. */
  readonly status: number | null;
  readonly ms: number;
  /** Why no backend answered; empty when one did. */
  readonly reason: string;
  /** Where the backend refuses the host by a check of its own: who, and what lets it in. */
  readonly refused?: { readonly server: string; readonly fix: string };
}

export const instanceContract = {
  hello: oc
    .errors(refusals)
    .output(type<{ readonly contract: number; readonly version: string; readonly pid: number }>()),
  status: oc.errors(refusals).output(type<InstanceStatus>()),
  /** The status, each time it changed, at most once a second. */
  watch: oc.errors(refusals).output(eventIterator(type<InstanceStatus>())),
  /** Sends `GET /` for a frontend through the proxy; it is a request like any other, and shows among them. */
  try: oc
    .errors(refusals)
    .input(z.strictObject({ name: nameSchema }))
    .output(type<TriedHost>()),
  /** Reads configuration and certificates again, as SIGHUP does. */
  reload: oc.errors(refusals).output(type<null>()),
  reopenLogs: oc.errors(refusals).output(type<null>()),
  /** A new code for the page of the dashboard; refused when the instance has none. */
  handOver: oc.errors(refusals).output(type<HandOver>()),
  /** Prometheus text format 0.0.4. */
  metrics: oc.errors(refusals).output(type<string>()),
};
