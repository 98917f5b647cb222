import type { SecureClientSessionOptions } from 'node:http2';
import { makeCertificate } from './certificates.ts';
import { type Harness, type HarnessOptions, startHarness } from './engineHarness.ts';
import { dialHttp2, type Http2Client } from './http2Client.ts';
import { dialFrames, type Http2Frames } from './http2Frames.ts';
import { type RecordingBackend, type Script, startBackend } from './recordingBackend.ts';

/** An engine that serves HTTPS, with one recording backend behind `app.dev.local`. */
export interface Http2Pair {
  readonly backend: RecordingBackend;
  readonly harness: Harness;
  /** Of the engine, as PEM. */
  readonly certificate: string;
  /** A client of the engine; it is closed by `stop`. */
  dial(options?: SecureClientSessionOptions): Promise<Http2Client>;
  /** A client that writes frames by itself; likewise. */
  frames(): Promise<Http2Frames>;
  /** Stops all, and fails when a connection is left on either side. */
  stop(): Promise<void>;
}

const certificate = makeCertificate();

export async function startHttp2Pair(
  script: Script = {},
  options: HarnessOptions = {},
): Promise<Http2Pair> {
  const backend = await startBackend(script);
  const harness = await startHarness({
    tls: { ca: [], ...certificate },
    ...options,
    frontends: { 'app.dev.local': ['app', backend.url], ...options.frontends },
  });
  const clients: { destroy(): void }[] = [];
  const kept = <Client extends { destroy(): void }>(client: Client): Client => {
    clients.push(client);
    return client;
  };
  return {
    backend,
    harness,
    certificate: certificate.cert,
    dial: async (more) => kept(await dialHttp2(harness.securePort, more)),
    frames: async () => kept(await dialFrames(harness.securePort)),
    async stop() {
      for (const client of clients) client.destroy();
      await harness.stop();
      await backend.allEnded();
      await backend.close();
    },
  };
}
