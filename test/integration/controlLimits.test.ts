import { connect, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { connectControl } from '../../src/core/client/index.ts';
import { BerthError } from '../../src/shared/errors.ts';
import { limits } from '../../src/shared/limits.ts';
import { type ControlHarness, startControlHarness } from '../support/controlHarness.ts';
import { eventually } from '../support/eventually.ts';
import { fakeControlServices } from '../support/fakeControlServices.ts';
import { RawClient } from '../support/rawClient.ts';

/** Milliseconds by which a timeout may be late: it is looked for each second. */
const slackMs = 2500;

describe('a client that takes its time is cut off', () => {
  const half = ({ port, token }: ControlHarness): string =>
    `POST /rpc/hosts/add HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${token}\r\n` +
    'Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{"json":';

  it.concurrent.each<[string, (harness: ControlHarness) => string, number]>([
    ['who says nothing', () => '', limits.controlHeadMs],
    ['who sends half a head', () => 'GET / HTTP/1.1\r\nHost: 127', limits.controlHeadMs],
    ['who sends half a body', half, limits.controlRequestMs],
    [
      'who has been answered',
      ({ port }) => `GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`,
      limits.controlIdleMs,
    ],
  ])('%s', async (_, text, afterMs) => {
    await using harness = await startControlHarness();
    const began = performance.now();
    const client = new RawClient(connect(harness.port, '127.0.0.1'));
    const sent = text(harness);
    if (sent !== '') client.send(sent);
    await client.finished();
    const took = performance.now() - began;
    expect(took).toBeGreaterThan(afterMs - slackMs);
    expect(took).toBeLessThan(afterMs + slackMs);
    expect(harness.services.calls).toEqual([]);
  });
});

it('connections to one door are bounded, and the other one stays open', async () => {
  await using harness = await startControlHarness();
  const sockets: Socket[] = [];
  let closed = 0;
  for (let count = 0; count < limits.maxControlConnections + 20; count++) {
    const socket = connect(harness.port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.on('close', () => closed++);
    sockets.push(socket.resume());
  }
  await eventually('those beyond the bound are closed', () => closed === 20);
  const client = await connectControl({ socket: harness.socket });
  expect(await client.api.hosts.list()).toHaveLength(1);
  client.close();
  for (const socket of sockets) socket.destroy();
});

it('open calls of one WebSocket are bounded, and those that end make room', async () => {
  let answer: (value: never[]) => void = () => undefined;
  const held = new Promise<never[]>((resolve) => {
    answer = resolve;
  });
  let asked = 0;
  await using harness = await startControlHarness({
    health: {
      ...fakeControlServices().health,
      list: () => {
        asked++;
        return held;
      },
    },
  });
  const client = await connectControl({ socket: harness.socket });
  const calls = Array.from({ length: limits.maxControlCalls }, () => client.api.health.list());
  await eventually('all were asked', () => asked === limits.maxControlCalls);
  const error: unknown = await client.api.hosts.list().catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(BerthError);
  expect(String(error)).toContain(`${limits.maxControlCalls} calls are open on this connection`);
  answer([]);
  await Promise.all(calls);
  expect(await client.api.hosts.list()).toHaveLength(1);
  client.close();
});
