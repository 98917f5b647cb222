import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { startBerth } from '../support/berthProcess.ts';
import { startEchoBackend } from '../support/echoBackend.ts';
import { addHost } from '../support/storeClient.ts';

const host = 'app.dev.local';
const clients = 3000;

/** One request on a connection of its own. @returns the status line, or why there is none */
const ask = (port: number): Promise<string> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let text = '';
    socket.setEncoding('latin1');
    socket.on('data', (part: string) => {
      text += part;
    });
    socket.on('error', ({ message }) => resolve(message));
    socket.on('close', () => resolve(text.split('\r\n', 1)[0] ?? ''));
    socket.write(`GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
  });

test('thousands of connections that are opened at once are all served, by a single worker', async () => {
  await using backend = await startEchoBackend();
  await using berth = await startBerth({ config: { server: { workers: 1 } } });
  await addHost(berth.storePort, host, backend.url);
  expect(await ask(berth.port)).toBe('HTTP/1.1 200 OK');
  const before = backend.requests;
  const answers = await Promise.all(Array.from({ length: clients }, () => ask(berth.port)));
  expect(answers.filter((answer) => answer !== 'HTTP/1.1 200 OK')).toEqual([]);
  expect(backend.requests - before).toBe(clients);
}, 60_000);
