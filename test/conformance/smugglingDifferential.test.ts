import { afterAll, beforeAll, expect, test } from 'vitest';
import { canary, forwarded, refused } from '../fixtures/smuggling.ts';
import { type Harness, startHarness } from '../support/engineHarness.ts';
import { dial } from '../support/rawClient.ts';
import { type RecordingBackend, startBackend } from '../support/recordingBackend.ts';
import { type ReferenceProxy, startHaproxy, startNginx } from '../support/referenceProxies.ts';
import { describeWith } from '../support/requirement.ts';

// The same bytes through us, nginx and haproxy, each in front of a backend of its own. We may be stricter than both;
// where we forward, the backend must read from us what it reads from one of them.

describeWith(['nginx', 'haproxy'], 'what backends see of doubtful requests', () => {
  let harness: Harness;
  let own: RecordingBackend;
  let proxies: { proxy: ReferenceProxy; backend: RecordingBackend }[] = [];

  beforeAll(async () => {
    own = await startBackend();
    harness = await startHarness({ frontends: { 'app.dev.local': ['app', own.url] } });
    for (const start of [startNginx, startHaproxy]) {
      const backend = await startBackend();
      proxies.push({ backend, proxy: await start(backend.port) });
    }
  });
  afterAll(async () => {
    await harness.stop();
    await own.close();
    for (const { proxy, backend } of proxies) {
      await proxy.stop();
      await backend.close();
    }
    proxies = [];
  });

  const seenThrough = async (port: number, backend: RecordingBackend, bytes: string) => {
    const before = backend.requests.length;
    const client = await dial(port);
    client.send(bytes);
    let last = '';
    // The canary answers, or the connection ends, or nothing more comes: a proxy may wait for a body for ever.
    for (
      let quiet = 0;
      quiet < 10 && !client.ended;
      quiet = client.received === last ? quiet + 1 : 0
    ) {
      last = client.received;
      await new Promise((done) => setTimeout(done, 20));
      if (backend.requests.some(({ target }, i) => i >= before && target === '/canary')) break;
    }
    client.destroy();
    return backend.requests.slice(before).map(({ target, body }) => `${target} ${body}`);
  };

  const payloads = [
    ...Object.entries(refused),
    ...Object.entries(forwarded).map(([name, [payload]]) => [name, payload] as const),
  ];
  test.each(payloads)('%s', async (_name, payload) => {
    const ours = await seenThrough(harness.port, own, payload + canary);
    if (ours.length === 0) return;
    const theirs = await Promise.all(
      proxies.map(({ proxy, backend }) => seenThrough(proxy.port, backend, payload + canary)),
    );
    expect(theirs).toContainEqual(ours);
  });
});
