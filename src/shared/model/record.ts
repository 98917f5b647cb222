import type { HttpErrorCode } from '../errors.ts';
import type { Policy } from './options.ts';

/** What became of one try to reach a backend. */
export interface Attempt {
  readonly index: number;
  readonly url: string;
  /** Milliseconds from the pick to the outcome. */
  readonly ms: number;
  /** `answered`, or the code of the failure. */
  readonly outcome: 'answered' | HttpErrorCode;
}

/** How a backend was chosen; `only`: there was one that might get requests. */
export type ChosenBy = Policy | 'only';

/** A backend that was passed over, since it was dead. */
export interface PassedOver {
  readonly index: number;
  /** Why it was marked; empty when nothing says it. */
  readonly reason: string;
}

/** Where a route came from: what a worker knew, the store just now, or what was last known while the store is away. */
export type RouteSource = 'cache' | 'store' | 'stale';

/** All that is known of one finished request. Text fields are cut at `limits.maxRecordTextChars`. */
export interface RequestRecord {
  /** Unix milliseconds. */
  readonly startedAt: number;
  /**
   * As Hipache wrote it: the address in the client's X-Real-IP where `forwarded` is `keep`, else of its connection; IPv4
   * as `::ffff:a.b.c.d`.
   */
  readonly client: string;
  readonly protocol: 'http' | 'https' | 'ws' | 'wss';
  readonly method: string;
  readonly target: string;
  readonly httpVersion: string;
  readonly status: number;
  /** Bytes written to the client for this request; over HTTP/2 those of the body. */
  readonly bytes: number;
  readonly referer: string | null;
  readonly userAgent: string | null;
  /** The requested host, lower case, without port; empty when there was none. */
  readonly host: string;
  /** Name of the frontend that matched, or null. */
  readonly frontend: string | null;
  /** Its identifier, or null. */
  readonly identifier: string | null;
  readonly backend: string | null;
  readonly totalMs: number;
  /** From the pick of the last backend to the end, or 0. */
  readonly backendMs: number;
  /**
   * `totalMs` in four parts, within a microsecond each. Until the request went to the last backend, but for the time that
   * opening a connection took: looking up, earlier tries, waiting for a connection that is free. All of it, where no
   * backend was tried.
   */
  readonly queueMs: number;
  /** To open that connection, also in vain; 0 for one that was there. */
  readonly connectMs: number;
  /** From then to the head of the backend's answer, or to the end where none came. */
  readonly firstByteMs: number;
  /** From the head of the answer to the end; of a tunnel its life. */
  readonly bodyMs: number;
  readonly error: HttpErrorCode | null;
  /** What is to be known of the backend's answer, one sentence: that it refuses the host, and what to do; or null. */
  readonly hint: string | null;
  readonly attempts: readonly Attempt[];
  /** Where the route came from; null when there is none. */
  readonly lookup: RouteSource | null;
  /** How the backends of this frontend are chosen; null without any. */
  readonly policy: ChosenBy | null;
  /** Backends of the frontend that can be used, 0 without one. */
  readonly considered: number;
  /** Those of them that get nothing new, since they are drained. */
  readonly drained: number;
  /** Those that were dead at the first choice, at most `limits.maxTracedDead`. */
  readonly dead: readonly PassedOver[];
}
