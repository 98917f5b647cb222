import { Redis, type RedisOptions } from 'ioredis';
import { errorCatalogue } from '../shared/errors.ts';
import { limits } from '../shared/limits.ts';
import type { ReachableStore, RedisEndpoint } from '../shared/model/driver.ts';
import { Discarded, type Reply, reasonOf, StoreAway, type StoreCommand } from './command.ts';
import { retryDelay } from './retry.ts';

/** One server to connect to. A sentinel group is one too: the primary it names at the moment. */
export type Address =
  | { readonly kind: 'server'; readonly endpoint: RedisEndpoint }
  | { readonly kind: 'socket'; readonly path: string }
  | { readonly kind: 'sentinel'; readonly group: Extract<ReachableStore, { kind: 'sentinel' }> };

interface LinkEvents {
  /** Connected, authenticated and past the loading of the server's data. */
  up(): void;
  /** Connected no longer, or one more try failed. Another try follows by itself. */
  down(reason: string): void;
  /** A message of a subscribed channel; the payload of `__redis__:invalidate` is a list of keys, or null. */
  message?(channel: string, payload: unknown): void;
}

export interface LinkOptions {
  readonly address: Address;
  readonly events: LinkEvents;
  readonly random: () => number;
  /** What is asked every `storeHeartbeatMs`; PING when not given. */
  readonly heartbeat?: () => StoreCommand;
  /** Hears the answer to a heartbeat. */
  readonly heartbeatAnswered?: (reply: Reply) => void;
}

/**
 * A connection that keeps itself: it reconnects with growing, jittered pauses, notices a silent server by its heartbeat,
 * and never queues: what cannot be sent now fails now.
 */
export interface Link {
  readonly up: boolean;
  /**
   * Sends the commands in one write. Rejects with StoreAway when no answer came within `storeCommandTimeoutMs`; the
   * connection is then given up, since answers come in order. Rejects with Discarded when an atomic send was not made.
   */
  send(
    commands: readonly StoreCommand[],
    options?: { readonly atomic: boolean },
  ): Promise<readonly Reply[]>;
  /** Gives the present connection up and makes a new one. */
  drop(reason: string): void;
  close(): void;
}

function optionsFor(address: Address, attempt: number): RedisOptions {
  const common: RedisOptions = {
    lazyConnect: true,
    connectionName: 'berth',
    disableClientInfo: true,
    // Each connection lives once: what follows a loss is decided here, not in the client.
    retryStrategy: () => null,
    sentinelRetryStrategy: () => null,
    enableOfflineQueue: false,
    autoResubscribe: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    connectTimeout: limits.storeCommandTimeoutMs,
    // What is disconnected is destroyed at once; a timer for it would only hold up the end of the process.
    disconnectTimeout: 0,
  };
  switch (address.kind) {
    case 'socket':
      return { ...common, path: address.path };
    case 'server': {
      const { host, port, username, password, tls } = address.endpoint;
      return {
        ...common,
        host,
        port,
        family: 0,
        ...(username === undefined ? {} : { username }),
        ...(password === undefined ? {} : { password }),
        ...(tls ? { tls: {} } : {}),
      };
    }
    case 'sentinel': {
      const { name, sentinels, username, password, sentinelPassword, tls } = address.group;
      // A hung sentinel must not be asked first each time.
      const first = attempt % Math.max(1, sentinels.length);
      return {
        ...common,
        name,
        sentinels: [...sentinels.slice(first), ...sentinels.slice(0, first)],
        role: 'master',
        family: 0,
        connectTimeout: limits.storeCommandTimeoutMs / 2,
        sentinelCommandTimeout: limits.storeCommandTimeoutMs / 2,
        ...(username === undefined ? {} : { username }),
        ...(password === undefined ? {} : { password }),
        ...(sentinelPassword === undefined ? {} : { sentinelPassword }),
        ...(tls ? { tls: {}, sentinelTLS: {}, enableTLSForSentinelMode: true } : {}),
      };
    }
  }
}

function databaseOf(address: Address): number {
  if (address.kind === 'socket') return 0;
  return address.kind === 'server' ? address.endpoint.database : address.group.database;
}

/** An answer of the server, as opposed to a failure of the connection. */
const isReplyError = (error: unknown): error is Error =>
  error instanceof Error && error.name === 'ReplyError';

function readResult(result: readonly [unknown, unknown]): Reply {
  const [error, value] = result;
  if (error === null || error === undefined) return { ok: true, value };
  if (isReplyError(error)) return { ok: false, error: error.message };
  throw new StoreAway(reasonOf(error));
}

/** A transaction that was refused says so; why stands in the refusal of one of its commands. */
function withCause(error: Error): string {
  const causes: unknown = 'previousErrors' in error ? error.previousErrors : null;
  const cause: unknown = Array.isArray(causes) ? causes[0] : null;
  return cause instanceof Error ? `${error.message} (${cause.message})` : error.message;
}

/** What the server said when it did not let us in, with what to do about it. */
function refusalOf(message: string): string {
  if (!/^(WRONGPASS|NOAUTH|NOPERM|ERR)\b/.test(message)) return message;
  return `${message}: ${errorCatalogue.BERTH_STORE_REFUSED.advice} [BERTH_STORE_REFUSED]`;
}

