import { expect, it } from 'vitest';
import { startBerth } from '../support/berthProcess.ts';
import { startEchoBackend } from '../support/echoBackend.ts';
import { eventually } from '../support/eventually.ts';
import { dialHttp2, type Http2Client } from '../support/http2Client.ts';
import { describeWhen, isLinux, linuxReason } from '../support/requirement.ts';
import { addHost } from '../support/storeClient.ts';
import { makeTlsFiles } from '../support/tlsFiles.ts';

const host = 'app.dev.local';
const refusedStream = 7;

describeWhen(isLinux, linuxReason, 'a reload under constant load over HTTP/2', () => {
  it('fails no request; what was not looked at is said to be, and answered when it is sent again', async () => {
    await using backend = await startEchoBackend();
    await using files = await makeTlsFiles(host);
    const https = { bind: '127.0.0.1', port: 0, key: files.key, cert: files.cert };
    await using berth = await startBerth({ config: { https, server: { workers: 2 } } });
    await addHost(berth.storePort, host, backend.url);
    await eventually('two workers run', () => berth.workers().length === 2);

    const failures: string[] = [];
    let answered = 0;
    let stopped = false;
    /** Sends one request after another, five at a time, on a connection for as long as it is good. */
    const load = async (): Promise<void> => {
      let client: Http2Client | null = null;
      while (!stopped) {
        if (client === null || client.goaways.length > 0 || client.closed) {
          client = await dialHttp2(berth.securePort);
        }
        const current = client;
        await Promise.all(
          Array.from({ length: 5 }, async () => {
            if (current.session.closed || current.session.destroyed) return;
            const request = current.send({ ':authority': host, ':path': '/p' });
            const code = await request.closed();
            if (code === 0 && request.body.includes('GET /p')) answered++;
            else if (code !== refusedStream) failures.push(`${code}: ${request.body}`);
          }),
        );
      }
      client?.destroy();
    };
    const clients = Array.from({ length: 4 }, load);
    const more = async (count: number): Promise<void> => {
      const from = answered;
      await eventually(`${count} more answers`, () => answered >= from + count);
    };
    await more(200);
    for (const workers of [1, 3]) {
      const old = berth.workers();
      await berth.reload({ https, server: { workers } });
      await more(200);
      await eventually('the old workers are gone', () => {
        const now = berth.workers();
        return now.length === workers && !now.some((pid) => old.includes(pid));
      });
    }
    stopped = true;
    await Promise.all(clients);
    expect(failures).toEqual([]);
    expect(backend.requests).toBe(answered);
  }, 60_000);
});
