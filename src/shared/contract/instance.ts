import { eventIterator, oc, type } from '@orpc/contract';
import type { StoreState } from '../messages.ts';
import { refusals } from './common.ts';

/** The version of everything under shared/contract; a client and an instance that differ do not talk. */
export const contractVersion = 1;

export interface ListenerStatus {
  readonly address: string;
  readonly port: number;
  readonly secure: boolean;
}

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
  /** Suffixes under which hosts are named. */
  readonly suffixes: readonly string[];
  readonly dashboard: string | null;
}

export const instanceContract = {
  hello: oc
    .errors(refusals)
    .output(type<{ readonly contract: number; readonly version: string; readonly pid: number }>()),
  status: oc.errors(refusals).output(type<InstanceStatus>()),
  /** The status, each time it changed, at most once a second. */
  watch: oc.errors(refusals).output(eventIterator(type<InstanceStatus>())),
  /** Reads configuration and certificates again, as SIGHUP does. */
  reload: oc.errors(refusals).output(type<null>()),
  reopenLogs: oc.errors(refusals).output(type<null>()),
  /** Prometheus text format 0.0.4. */
  metrics: oc.errors(refusals).output(type<string>()),
};
