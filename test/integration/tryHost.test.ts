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

const viteWords = (host: string): string =>
  `Blocked request. This host ("${host}") is not allowed.\nTo allow this host, add "${host}" to \`server.allowedHosts\` in vite.config.js.`;

/** Tries a host whose backend has this one answer. */
async function tried(name: string, status: number, type: string, body: string) {
  const refusing = createServer((_request, response) => {
    response.writeHead(status, { 'content-type': type, 'content-length': body.length }).end(body);
  }).listen(0, '127.0.0.1');
  await once(refusing, 'listening');
  try {
    const address = refusing.address();
    const port = typeof address === 'object' ? address?.port : '';
    await client.api.hosts.add({ name, backends: [`http://127.0.0.1:${port}`] });
    return await client.api.instance.try({ name });
  } finally {
    refusing.close();
    refusing.closeAllConnections();
  }
}

it('a backend that refuses the host has answered, and it is told whose check that is', async () => {
  const vite = await tried('vite.test', 403, 'text/plain', viteWords('vite.test'));
  expect(vite).toMatchObject({ ok: true, status: 403, refused: { server: 'Vite' } });
  expect(vite.refused?.fix).toContain('Add "vite.test" to server.allowedHosts');
  const webpack = await tried('webpack.test', 200, 'text/html', 'Invalid Host header');
  expect(webpack).toMatchObject({ ok: true, refused: { server: 'webpack-dev-server' } });
});

it('a refusal that is about something else is an answer like any other', async () => {
  const other = await tried('open.test', 403, 'text/plain', viteWords('of.another.test'));
  expect(other).toMatchObject({ ok: true, status: 403 });
  expect(other).not.toHaveProperty('refused');
});
