import { Command, Redis } from 'ioredis';
import { errorCatalogue } from '../shared/errors.ts';
import { limits } from '../shared/limits.ts';
import { type Address, databaseOf, optionsFor } from './address.ts';
import { Discarded, type Reply, reasonOf, StoreAway, type StoreCommand } from './command.ts';
import { retryDelay } from './retry.ts';

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

/** Sends the commands as a transaction. Rejects with StoreAway, Discarded, or the refusal of the transaction. */
async function transact(
  client: Redis,
  commands: readonly StoreCommand[],
): Promise<readonly Reply[]> {
  const results = await client.multi(commands.map((command) => [...command])).exec();
  if (results === null) throw new Discarded('a watched key was changed');
  return results.map(readResult);
}

/**
 * Sends the commands in one write, at half the cost of a pipeline of the client: that has a method, an error with its stack
 * and a list of results for each. Rejects with StoreAway when one of them was not answered.
 */
const exchange = (client: Redis, commands: readonly StoreCommand[]): Promise<readonly Reply[]> =>
  new Promise((resolve, reject) => {
    const replies: Reply[] = [];
    let left = commands.length;
    if (left === 0) resolve(replies);
    let text = '';
    const together: Parameters<Redis['sendCommand']>[1] = {
      isPipeline: true,
      destination: { redis: client },
      write: (data: string | Buffer) => {
        text += String(data);
      },
    };
    for (const [i, [name, ...parameters]] of commands.entries()) {
      const command = new Command(name, parameters, { replyEncoding: 'utf8' }, (error, value) => {
        try {
          replies[i] = readResult([error, value]);
        } catch (away) {
          reject(away);
        }
        left--;
        if (left === 0) resolve(replies);
      });
      client.sendCommand(command, together);
    }
    if (text !== '') client.stream.write(text);
  });

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
      let silence: NodeJS.Timeout | undefined;
      let isAnswered = false;
      try {
        const answered =
          sendOptions?.atomic === true ? transact(client, commands) : exchange(client, commands);
        const replies = await Promise.race([
          answered,
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
