import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ReachableStore } from '../../src/shared/model/driver.ts';
import { makeCertificate } from '../support/certificates.ts';
import { eventually } from '../support/eventually.ts';
import { urlsOf } from '../support/fakeRouting.ts';
import { endpointOf, type LiveRouting, startRouting, storeOn } from '../support/liveRouting.ts';
import { freePort, type RedisServer, startRedisServer } from '../support/redisServer.ts';
import { describeWith } from '../support/requirement.ts';

describeWith('redis', 'a store is reached', () => {
  let server: RedisServer;
  let directory: string;
  let socket: string;
  let live: LiveRouting | null = null;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'berth-address-'));
    socket = join(directory, 'redis.sock');
    server = await startRedisServer({
      args: [
        ...['--requirepass', 'sesame', '--unixsocket', socket],
        ...['--user', 'proxy', 'on', '>open', '~*', '&*', '+@all'],
      ],
    });
  });
  afterEach(async () => {
    await live?.routing.close();
    live = null;
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  });

  const reaches = async (store: ReachableStore, key: string, database = 0): Promise<void> => {
    const editor = new Redis(server.port, server.host, { password: 'sesame', db: database });
    live = startRouting(store);
    expect(await live.routing.ready(20_000)).toBe(true);
    expect(live.routing.state).toBe('live');
    const { router } = live.routing;
    expect(await router.resolve('a.local')).toEqual({ kind: 'unknown' });
    await editor.rpush(key, 'a', 'http://a:1');
    await eventually('found', async () => urlsOf(await router.resolve('a.local')).length === 1);
    const names = String(await editor.client('LIST'));
    expect(names.match(/name=berth/g)).toHaveLength(2);
    editor.disconnect();
  };

  const on = (changes: Parameters<typeof endpointOf>[1]): ReachableStore => {
    const endpoint = endpointOf(server, changes);
    return { kind: 'redis', prefix: '', read: endpoint, write: endpoint };
  };

  it('with a password', () => reaches(on({ password: 'sesame' }), 'frontend:a.local'));

  it('with a user of its own', () =>
    reaches(on({ username: 'proxy', password: 'open' }), 'frontend:a.local'));

  it('in a database other than the first', () =>
    reaches(on({ password: 'sesame', database: 7 }), 'frontend:a.local', 7));

  it('never in another database than the one that was asked for', async () => {
    const editor = new Redis(server.port, server.host, { password: 'sesame' });
    await editor.rpush('frontend:a.local', 'a', 'http://a:1');
    editor.disconnect();
    live = startRouting(on({ password: 'sesame', database: 99 }));
    const { routing, lines } = live;
    await eventually('the reason is known', () => lines.length > 0);
    expect(routing.state).toBe('connecting');
    expect(routing.detail).toContain('DB index is out of range');
    expect(lines[0]).toContain('[BERTH_STORE_REFUSED]');
    expect(await routing.router.resolve('a.local')).toEqual({ kind: 'unavailable' });
  });

  it('not with a wrong password, and says what to check', async () => {
    live = startRouting(on({ password: 'parsley' }));
    const { routing, lines } = live;
    await eventually('the reason is known', () => lines.length > 0);
    expect(routing.state).toBe('connecting');
    expect(lines[0]).toMatch(/WRONGPASS.*password.*"driver".*\[BERTH_STORE_REFUSED\]/);
  });

  it('with a prefix in front of every key', () => {
    const endpoint = endpointOf(server, { password: 'sesame' });
    return reaches(
      { kind: 'redis', prefix: 'team:', read: endpoint, write: endpoint },
      'team:frontend:a.local',
    );
  });

  it('by a name that has addresses of both families', () =>
    reaches(on({ host: 'localhost', password: 'sesame' }), 'frontend:a.local'));

  it('on a local socket', async () => {
    await server.stop();
    server = await startRedisServer({ args: ['--unixsocket', socket] });
    live = startRouting({ kind: 'socket', prefix: '', path: socket });
    expect(await live.routing.ready(20_000)).toBe(true);
    expect(await live.routing.router.resolve('a.local')).toEqual({ kind: 'unknown' });
  });
});

describeWith('redis', 'a store over TLS', () => {
  it('is spoken to in TLS, and not believed with a certificate that nobody vouches for', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'berth-tls-'));
    const key = join(directory, 'key.pem');
    const cert = join(directory, 'cert.pem');
    const made = makeCertificate();
    await writeFile(key, made.key);
    await writeFile(cert, made.cert);
    const tlsPort = await freePort();
    await using server = await startRedisServer({
      args: [
        ...['--tls-port', String(tlsPort), '--tls-cert-file', cert, '--tls-key-file', key],
        ...['--tls-auth-clients', 'no', '--tls-ca-cert-file', cert],
      ],
    });
    const endpoint = endpointOf({ host: server.host, port: tlsPort }, { tls: true });
    const store: ReachableStore = { kind: 'redis', prefix: '', read: endpoint, write: endpoint };
    const before = process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
    try {
      await using strict = startRouting(store);
      await eventually('refused', () => strict.lines.length > 0);
      expect(strict.lines[0]).toMatch(/self-signed certificate/);
      expect(strict.routing.state).toBe('connecting');

      process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
      await using trusting = startRouting(store);
      expect(await trusting.routing.ready(20_000)).toBe(true);
      expect(await trusting.routing.router.resolve('a.local')).toEqual({ kind: 'unknown' });

      await using plain = startRouting(storeOn({ host: server.host, port: tlsPort }));
      await eventually('plain text is refused', () => plain.lines.length > 0);
      expect(plain.routing.state).toBe('connecting');
    } finally {
      if (before === undefined) delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
      else process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = before;
      await rm(directory, { recursive: true, force: true });
    }
  });
});
