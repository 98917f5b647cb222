import type { RequestRecord } from './model/record.ts';
import type { WorkerSettings } from './model/settings.ts';

/** How far the store can be trusted, as one worker sees it. */
export type StoreState =
  /** Connected, and changes are pushed. */
  | 'live'
  /** Connected to a server without CLIENT TRACKING: asked on every request. */
  | 'polling'
  /** Lost: the last good entries serve. */
  | 'stale'
  /** Never reached yet. */
  | 'connecting';

/** Supervisor → worker, over the process channel. `connection` travels with the socket. */
export type ToWorker =
  | { readonly type: 'start'; readonly settings: WorkerSettings }
  | { readonly type: 'connection'; readonly listener: number }
  | { readonly type: 'ping' }
  /** Take no more, finish what runs within the given time, then leave. */
  | { readonly type: 'drain'; readonly graceMs: number };

/** Worker → supervisor. */
export type ToSupervisor =
  | { readonly type: 'ready' }
  /** Alive; says how many client connections are open, and how many handed-over ones were taken since the last. */
  | { readonly type: 'load'; readonly open: number; readonly taken: number }
  | {
      readonly type: 'records';
      readonly records: readonly RequestRecord[];
      readonly dropped: number;
    }
  | { readonly type: 'store'; readonly state: StoreState; readonly detail: string | null }
  | { readonly type: 'log'; readonly level: LogLevel; readonly message: string }
  /** Over the memory limit after a collection: wants to be replaced. */
  | { readonly type: 'over-memory'; readonly rssBytes: number };

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** One line of talk for a person; never data. */
export type Log = (level: LogLevel, message: string) => void;
