import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ControlClient, connectControl } from '../../src/core/client/index.ts';
import { type BerthProcess, startBerth } from '../support/berthProcess.ts';
import { eventually } from '../support/eventually.ts';

let backend: Server;
let url: string;
const seen: string[] = [];
let berth: BerthProcess;
let client: ControlClient;

beforeAll(async () => {
  backend = createServer(({ headers, method, url: target }, response) => {
    seen.push(`${method} ${headers.host}${target}`);
    response.end();
  }).listen(0, '127.0.0.1');
  await once(backend, 'listening');
  const address = backend.address();
  url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  berth = await startBerth();
  client = await connectControl({ socket: berth.controlSocket });
});
afterAll(async () => {
  client.close();
  await berth[Symbol.asyncDispose]();
  backend.close();
  backend.closeAllConnections();
});

it('a host is tried by a request that its backend gets through the proxy', async () => {
  await client.api.hosts.add({ name: '*.app.test', backends: [url] });
  expect(await client.api.instance.try({ name: '*.app.test' })).toMatchObject({
    ok: true,
    status: 200,
    reason: '',
  });
  expect(seen).toEqual(['GET any.app.test/']);
  await eventually('its record', async () => {
    const { records } = await client.api.traffic.recent({ filter: 'host:any.app.test' });
    return records.length === 1;
  });
});

it('what Berth answers itself is no success, and comes with its reason', async () => {
  await client.api.hosts.add({ name: 'dead.test', backends: ['http://127.0.0.1:9'] });
  expect(await client.api.instance.try({ name: 'dead.test' })).toMatchObject({
    ok: false,
    status: 502,
    reason: expect.stringContaining('BERTH_BACKEND_REFUSED'),
  });
  expect(await client.api.instance.try({ name: 'unknown.test' })).toMatchObject({
    ok: false,
    reason: expect.stringContaining('BERTH_HOST_UNKNOWN'),
  });
});
