import { type Harness, type HarnessOptions, startHarness } from './engineHarness.ts';
import { dial, type RawClient } from './rawClient.ts';
import { type RecordingBackend, type Script, startBackend } from './recordingBackend.ts';

/** An engine with one recording backend behind `app.dev.local`. */
export interface Pair {
  readonly backend: RecordingBackend;
  readonly harness: Harness;
  /** A raw client of the engine; it is closed by `stop`. */
  dial(): Promise<RawClient>;
  /** Stops both, and fails when a connection is left on either side. */
  stop(): Promise<void>;
}

export async function startPair(script: Script = {}, options: HarnessOptions = {}): Promise<Pair> {
  const backend = await startBackend(script);
  const harness = await startHarness({
    ...options,
    frontends: { 'app.dev.local': ['app', backend.url], ...options.frontends },
  });
  const clients: RawClient[] = [];
  return {
    backend,
    harness,
    async dial() {
      const client = await dial(harness.port);
      clients.push(client);
      return client;
    },
    async stop() {
      for (const client of clients) client.destroy();
      await harness.stop();
      await backend.allEnded();
      await backend.close();
    },
  };
}
