/**
 * `npm run bench -- --exchange`, or `node build/run.mjs test/bench/exchange.ts [--requests N] [--rounds N]
 * [--work small|64k|post]`: what an exchange costs a worker with the splice engine besides the work of the system and of
 * node:net. Sockets are objects that hand bytes over at once; records are put into text as for the supervisor.
 */
import { EventEmitter } from 'node:events';
import { syncBuiltinESMExports } from 'node:module';
import net, { type OnReadOpts, type Socket, type TcpSocketConnectOpts } from 'node:net';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { engineOf } from '../../src/proxy/engines/index.ts';
import type { Pages } from '../../src/proxy/pages/pages.ts';
import { factOf } from '../../src/proxy/routing/readings.ts';
import type { Resolution } from '../../src/proxy/routing/route.ts';
import { createRecorder } from '../../src/proxy/traffic/createRecorder.ts';
import { aWorkerSettings } from '../support/workerSettings.ts';

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '200000' },
    rounds: { type: 'string', default: '5' },
    work: { type: 'string', default: 'small' },
  },
});
const requests = Number(values.requests);

class FakeSocket extends EventEmitter {
  remoteAddress = '127.0.0.1';
  writable = true;
  readable = true;
  destroyed = false;
  writableLength = 0;
  readableLength = 0;
  writableNeedDrain = false;
  readableFlowing = true;
  bytesWritten = 0;
  bytesRead = 0;
  onread: OnReadOpts | null = null;
  #paused = false;
  readonly #took: (bytes: number) => void;
  constructor(took: (bytes: number) => void) {
    super();
    this.#took = took;
  }
  write(data: string | Buffer, encoding?: unknown, done?: () => void): boolean {
    const { length } = data;
    this.bytesWritten += length;
    if (typeof encoding === 'function') queueMicrotask(encoding as () => void);
    if (done !== undefined) queueMicrotask(done);
    this.#took(length);
    return true;
  }
  /** Bytes come, as node:net would hand them over. */
  receive(bytes: Buffer): void {
    if (this.onread === null) {
      this.emit('data', Buffer.from(bytes));
      return;
    }
    const { buffer } = this.onread;
    const memory = typeof buffer === 'function' ? buffer() : buffer;
    memory.set(bytes);
    this.onread.callback(bytes.length, memory);
  }
  cork(): void {}
  uncork(): void {}
  setNoDelay(): this {
    return this;
  }
  setTimeout(): this {
    return this;
  }
  pause(): this {
    this.#paused = true;
    return this;
  }
  resume(): this {
    this.#paused = false;
    return this;
  }
  isPaused(): boolean {
    return this.#paused;
  }
  end(): void {
    this.writable = false;
  }
  destroy(): void {
    this.destroyed = true;
    this.emit('close');
  }
}

const bodies = { small: 200, '64k': 65_536, post: 2 };
const bodyLength = bodies[values.work as keyof typeof bodies];
const response = Buffer.concat([
  Buffer.from(
    'HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\nDate: Mon, 23 Nov 2026 03:00:00 GMT\r\n' +
      'Content-Type: application/octet-stream\r\n' +
      `Content-Length: ${bodyLength}\r\nLast-Modified: Mon, 23 Nov 2026 03:00:00 GMT\r\nConnection: keep-alive\r\n` +
      'ETag: "65f1-c8"\r\nAccept-Ranges: bytes\r\n\r\n',
  ),
  Buffer.alloc(bodyLength, 0x78),
]);
const request =
  values.work === 'post'
    ? Buffer.from(
        `POST /post HTTP/1.1\r\nHost: bench.localhost\r\nContent-Length: 16384\r\n\r\n${'x'.repeat(16_384)}`,
      )
    : Buffer.from('GET /small HTTP/1.1\r\nHost: bench.localhost\r\n\r\n');

let toBackend = 0;
const waiting: FakeSocket[] = [];
net.connect = ((options: TcpSocketConnectOpts): Socket => {
  const backend: FakeSocket = new FakeSocket((bytes) => {
    toBackend += bytes;
    if (!waiting.includes(backend)) waiting.push(backend);
  });
  backend.onread = options.onread ?? null;
  setImmediate(() => backend.emit('connect'));
  return backend as unknown as Socket;
}) as typeof net.connect;
syncBuiltinESMExports();

const fact = factOf('bench.localhost', ['bench', 'http://127.0.0.1:3000'], null);
if (fact.kind !== 'frontend') throw new Error('no frontend');
const found: Resolution = {
  kind: 'route',
  source: 'cache',
  route: {
    frontend: fact.frontend,
    options: fact.options,
    candidates: fact.candidates,
    host: 'bench.localhost',
    isDead: () => false,
    deathOf: () => null,
  },
};
let sent = 0;
const recorder = createRecorder({
  send: (batch, dropped, done) => {
    sent += JSON.stringify({ type: 'records', batch, dropped }).length;
    setImmediate(() => done(null));
  },
});
const settings = aWorkerSettings({
  engine: 'splice',
  listeners: [{ id: 1, address: '127.0.0.1', port: 80, tls: null }],
});
const pages: Pages = {
  error: (problem) => {
    throw new Error(problem.code);
  },
  hostRefused: () => {
    throw new Error('refused');
  },
  ping: () => ({ status: 200, headers: [], body: Buffer.alloc(0) }),
  welcome: () => null,
};
const engine = engineOf('splice')({
  settings,
  router: { resolve: () => found },
  deaths: { failed: () => {}, answered: () => {} },
  recorder,
  pages,
  secure: {
    open: () => {
      throw new Error('no TLS here');
    },
  },
  now: () => performance.now(),
  wallClock: () => Date.now(),
  random: Math.random,
  log: () => {},
});

const clients: FakeSocket[] = [];
let answered = 0;
for (let i = 0; i < 64; i++) {
  const client = new FakeSocket(() => {});
  clients.push(client);
  const [listener] = settings.listeners;
  if (listener !== undefined) engine.take(client as unknown as Socket, listener);
}

const turn = (): Promise<void> => new Promise((done) => setImmediate(done));
async function run(count: number): Promise<void> {
  for (let i = 0; i < count; i += clients.length) {
    for (const client of clients) client.receive(request);
    if (waiting.length === 0) await turn();
    for (const backend of waiting.splice(0)) backend.receive(response);
    answered += clients.length;
    await turn();
  }
}
await run(20_000);
for (let round = 0; round < Number(values.rounds); round++) {
  const before = process.cpuUsage();
  await run(requests);
  const { user, system } = process.cpuUsage(before);
  console.log(`${values.work}: ${((user + system) / requests).toFixed(2)} µs an exchange`);
}
console.log(`${answered} answered, ${toBackend} bytes to backends, ${sent} characters of records`);
process.exit();
