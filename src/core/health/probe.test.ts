import { afterEach, describe, expect, test } from 'vitest';
import { makeCertificate } from '../../../test/support/certificates.ts';
import { startFullBacklog } from '../../../test/support/fullBacklog.ts';
import {
  okay,
  type RecordingBackend,
  type Script,
  startBackend,
} from '../../../test/support/recordingBackend.ts';
import { limits } from '../../shared/limits.ts';
import { parseBackend } from '../../shared/model/backend.ts';
import { type HealthCheck, healthCheckSchema } from '../../shared/model/options.ts';
import { createLookups } from './lookups.ts';
import { type Finding, probe } from './probe.ts';

let backend: RecordingBackend | null = null;
afterEach(async () => {
  await backend?.close();
  backend = null;
});

async function backendThat(
  script: Script,
  options?: Parameters<typeof startBackend>[1],
): Promise<RecordingBackend> {
  backend = await startBackend(script, options);
  return backend;
}

interface Asked {
  readonly check?: Partial<HealthCheck>;
  readonly name?: string;
}

/** Checks once and waits until the connection is gone. */
async function checked(url: string, { check = {}, name = 'app.localhost' }: Asked = {}) {
  const parsed = parseBackend(url, 0);
  if (!parsed.ok) throw new Error(parsed.problem);
  const { found, over } = probe({
    name,
    backend: parsed.backend,
    check: healthCheckSchema.parse(check),
    version: '1.2.3',
    lookup: createLookups(),
    now: () => performance.now(),
  });
  const finding = await found;
  await over;
  if (finding === null) throw new Error('this machine could not try');
  return finding;
}

const outcome = ({ ok, outcome: what }: Finding): string => `${ok ? 'up' : 'down'}: ${what}`;
const status = (line: string): Script => ({
  request: () => `HTTP/1.1 ${line}\r\nContent-Length: 0\r\n\r\n`,
});

describe('the backend sees', () => {
  test('one small request, to the byte, on a connection of its own', async () => {
    const { url, connections, allEnded } = await backendThat({});
    await checked(url);
    await checked(url);
    await allEnded();
    expect(connections.map(({ received }) => received)).toEqual(
      [1, 2].map(
        () =>
          'HEAD / HTTP/1.1\r\nHost: app.localhost\r\nUser-Agent: berth/1.2.3 (health check)\r\nAccept: */*\r\nConnection: close\r\n\r\n',
      ),
    );
  });

  test.each(['127.0.0.1', '::1'])('it at localhost where it listens on %s alone', async (host) => {
    const { port, requests } = await backendThat({}, { host });
    expect(outcome(await checked(`http://localhost:${port}`))).toBe('up: HEAD / answered 200');
    expect(outcome(await checked(`http://app.localhost:${port}`))).toBe('up: HEAD / answered 200');
    expect(requests).toHaveLength(2);
  });

  test.each<[string, Asked, string, string]>([
    [
      'the method and path of the check',
      { check: { method: 'GET', path: '/up?a=1' } },
      'GET /up?a=1',
      'app.localhost',
    ],
    ['its Host', { check: { host: 'ping' } }, 'HEAD /', 'ping'],
    ['its own address as Host under a wildcard', { name: '*.localhost' }, 'HEAD /', 'BACKEND'],
    ['its own address as Host under *', { name: '*' }, 'HEAD /', 'BACKEND'],
  ])('%s', async (_what, asked, start, host) => {
    const { url, requests, port } = await backendThat({});
    await checked(url, asked);
    expect(requests.map(({ method, target }) => `${method} ${target}`)).toEqual([start]);
    expect(backend?.connections[0]?.received).toContain(
      `\r\nHost: ${host === 'BACKEND' ? `127.0.0.1:${port}` : host}\r\n`,
    );
  });

  test('nothing at all from a TCP check, which ends the connection', async () => {
    const { url, connections, allEnded } = await backendThat({});
    const finding = await checked(url, { check: { type: 'tcp' } });
    await allEnded();
    expect(outcome(finding)).toBe('up: accepted the connection');
    expect(connections.map(({ received }) => received)).toEqual(['']);
  });
});

