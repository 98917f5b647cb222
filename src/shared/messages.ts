import type { CertificateAnswer, CertificateQuestion } from './model/certificate.ts';
import type { Finding, News } from './model/news.ts';
import type { RecordBatch } from './model/recordBatch.ts';
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

/**
 * Supervisor → worker, over the process channel. `connection` travels with the socket. Connections are numbered from 1;
 * a ping carries the number of the last one before it, so that a connection lost on the way (no descriptor free) is
 * acknowledged too.
 */
export type ToWorker =
  | { readonly type: 'start'; readonly settings: WorkerSettings }
  | { readonly type: 'connection'; readonly listener: number; readonly serial: number }
  | { readonly type: 'ping'; readonly serial: number }
  /** What is known of the names that were asked for with this number; those that nobody knows are left out. */
  | { readonly type: 'told'; readonly serial: number; readonly findings: readonly Finding[] }
  /** Frontends that have changed, and that only other workers knew: read them. */
  | { readonly type: 'reread'; readonly names: readonly string[] }
  /** What serves the name that was asked for with this number. Holds a private key. */
  | { readonly type: 'certified'; readonly serial: number; readonly answer: CertificateAnswer }
  /** Hosts and wildcards whose certificate is another one by now; null: all. */
  | { readonly type: 'recertify'; readonly names: readonly string[] | null }
  /**
   * Take no more, finish what runs within `graceMs`, then leave; connections without a request may still bring one for
   * `idleMs`. Said once more, only what is sooner counts.
   */
  | { readonly type: 'drain'; readonly graceMs: number; readonly idleMs: number };

/** Worker → supervisor. */
export type ToSupervisor =
  | { readonly type: 'ready' }
  /** Alive; says how many client connections are open, and the number of the last one that arrived. */
  | { readonly type: 'load'; readonly open: number; readonly acknowledged: number }
  | { readonly type: 'records'; readonly batch: RecordBatch; readonly dropped: number }
  /** What was read from the store, or heard of it; in the order it happened. */
  | { readonly type: 'news'; readonly news: readonly News[] }
  /** Names of frontends that are needed, while the store cannot be asked. */
  | { readonly type: 'ask'; readonly serial: number; readonly names: readonly string[] }
  /** A client begins a handshake, and no certificate for it is at hand. */
  | { readonly type: 'certify'; readonly serial: number; readonly question: CertificateQuestion }
  | { readonly type: 'store'; readonly state: StoreState; readonly detail: string | null }
  | { readonly type: 'log'; readonly level: LogLevel; readonly message: string }
  /** Over the memory limit after a collection: wants to be replaced. */
  | { readonly type: 'over-memory'; readonly rssBytes: number };

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** One line of talk for a person; never data. */
export type Log = (level: LogLevel, message: string) => void;
