import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A wire to a server that a test can cut: connections through it live on, without a byte, or break. */
export interface Wire extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  /** Connections made through it so far. */
  readonly made: number;
  /** Nothing passes any more, in either direction, and nobody is told; new connections are accepted and hang too. */
  freeze(): void;
  /** What hung goes on. */
  thaw(): void;
  /** Breaks every connection of which `which` holds, by the order in which they were made (from 0). */
  breakOff(which?: (index: number) => boolean): void;
  close(): Promise<void>;
}

interface Target {
  readonly host: string;
  readonly port: number;
}

/**
 * @param target one server, or the server for each connection, by the order in which they are made (from 0)
 * @param change of what the client sends, e.g. to make a command unknown to the server
 */
export async function startWire(
  target: Target | ((index: number) => Target),
  change: (sent: Buffer) => Buffer = (sent) => sent,
): Promise<Wire> {
  const pairs: { readonly client: Socket; readonly server: Socket }[] = [];
  let frozen = false;
  const listener = createServer((client) => {
    const { host, port } = typeof target === 'function' ? target(pairs.length) : target;
    const server = connect({ host, port });
    pairs.push({ client, server });
    client.on('data', (data) => void server.write(change(data)));
    server.on('data', (data) => void client.write(data));
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      one.on('error', () => {});
      one.on('close', () => other.destroy());
      if (frozen) one.pause();
    }
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as AddressInfo;
  const close = async (): Promise<void> => {
    for (const { client, server } of pairs) {
      client.destroy();
      server.destroy();
    }
    await new Promise<void>((resolve) => listener.close(() => resolve()));
  };
  return {
    host: '127.0.0.1',
    port,
    get made() {
      return pairs.length;
    },
    freeze() {
      frozen = true;
      for (const { client, server } of pairs) {
        client.pause();
        server.pause();
      }
    },
    thaw() {
      frozen = false;
      for (const { client, server } of pairs) {
        client.resume();
        server.resume();
      }
    },
    breakOff(which = () => true) {
      for (const [i, { client }] of pairs.entries()) if (which(i)) client.destroy();
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
