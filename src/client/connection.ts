import type { ClientContext, ClientLink } from '@orpc/client';

/** One WebSocket, or what stands for one, to an instance. */
export interface Connection {
  readonly link: ClientLink<ClientContext>;
  /** One message that came was made use of; with `limits.maxStreamAhead` of them waiting no more is read. */
  taken(): void;
  /** Whether what came was no message of an instance. */
  readonly isForeign: boolean;
  /** Resolves when it has ended, by whichever side. */
  readonly closed: Promise<void>;
  close(): void;
}

/**
 * @param bounded whether what is not `taken` holds up the other side: for streams
 * @throws BerthError BERTH_NOT_RUNNING when nobody listens there, a BERTH_CONTROL_… that says what happened instead of
 * being let in; or the reason of `signal`
 */
export type OpenConnection = (options: {
  readonly bounded: boolean;
  readonly signal: AbortSignal | undefined;
}) => Promise<Connection>;
