import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runCli, startCli } from '../../../test/support/cliHarness.ts';
import { eventuallyHolds } from '../../../test/support/eventually.ts';
import { instanceStatus } from '../../../test/support/instanceStatus.ts';
import { BerthError } from '../../shared/errors.ts';

/** Stands for the proxy: answers as it is told to, and remembers what it was asked. */
let proxy: Server;
let asked: (readonly [host: string | undefined, target: string | undefined])[];
let answer: () => { readonly status: number; readonly own?: string };

beforeEach(async () => {
  asked = [];
  answer = () => ({ status: 200 });
  proxy = createServer((request, response) => {
    asked.push([request.headers.host, request.url]);
    const { status, own } = answer();
    response.writeHead(status, own === undefined ? {} : { 'x-debug-error': own });
    response.end();
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
});
afterEach(() => {
  proxy.close();
  proxy.closeAllConnections();
});

const answers = {
  'instance.status': () => {
    const { port } = proxy.address() as AddressInfo;
    return instanceStatus({ listeners: [{ address: '127.0.0.1', port, secure: false }] });
  },
};

test('asks through the proxy, by the name of the host', async () => {
  const ran = await runCli(['wait', 'app.localhost', '--path', '/health'], { answers });
  expect(ran).toMatchObject({ exitCode: 0, stdout: '', open: 0 });
  expect(ran.stderr).toMatch(/^app\.localhost answers 200, after .* m?s\n$/);
  expect(asked).toEqual([['app.localhost', '/health']]);
});

test('--json tells the status and how long it took', async () => {
  const { stdout } = await runCli(['wait', '*.app.localhost', '--json', '-q'], { answers });
  expect(JSON.parse(stdout)).toEqual({
    schema: 1,
    host: '*.app.localhost',
    status: 200,
    ms: expect.any(Number),
  });
  expect(asked).toEqual([['any.app.localhost', '/']]);
});

test('says once each what it waits for, and goes on until it is there', async () => {
  const states = [
    { status: 400, own: 'no frontend has this name' },
    { status: 502, own: 'connection refused' },
    { status: 502, own: 'connection refused' },
    { status: 503 },
    { status: 204 },
  ];
  answer = () => states.shift() ?? { status: 204 };
  const ran = await runCli(['wait', 'app.localhost', '--timeout', '1m'], { answers });
  expect(ran.exitCode).toBe(0);
  expect(ran.stderr.split('\n').slice(0, 3)).toEqual([
    'Waiting up to 1m for app.localhost: Berth answers 400: no frontend has this name',
    'Waiting up to 1m for app.localhost: Berth answers 502: connection refused',
    'Waiting up to 1m for app.localhost: it answers 503, not 200-499',
  ]);
  expect(ran.stderr).toContain('answers 204');
  expect(asked).toHaveLength(5);
});

test('--status says which answers count', async () => {
  const states = [{ status: 404 }, { status: 200 }];
  answer = () => states.shift() ?? { status: 200 };
  const ran = await runCli(['wait', 'app.localhost', '--status', '2xx'], { answers });
  expect(ran.stderr).toContain('it answers 404, not 2xx');
  expect(asked).toHaveLength(2);
});

test('waits for an instance that does not run yet', async () => {
  let tries = 0;
  const ran = await runCli(['wait', 'app.localhost'], {
    answers,
    connecting: () => {
      tries++;
      if (tries < 3) throw new BerthError('BERTH_NOT_RUNNING', 'nobody listens');
    },
  });
  expect(ran.exitCode).toBe(0);
  expect(ran.stderr).toContain('no instance of Berth runs yet');
});

test('an instance that ends while it is asked is waited for', async () => {
  let tries = 0;
  const ran = await runCli(['wait', 'app.localhost'], {
    answers,
    connecting: () => {
      tries++;
      const cause = Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
      if (tries < 3) throw new BerthError('BERTH_CONTROL_FOREIGN', 'socket hang up', { cause });
    },
  });
  expect(ran.exitCode).toBe(0);
});

test('an instance that cannot be talked to is not waited for', async () => {
  const ran = await runCli(['wait', 'app.localhost'], {
    answers,
    connecting: () => {
      throw new BerthError('BERTH_CONTROL_VERSION', 'the instance is version 9');
    },
  });
  expect(ran.exitCode).toBe(6);
});

test('the end of its time is exit code 7, with the last reason', async () => {
  answer = () => ({ status: 502, own: 'connection refused' });
  const ran = await runCli(['wait', 'app.localhost', '--timeout', '120ms'], { answers });
  expect(ran.exitCode).toBe(7);
  expect(ran.stderr).toContain(
    'app.localhost was not there within 120ms: Berth answers 502: connection refused',
  );
  expect(ran.stderr).toContain('[BERTH_UNHEALTHY]');
});

test('a host that nobody added is added by the command that it names', async () => {
  answer = () => ({ status: 400, own: 'BERTH_HOST_UNKNOWN: No frontend has this name' });
  const ran = await runCli(['wait', 'nope', '--timeout', '120ms'], { answers });
  expect(ran.exitCode).toBe(7);
  expect(ran.stderr).toContain('The frontend was not added in time: nope was not there within');
  expect(ran.stderr).toContain('berth add');
  expect(ran.stderr).toContain('[BERTH_HOST_NOT_ADDED]');
});

test('an instance that does not come up in time is exit code 6', async () => {
  const ran = await runCli(['wait', 'app.localhost', '--timeout', '120ms'], {
    connecting: () => {
      throw new BerthError('BERTH_NOT_RUNNING', 'nobody listens');
    },
  });
  expect(ran.exitCode).toBe(6);
  expect(ran.stderr).toContain('berth --headless');
  expect(ran.stderr).toContain('[BERTH_NOT_RUNNING]');
});

test('Ctrl-C ends it', async () => {
  answer = () => ({ status: 502 });
  const running = startCli(['wait', 'app.localhost'], { answers });
  await eventuallyHolds(() => expect(asked.length).toBeGreaterThan(0));
  running.signals.emit('SIGINT');
  expect(await running.exitCode).toBe(130);
});
