import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { eventually } from '../../../../test/support/eventually.ts';
import { fakeContainer } from '../../../../test/support/fakeContainers.ts';
import { limits } from '../../../shared/limits.ts';
import type { Running } from './aim.ts';
import { Readiness, type TryConnection, tryConnection } from './readiness.ts';

const running = (
  name: string,
  startedAt = 1,
  by: 'address' | 'published' = 'address',
): Running => ({
  container: fakeContainer(name, '10.0.0.1', { startedAt }),
  url: `http://${name}:80`,
  way: { ok: true, host: name, port: 80, by },
});

describe('containers that were just started', () => {
  const open: Readiness[] = [];
  afterEach(() => {
    for (const each of open.splice(0)) each.close();
  });
  const start = (takes: TryConnection) => {
    const changed = vi.fn<(running: readonly Running[]) => void>();
    const readiness = new Readiness({ tryConnection: takes, changed });
    open.push(readiness);
    return { readiness, changed };
  };

  test('are tried until they take a connection, and no longer', async () => {
    const answers = [false, false, true];
    const takes = vi.fn(async () => answers.shift() ?? true);
    const { readiness, changed } = start(takes);
    const one = running('one');
    expect(readiness.of(one)).toBe(null);
    readiness.want('app', [one], []);
    await eventually('it is ready', () => readiness.of(one) === true);
    expect(takes).toHaveBeenCalledTimes(3);
    expect(changed).toHaveBeenCalledTimes(2);
    readiness.want('app', [], [one]);
    expect(readiness.of(one)).toBe(true);
    expect(takes).toHaveBeenCalledTimes(3);
  });

  test('are tried anew after another start', async () => {
    const { readiness } = start(async () => true);
    readiness.want('app', [running('one', 1)], []);
    await eventually('it is ready', () => readiness.of(running('one', 1)) === true);
    expect(readiness.of(running('one', 2))).toBe(null);
  });

  test('are forgotten when nobody wants them', async () => {
    const { readiness } = start(async () => true);
    const one = running('one');
    readiness.want('app', [one], []);
    readiness.want('api', [one], []);
    await eventually('it is ready', () => readiness.of(one) === true);
    readiness.want('app', [], []);
    expect(readiness.of(one)).toBe(true);
    readiness.want('api', [], []);
    expect(readiness.of(one)).toBe(null);
  });

  test('are tried so many at a time, and all of them', async () => {
    let underWay = 0;
    let most = 0;
    const { readiness } = start(async () => {
      most = Math.max(most, ++underWay);
      await new Promise((resolve) => setImmediate(resolve));
      underWay--;
      return true;
    });
    const all = Array.from({ length: 100 }, (_, i) => running(`c${i}`));
    readiness.want('app', all, []);
    await eventually('all are ready', () => all.every((one) => readiness.of(one) === true));
    expect(most).toBe(limits.maxStartProbes);
  });

  test('have to keep a connection where somebody else takes it for them', async () => {
    const held: number[] = [];
    const { readiness } = start(async (_to, holdMs) => {
      held.push(holdMs);
      return true;
    });
    const all = [running('one'), running('two', 1, 'published')];
    await readiness.tried('app', all);
    expect(held).toEqual([0, limits.startHoldMs]);
  });
});

describe('a connection', () => {
  const servers: Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });
  const listen = async (accept: (socket: Socket) => void) => {
    const server = createServer(accept).listen(0, '127.0.0.1');
    servers.push(server);
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    return { host: '127.0.0.1', port: address.port };
  };
  const { signal } = new AbortController();

  test('that is taken and kept is one', async () => {
    const to = await listen((socket) => socket.on('error', () => {}));
    expect(await tryConnection(to, 0, signal)).toBe(true);
    expect(await tryConnection(to, 20, signal)).toBe(true);
  });

  test('that is taken and given up at once is none', async () => {
    const to = await listen((socket) => socket.destroy());
    expect(await tryConnection(to, 1000, signal)).toBe(false);
  });

  test('that is refused is none', async () => {
    const to = await listen(() => {});
    const [server] = servers.splice(0);
    if (server === undefined) throw new Error('no server');
    server.close();
    await once(server, 'close');
    expect(await tryConnection(to, 0, signal)).toBe(false);
  });

  test('ends with whoever wants it', async () => {
    const to = await listen((socket) => socket.on('error', () => {}));
    expect(await tryConnection(to, 60_000, AbortSignal.abort())).toBe(false);
  });
});
