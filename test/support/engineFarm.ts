import type { FrontendOptions } from '../../src/shared/model/options.ts';
import { type Harness, type HarnessOptions, startHarness } from './engineHarness.ts';
import { dial, type RawClient } from './rawClient.ts';
import { okay, type RecordingBackend, startBackend } from './recordingBackend.ts';

/** An engine with several recording backends behind `app.dev.local`; each answers with its number. */
export interface Farm extends AsyncDisposable {
  readonly harness: Harness;
  readonly backends: readonly RecordingBackend[];
  readonly urls: readonly string[];
  /** How many requests each backend saw. */
  readonly counts: readonly number[];
  /** Gives the frontend these options. */
  setOptions(options: Partial<FrontendOptions>): void;
  /** A raw client of the engine; it is closed with the farm. */
  dial(options?: { tls?: { ca: string } }): Promise<RawClient>;
}

export async function startFarm(count: number, options: HarnessOptions = {}): Promise<Farm> {
  const backends = await Promise.all(
    Array.from({ length: count }, (_, i) => startBackend({ request: () => okay(String(i)) })),
  );
  const urls = backends.map(({ url }) => url);
  const harness = await startHarness({
    ...options,
    frontends: { 'app.dev.local': ['app', ...urls] },
  });
  const clients: RawClient[] = [];
  return {
    harness,
    backends,
    urls,
    get counts() {
      return backends.map(({ requests }) => requests.length);
    },
    setOptions: (changes) =>
      void harness.frontendOptions.set('app.dev.local', JSON.stringify(changes)),
    async dial({ tls } = {}) {
      const client = await (tls === undefined
        ? dial(harness.port)
        : dial(harness.securePort, { tls }));
      clients.push(client);
      return client;
    },
    async [Symbol.asyncDispose]() {
      for (const client of clients) client.destroy();
      await harness.stop();
      for (const backend of backends) {
        await backend.allEnded();
        await backend.close();
      }
    },
  };
}