const isReadOnlyRefusal = (reply: Reply): boolean =>
  !reply.ok && reply.error.startsWith('READONLY');

/** Opens a connection and keeps it until `close`. Never throws: a store that is away at the start is away, no more. */
export function openLink(options: LinkOptions): Link {
  const { address, events, random } = options;
  const heartbeat = options.heartbeat ?? ((): StoreCommand => ['ping']);
  // A sentinel has to be asked before its primary.
  const startMs = limits.storeCommandTimeoutMs * (address.kind === 'sentinel' ? 2 : 1);
  let attempt = 0;
  let closed = false;
  let up = false;
  let redis: Redis | null = null;
  let timer: NodeJS.Timeout | undefined;
  let lastError = '';

  const abandon = (client: Redis): void => {
    client.disconnect();
    // `disconnect` waits for the other side, which may never come.
    client.stream?.destroy();
  };

  const lost = (client: Redis, reason: string): void => {
    if (client !== redis) return;
    redis = null;
    up = false;
    clearTimeout(timer);
    abandon(client);
    if (closed) return;
    timer = setTimeout(connect, retryDelay(attempt++, random));
    events.down(reason);
  };

  const beat = (client: Redis): void => {
    timer = setTimeout(() => {
      link.send([heartbeat()]).then(
        ([reply]) => {
          if (client !== redis) return;
          // Not before: a server that accepts and dies at once must not be tried at full speed.
          attempt = 0;
          beat(client);
          if (reply !== undefined) options.heartbeatAnswered?.(reply);
        },
        (error: unknown) => lost(client, reasonOf(error)),
      );
    }, limits.storeHeartbeatMs);
  };

  const connect = (): void => {
    const client = new Redis(optionsFor(address, attempt));
    redis = client;
    lastError = '';
    let isRefused = false;
    client.on('error', (error: unknown) => {
      // What follows a refusal only follows from it.
      if (isRefused) return;
      isRefused = isReplyError(error);
      lastError = isRefused ? refusalOf(reasonOf(error)) : reasonOf(error);
    });
    client.on('sentinelError', (error: unknown) => {
      lastError = reasonOf(error);
    });
    const settle = (): void => {
      if (client !== redis) return;
      clearTimeout(timer);
      up = true;
      beat(client);
      events.up();
    };
    const database = databaseOf(address);
    client.once('ready', () => {
      if (client !== redis) return;
      if (database === 0) settle();
      else {
        // The client's own SELECT goes on after a refusal, in database 0.
        client.select(database).then(settle, (error: unknown) => {
          const reason = reasonOf(error);
          lost(client, isReplyError(error) ? refusalOf(reason) : reason);
        });
      }
    });
    client.once('end', () => lost(client, lastError || 'the connection was closed'));
    client.on('messageBuffer', (channel: Buffer, payload: unknown) => {
      if (client === redis) events.message?.(channel.toString('utf8'), payload);
    });
    timer = setTimeout(
      () => lost(client, lastError || `no connection within ${startMs} ms`),
      startMs,
    );
    client.connect().catch((error: unknown) => {
      lastError ||= reasonOf(error);
    });
  };

  const link: Link = {
    get up() {
      return up;
    },
    async send(commands, sendOptions) {
      const client = redis;
      if (client === null || !up) throw new StoreAway(lastError || 'not connected');
      const batch = commands.map((command) => [...command]);
      const pipeline = sendOptions?.atomic === true ? client.multi(batch) : client.pipeline(batch);
      let silence: NodeJS.Timeout | undefined;
      let isAnswered = false;
      try {
        const results = await Promise.race([
          pipeline.exec(),
          new Promise<never>((_resolve, reject) => {
            const giveUp = (): void => {
              if (isAnswered) return;
              const reason = `no answer within ${limits.storeCommandTimeoutMs} ms`;
              reject(new StoreAway(reason));
              lost(client, reason);
            };
            // An answer may lie in the socket already when it was this process that was held up.
            silence = setTimeout(() => setImmediate(giveUp), limits.storeCommandTimeoutMs);
          }),
        ]);
        if (results === null) throw new Discarded('a watched key was changed');
        const replies = results.map(readResult);
        // A primary that became a replica: the sentinels know the new one.
        if (address.kind === 'sentinel' && replies.some(isReadOnlyRefusal)) {
          lost(client, 'the server is a replica now');
        }
        return replies;
      } catch (error) {
        // A transaction that was refused as a whole.
        if (isReplyError(error)) {
          const refusal: Reply = { ok: false, error: withCause(error) };
          return commands.map(() => refusal);
        }
        if (error instanceof StoreAway || error instanceof Discarded) throw error;
        throw new StoreAway(reasonOf(error), { cause: error });
      } finally {
        isAnswered = true;
        clearTimeout(silence);
      }
    },
    drop(reason) {
      if (redis !== null) lost(redis, reason);
    },
    close() {
      closed = true;
      up = false;
      clearTimeout(timer);
      if (redis !== null) abandon(redis);
      redis = null;
    },
  };
  connect();
  return link;
}
