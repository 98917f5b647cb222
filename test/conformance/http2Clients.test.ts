import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openBrowser } from '../support/chromium.ts';
import { eventually } from '../support/eventually.ts';
import { type Http2Pair, startHttp2Pair } from '../support/http2Pair.ts';
import { fieldOf } from '../support/messageReader.ts';
import { okay, type SeenRequest } from '../support/recordingBackend.ts';
import { describeWith } from '../support/requirement.ts';

let pair: Http2Pair;
beforeEach(async () => {
  pair = await startHttp2Pair();
});
afterEach(() => pair.stop());

describeWith('curl', 'curl', () => {
  const curl = async (...args: readonly string[]): Promise<string> => {
    const port = pair.harness.securePort;
    const { stdout } = await promisify(execFile)('curl', [
      ...['-sS', '-k', '--max-time', '20', '--resolve', `app.dev.local:${port}:127.0.0.1`],
      ...args,
      `https://app.dev.local:${port}/p`,
    ]);
    return stdout;
  };

  test('speaks HTTP/2 by itself, and HTTP/1.1 when it is told to', async () => {
    const write = '%{http_version} %{response_code}\n';
    expect(await curl('-w', write)).toBe('ok2 200\n');
    expect(await curl('--http1.1', '-w', write)).toBe('ok1.1 200\n');
    expect(pair.backend.requests.map(({ start }) => start)).toEqual([
      'GET /p HTTP/1.1',
      'GET /p HTTP/1.1',
    ]);
  });

  test('sends bodies, and gets trailers', async () => {
    pair.backend.script = {
      request: ({ body }) =>
        `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\nX-Sum: 7\r\n\r\n`,
    };
    const answer = await curl('-i', '--data-binary', 'hello world', '-H', 'Expect:');
    expect(answer).toMatch(/^HTTP\/2 200/);
    expect(answer).toContain('hello world');
    expect(answer.toLowerCase()).toContain('x-sum: 7');
  });
});

/** Loads parts, opens a WebSocket, and tells the server by which protocols all of that came. */
const page = `<!doctype html><title>t</title><script type="module">
const parts = Array.from({ length: 60 }, (_, i) => fetch('/part/' + i).then((answer) => answer.text()));
const texts = await Promise.all(parts);
const said = await new Promise((done, fail) => {
  const socket = new WebSocket('wss://' + location.host + '/socket');
  socket.onmessage = ({ data }) => done(data);
  socket.onerror = () => fail(new Error('no WebSocket'));
});
const protocols = performance.getEntriesByType('resource').map(({ nextHopProtocol }) => nextHopProtocol);
const [{ nextHopProtocol }] = performance.getEntriesByType('navigation');
const whole = texts.every((text, i) => text === '/part/' + i);
const told = { page: nextHopProtocol, parts: [...new Set(protocols)], whole, said };
await fetch('/told', { method: 'POST', body: JSON.stringify(told) });
</script>`;

const accepted = (request: SeenRequest): string => {
  const key = `${fieldOf(request, 'sec-websocket-key')}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
  const proof = createHash('sha1').update(key).digest('base64');
  return (
    'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
    `Sec-WebSocket-Accept: ${proof}\r\n\r\n\x81\x05hello`
  );
};

describeWith('chromium', 'Chromium', () => {
  test('loads a page and opens a WebSocket over HTTP/2', async () => {
    pair.backend.script = {
      request(request) {
        if (request.target === '/') return okay(page, 'Content-Type: text/html\r\n');
        if (request.target === '/socket') return accepted(request);
        return okay(request.target);
      },
    };
    await using _browser = await openBrowser({
      url: `https://app.dev.local:${pair.harness.securePort}/`,
      names: ['MAP app.dev.local 127.0.0.1'],
      trustsAll: true,
    });
    const told = (): SeenRequest | undefined =>
      pair.backend.requests.find(({ target }) => target === '/told');
    await eventually('what the page tells', () => told() !== undefined);
    expect(JSON.parse(told()?.body ?? '')).toEqual({
      page: 'h2',
      parts: ['h2'],
      whole: true,
      said: 'hello',
    });
    expect(new Set(pair.harness.records.map(({ httpVersion }) => httpVersion))).toEqual(
      new Set(['2.0']),
    );
    const handshake = pair.backend.requests.find(({ target }) => target === '/socket');
    expect(handshake && fieldOf(handshake, 'via')).toBe('2.0 berth-a1b2c3');
  }, 60_000);
});
