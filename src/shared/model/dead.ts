/** Failures of a connection that count as death. */
export type ConnectionFailure = 'refused' | 'unreachable' | 'connect-timeout' | 'timeout';

/** What `berth:dead:<name>` keeps beside the index in `dead:<name>`. */
export interface DeadMark {
  /** The URL that was marked: the mark counts only while it stands at the index. */
  readonly url: string;
  /** A ConnectionFailure, or `status 502`. */
  readonly reason: string;
  /** Unix milliseconds. */
  readonly at: number;
}

/** Reads a value of `berth:dead:<name>`; null when it is not a mark. */
export function parseDeadMark(text: string): DeadMark | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null) return null;
  if (!('url' in value) || typeof value.url !== 'string') return null;
  const reason = 'reason' in value && typeof value.reason === 'string' ? value.reason : '';
  const at = 'at' in value && typeof value.at === 'number' ? value.at : 0;
  return { url: value.url, reason, at };
}

/** The value of `berth:dead:<name>` that `parseDeadMark` reads. */
export function formatDeadMark(mark: DeadMark): string {
  return JSON.stringify({ url: mark.url, reason: mark.reason, at: mark.at });
}
