import { expect, it } from 'vitest';
import { startBerth } from '../support/berthProcess.ts';
import { startEchoBackend } from '../support/echoBackend.ts';
import { dial, get } from '../support/rawClient.ts';
import { addHost } from '../support/storeClient.ts';

const host = 'app.dev.local';

it('a connection beyond maxConnections of every worker is told 503 at once and closed', async () => {
  await using backend = await startEchoBackend();
  await using berth = await startBerth({ config: { server: { workers: 2, maxConnections: 2 } } });
  await addHost(berth.storePort, host, backend.url);
  const clients = [];
  for (let i = 0; i < 4; i++) {
    const client = await dial(berth.port);
    clients.push(client);
    expect((await client.send(get(host)).response()).status).toBe(200);
  }
  for (let i = 0; i < 40; i++) {
    const begun = performance.now();
    const client = await dial(berth.port);
    const [refusal] = await client.responses();
    expect(refusal?.status).toBe(503);
    expect(performance.now() - begun).toBeLessThan(5000);
    client.destroy();
  }
  for (const client of clients) {
    expect((await client.send(get(host)).response()).status).toBe(200);
    client.destroy();
  }
  expect((await berth.stop()).code).toBe(0);
}, 60_000);
