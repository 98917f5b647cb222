/** Failures of a connection that count as death. */
export type ConnectionFailure = 'refused' | 'connect-timeout' | 'timeout';

/** What `berth:dead:<name>` keeps beside the index in `dead:<name>`. */
export interface DeadMark {
  /** The URL that was marked: the mark counts only while it stands at the index. */
  readonly url: string;
  /** A ConnectionFailure, or `status 502`. */
  readonly reason: string;
  /** Unix milliseconds. */
  readonly at: number;
}