describe('the status decides', () => {
  test.each([
    ['200 OK', '200-499', 'up: HEAD / answered 200'],
    ['404 Not Found', '200-499', 'up: HEAD / answered 404'],
    ['500 Oops', '200-499', 'down: HEAD / answered 500, not 200-499'],
    ['204 No Content', '2xx', 'up: HEAD / answered 204'],
    ['302 Found', '2xx', 'down: HEAD / answered 302, not 2xx'],
    ['101 Switching Protocols', '101', 'up: HEAD / answered 101'],
  ])('%s with %s', async (line, range, expected) => {
    const { url } = await backendThat(status(line));
    expect(outcome(await checked(url, { check: { expect: range } }))).toBe(expected);
  });

  test('an interim response is not the answer', async () => {
    const early = 'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n';
    const { url } = await backendThat({ request: () => early + okay() });
    expect(outcome(await checked(url, { check: { method: 'GET' } }))).toBe(
      'up: GET / answered 200',
    );
  });
});

describe('a failure is put into words', () => {
  test('nobody listens', async () => {
    const { url, close } = await startBackend();
    await close();
    expect(outcome(await checked(url))).toBe('down: refused');
  });

  test.each<[string, Script, string]>([
    [
      'it hangs up',
      { connection: ({ socket }) => socket.destroy() },
      'closed the connection without an answer',
    ],
    [
      'it hangs up after the request',
      { request: ({ connection }) => void connection.socket.resetAndDestroy() },
      'closed the connection without an answer',
    ],
    [
      'it speaks no HTTP',
      { request: () => 'SSH-2.0-OpenSSH\r\n' },
      'did not answer with valid HTTP',
    ],
    [
      'it is silent',
      { request: () => undefined },
      'accepted the connection, but did not answer within 0.2 s',
    ],
    [
      'it begins an answer and does not go on',
      { request: () => 'HTTP/1.1 200 OK\r\nX-A: ' },
      'accepted the connection, but did not answer within 0.2 s',
    ],
  ])('%s', async (_what, script, words) => {
    const { url, allEnded } = await backendThat(script);
    expect(outcome(await checked(url, { check: { timeoutMs: 200 } }))).toBe(`down: ${words}`);
    await allEnded();
  });

  test('it does not take the connection', async () => {
    const full = await startFullBacklog();
    try {
      const finding = await checked(`http://127.0.0.1:${full.port}`, { check: { timeoutMs: 150 } });
      expect(outcome(finding)).toBe('down: did not accept the connection within 0.15 s');
      expect(finding.hung).toBe(true);
    } finally {
      await full.close();
    }
  });

  test('it is plain HTTP where https:// is written', async () => {
    const { port } = await backendThat({
      data: ({ socket }) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'),
    });
    expect(outcome(await checked(`https://127.0.0.1:${port}`))).toBe(
      'down: the secure connection failed',
    );
  });

  test('its name does not exist', async () => {
    const { ok } = await checked('http://no-such-name.invalid:1', { check: { timeoutMs: 2000 } });
    expect(ok).toBe(false);
  });
});

test('an https:// backend is checked without verification, as the proxy talks to it', async () => {
  const { url } = await backendThat({}, { tls: makeCertificate('somebody.else') });
  expect(outcome(await checked(url))).toBe('up: HEAD / answered 200');
});

test('localhost is found where the server listens on IPv6 only', async () => {
  const { port } = await backendThat({}, { host: '::1' });
  expect(outcome(await checked(`http://app.localhost:${port}`))).toBe('up: HEAD / answered 200');
});

test('an answer without an end is cut off, and counts by its status', async () => {
  let sent = 0;
  const { url, allEnded } = await backendThat({
    request: ({ connection: { socket } }) => {
      const more = (): void => {
        while (socket.writable && sent < 64 * 1024 * 1024) {
          sent += 65_536;
          if (!socket.write(Buffer.alloc(65_536))) {
            socket.once('drain', more);
            return;
          }
        }
      };
      setImmediate(more);
      return 'HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n';
    },
  });
  const finding = await checked(url, { check: { method: 'GET' } });
  await allEnded();
  expect(outcome(finding)).toBe('up: GET / answered 200');
  expect(sent).toBeLessThan(64 * 1024 * 1024);
});

test('an answer whose body does not come is left after a moment', async () => {
  const { url, allEnded } = await backendThat({
    request: () => 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n',
  });
  const begun = performance.now();
  const finding = await checked(url, { check: { method: 'GET' } });
  await allEnded();
  expect(finding.ok).toBe(true);
  expect(finding.ms).toBeLessThan(limits.checkBodyMs);
  expect(performance.now() - begun).toBeLessThan(limits.checkBodyMs + 2000);
});
