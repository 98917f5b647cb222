import { afterAll, beforeAll, expect, test } from 'vitest';
import { canary, forwarded, refused } from '../fixtures/smuggling.ts';
import { type Harness, startHarness } from '../support/engineHarness.ts';
import { dial } from '../support/rawClient.ts';
import { type RecordingBackend, startBackend } from '../support/recordingBackend.ts';
import { type ReferenceProxy, startHaproxy, startNginx } from '../support/referenceProxies.ts';
import { describeWith } from '../support/requirement.ts';

// The same bytes through us, nginx and haproxy, each in front of a backend of its own. We may be stricter than both;
// where we forward, the backend must read from us what it reads from one of them. What is sound we do forward.

/** Looks, 20 ms apart, after which nothing more is expected of anybody. */
const patience = 500;

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

  /** @param enough looks in a row, 20 ms apart, at which nothing new was answered: whether it was waited long enough */
  const seenThrough = async (
    port: number,
    backend: RecordingBackend,
    bytes: string,
    enough: (looks: number, seen: readonly string[]) => boolean = (looks) => looks >= 10,
  ): Promise<readonly string[]> => {
    const before = backend.requests.length;
    const seen = (): readonly string[] =>
      backend.requests.slice(before).map(({ target, body }) => `${target} ${body}`);
    const client = await dial(port);
    client.send(bytes);
    let last = '';
    // The canary answers, or the connection ends, or nothing more comes: a proxy may wait for a body for ever.
    for (
      let quiet = 0;
      !client.ended && !enough(quiet, seen());
      quiet = client.received === last ? quiet + 1 : 0
    ) {
      last = client.received;
      await new Promise((done) => setTimeout(done, 20));
      if (seen().some((one) => one.startsWith('/canary '))) break;
    }
    client.destroy();
    return seen();
  };

  /** What the others make of it. One that agrees may need its time on a busy machine; then the other one is not waited for. */
  const theirsOf = async (
    bytes: string,
    ours: readonly string[],
  ): Promise<readonly (readonly string[])[]> => {
    let isAgreed = false;
    const enough = (looks: number, seen: readonly string[]): boolean => {
      isAgreed ||= JSON.stringify(seen) === JSON.stringify(ours);
      return looks >= (isAgreed ? 10 : patience);
    };
    return await Promise.all(
      proxies.map(({ proxy, backend }) => seenThrough(proxy.port, backend, bytes, enough)),
    );
  };

  test.each(Object.entries(refused))('doubtful: %s', async (_name, payload) => {
    const ours = await seenThrough(harness.port, own, payload + canary);
    if (ours.length > 0) expect(await theirsOf(payload + canary, ours)).toContainEqual(ours);
  });

  test.each(Object.entries(forwarded))('sound: %s', async (_name, [payload, body]) => {
    const ours = await seenThrough(
      harness.port,
      own,
      payload + canary,
      (looks) => looks >= patience,
    );
    expect(ours).toEqual([`/p ${body}`, '/canary ']);
    expect(await theirsOf(payload + canary, ours)).toContainEqual(ours);
  });
});
