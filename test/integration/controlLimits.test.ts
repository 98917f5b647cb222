import { connect, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
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

describe('connections to one door are bounded', () => {
  it('one too many is told so, and the other door stays open', async () => {
    await using harness = await startControlHarness();
    const address = { socket: harness.socket };
    const clients = await Promise.all(
      Array.from({ length: limits.maxControlConnections }, () => connectControl(address)),
    );
    const error: unknown = await connectControl(address).catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      code: 'BERTH_CONTROL_BUSY',
      detail: expect.stringContaining(`too many connections (${limits.maxControlConnections})`),
    });
    const call = `POST /rpc/hosts/list HTTP/1.1\r\nHost: berth\r\n\r\n`;
    const raw = new RawClient(connect(harness.socket));
    const [response] = await raw.send(call).responses();
    expect(response?.status).toBe(503);

    const url = `http://127.0.0.1:${harness.port}`;
    const other = await connectControl({ url, token: harness.token });
    expect(await other.api.hosts.list()).toHaveLength(1);
    other.close();

    clients[0]?.close();
    await clients[0]?.closed;
    await eventually('there is room again', async () => {
      const next = await connectControl(address).catch(() => null);
      next?.close();
      return next !== null;
    });
    for (const client of clients) client.close();
  });

  it('those without a token cannot fill the loopback door', async () => {
    await using harness = await startControlHarness();
    const sockets: Socket[] = [];
    const flood = async (count: number): Promise<void> => {
      for (let index = 0; index < count; index++) {
        const socket = connect(harness.port, '127.0.0.1');
        socket.on('error', () => undefined);
        sockets.push(socket.resume());
        await new Promise((resolve) => socket.once('connect', resolve));
      }
    };
    await flood(limits.maxUnprovenConnections);
    await new Promise((resolve) => setTimeout(resolve, limits.controlProofMs));
    const url = `http://127.0.0.1:${harness.port}`;
    const client = await connectControl({ url, token: harness.token });
    await flood(limits.maxControlConnections + limits.maxRefusedConnections);
    await new Promise((resolve) => setTimeout(resolve, limits.controlProofMs));
    expect(await client.api.hosts.list()).toHaveLength(1);
    const next = await connectControl({ url, token: harness.token });
    expect(await next.api.hosts.list()).toHaveLength(1);
    client.close();
    next.close();
    for (const socket of sockets) socket.destroy();
  });
});

it('open calls of one WebSocket are bounded, and those that end make room', async () => {
  let answer: (value: never[]) => void = () => undefined;
  const held = new Promise<never[]>((resolve) => {
    answer = resolve;
  });
  let asked = 0;
  await using harness = await startControlHarness({
    hosts: {
      ...fakeControlServices().hosts,
      edits: () => {
        asked++;
        return held;
      },
    },
  });
  const client = await connectControl({ socket: harness.socket });
  const calls = Array.from({ length: limits.maxControlCalls }, () => client.api.hosts.edits());
  await eventually('all were asked', () => asked === limits.maxControlCalls);
  const error: unknown = await client.api.hosts.list().catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(BerthError);
  expect(String(error)).toContain(`${limits.maxControlCalls} calls are open on this connection`);
  answer([]);
  await Promise.all(calls);
  expect(await client.api.hosts.list()).toHaveLength(1);
  client.close();
});

it('streams of one WebSocket are bounded, and those that end make room', async () => {
  await using harness = await startControlHarness();
  const websocket = new WebSocket(`ws+unix:${harness.socket}:/rpc`, ['berth.rpc.v1']);
  const heard: { readonly i: string; readonly t?: number; readonly p?: unknown }[] = [];
  websocket.on('message', (data) => heard.push(JSON.parse(String(data))));
  await new Promise((resolve) => websocket.once('open', resolve));
  const open = (id: number): void =>
    websocket.send(JSON.stringify({ i: String(id), p: { u: '/instance/watch' } }));
  const answers = (id: number) => heard.filter(({ i }) => i === String(id));
  for (let id = 0; id <= limits.maxControlStreams; id++) open(id);
  const last = limits.maxControlStreams;
  await eventually('the last one was answered', () => answers(last).length > 0);
  expect(JSON.stringify(answers(last))).toContain(
    `${limits.maxControlStreams} streams are open on this connection`,
  );
  expect(answers(last - 1)).not.toEqual([]);
  expect(JSON.stringify(answers(last - 1))).not.toContain('REFUSED');

  websocket.send(JSON.stringify({ i: '0', t: 4 }));
  open(100);
  await eventually('another one was answered', () => answers(100).length > 0);
  expect(JSON.stringify(answers(100))).not.toContain('REFUSED');
  websocket.terminate();
});
