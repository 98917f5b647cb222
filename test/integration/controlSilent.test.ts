import { execFile } from 'node:child_process';
import { createServer, type Socket } from 'node:net';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { createControlClient } from '../../src/client/client.ts';
import { openConnection } from '../../src/core/client/connection.ts';
import { connectControl, openSocket } from '../../src/core/client/index.ts';
import { BerthError } from '../../src/shared/errors.ts';
import { limits } from '../../src/shared/limits.ts';
import { startBerth } from '../support/berthProcess.ts';
import { temporaryDirectory } from '../support/temporaryDirectory.ts';

/** How an attempt ends, and after how many milliseconds. */
async function ending(doing: Promise<unknown>): Promise<{ code: unknown; ms: number }> {
  const start = performance.now();
  const error: unknown = await doing.then(
    () => null,
    (reason: unknown) => reason,
  );
  return {
    code: error instanceof BerthError ? error.code : error,
    ms: performance.now() - start,
  };
}

const silent = {
  code: 'BERTH_CONTROL_SILENT',
  // As long as is promised, and not much longer.
  ms: expect.toSatisfy((ms: number) => Math.abs(ms - limits.controlHelloMs) < 1500),
};

it('who listens and says nothing, or too little, is given up after a moment', async () => {
  await using place = await temporaryDirectory();
  const speakers: Record<string, (socket: Socket) => void> = {
    mute: () => undefined,
    slow: (socket) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nX: ');
      const more = setInterval(() => socket.write('1'), 500);
      socket.once('close', () => clearInterval(more));
    },
    endless: (socket) => void socket.write('HTTP/1.1 401 No\r\nContent-Length: 9\r\n\r\nhello'),
  };
  const left: Promise<unknown>[] = [];
  const attempts = Object.entries(speakers).map(async ([name, speak]) => {
    const path = join(place.path, name);
    const server = createServer((socket) => {
      socket.on('error', () => undefined).resume();
      left.push(new Promise((gone) => socket.once('close', gone)));
      speak(socket);
    });
    await new Promise<void>((listening) => server.listen(path, listening));
    const address = { socket: path };
    const ends = await Promise.all([ending(connectControl(address)), ending(openSocket(address))]);
    await new Promise((closed) => server.close(closed));
    return ends;
  });
  for (const ends of await Promise.all(attempts)) expect(ends).toEqual([silent, silent]);
  // Nothing stays open behind it.
  await Promise.all(left);
});

it('a stopped process ends a verb with its own code, before the handshake and after it', async () => {
  await using berth = await startBerth({ config: { control: { port: 0 } } });
  const address = { socket: berth.controlSocket };
  try {
    const hello = await ending(
      createControlClient(async (options) => {
        const connection = await openConnection(address, options);
        berth.signal('SIGSTOP');
        return connection;
      }, address.socket),
    );
    expect(hello).toEqual(silent);
    const env = { ...process.env, BERTH_HOME: berth.home };
    const start = performance.now();
    const { code, stderr } = await new Promise<{ code: unknown; stderr: string }>((ended) => {
      execFile(process.execPath, [resolve('dist/cli.cjs'), 'status'], { env }, (error, _, text) =>
        ended({ code: error?.code, stderr: text }),
      );
    });
    expect(code).toBe(6);
    expect(stderr).toContain('[BERTH_CONTROL_SILENT]');
    expect(performance.now() - start).toBeLessThan(limits.controlHelloMs + 5000);
  } finally {
    berth.signal('SIGCONT');
  }
});
