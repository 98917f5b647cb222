import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { eventually } from '../../test/support/eventually.ts';
import type { ToSupervisor } from '../shared/messages.ts';
import { type Channel, openChannel } from './channel.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

let channel: Channel | null = null;
afterEach(() => channel?.close());

function bench() {
  const sent: ToSupervisor[] = [];
  const taken: [Socket, number][] = [];
  let hear: (message: unknown, handle: unknown) => void = () => {};
  channel = openChannel(
    {
      send: (message) => sent.push(message),
      listen: (listener) => {
        hear = listener;
      },
    },
    {
      start: () => {},
      connection: (socket, listener) => taken.push([socket, listener]),
      told: () => {},
      reread: () => {},
      certified: () => {},
      recertify: () => {},
      drain: () => {},
      open: () => taken.length,
    },
  );
  return { sent, taken, hear: (message: unknown, handle?: unknown) => hear(message, handle) };
}

async function connection(): Promise<{ socket: Socket; close(): void }> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const client = connect(address.port, '127.0.0.1');
  const [socket] = (await once(server, 'connection')) as [Socket];
  return {
    socket,
    close: () => {
      client.destroy();
      socket.destroy();
      server.close();
    },
  };
}

describe("a worker's channel", () => {
  it('acknowledges all connections of a turn at once', async () => {
    const { sent, taken, hear } = bench();
    const one = await connection();
    const two = await connection();
    hear({ type: 'connection', listener: 1, serial: 1 }, one.socket);
    hear({ type: 'connection', listener: 2, serial: 2 }, two.socket);
    expect(taken.map(([, listener]) => listener)).toEqual([1, 2]);
    await turn();
    await turn();
    expect(sent).toEqual([{ type: 'load', open: 2, acknowledged: 2 }]);
    one.close();
    two.close();
  });

  it('acknowledges a connection that arrived without its socket, and serves on', async () => {
    const { sent, taken, hear } = bench();
    hear({ type: 'connection', listener: 1, serial: 7 });
    await turn();
    await turn();
    expect(taken).toEqual([]);
    expect(sent).toEqual([{ type: 'load', open: 0, acknowledged: 7 }]);
  });

  it('acknowledges with a ping what never arrived', () => {
    const { sent, hear } = bench();
    hear({ type: 'ping', serial: 9 });
    expect(sent).toEqual([{ type: 'load', open: 0, acknowledged: 9 }]);
  });

  it('says that connections were closed', async () => {
    const { sent, hear } = bench();
    const { socket, close } = await connection();
    hear({ type: 'connection', listener: 1, serial: 1 }, socket);
    await turn();
    await turn();
    close();
    await once(socket, 'close');
    await eventually('both are said', () => sent.length > 1);
    expect(sent).toHaveLength(2);
  });

  it('closes a socket that came with something unreadable', async () => {
    const { taken, hear } = bench();
    const { socket, close } = await connection();
    hear({ type: 'no such' }, socket);
    expect(socket.destroyed).toBe(true);
    expect(taken).toEqual([]);
    close();
  });
});
