/** Why a backend was marked dead. */
export type DeathReason = 'refused' | 'connect-timeout' | 'timeout' | { readonly status: number };

/** What `berth:dead:<name>` keeps beside the index in `dead:<name>`. */
export interface DeadMark {
  readonly url: string;
  readonly reason: string;
  /** Unix milliseconds. */
  readonly at: number;
}

export function describeDeath(reason: DeathReason): string {
  return typeof reason === 'string' ? reason : `status ${reason.status}`;
}
