import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { eventually } from './eventually.ts';
import { type Message, readBody, readHead } from './messageReader.ts';

export interface SeenResponse extends Message {
  readonly status: number;
}

/** A client that sends bytes as they are and reads responses by itself. Text is latin1. */
export class RawClient {
  readonly socket: Socket;
  /** All bytes that came. */
  received = '';
  ended = false;
  closed = false;
  /** The connection was reset. */
  reset = false;
  #at = 0;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk: Buffer) => {
      this.received += chunk.toString('latin1');
    });
    socket.on('error', (error) => {
      this.reset ||= 'code' in error && error.code === 'ECONNRESET';
    });
    socket.on('end', () => {
      this.ended = true;
    });
    socket.on('close', () => {
      this.ended = true;
      this.closed = true;
    });
  }

  send(text: string): this {
    this.socket.write(text, 'latin1');
    return this;
  }

  /** Ends this side only. */
  end(): this {
    this.socket.end();
    return this;
  }

  destroy(): void {
    this.socket.destroy();
  }

  /** Bytes not yet taken by `response` or `interim`. */
  get rest(): string {
    return this.received.slice(this.#at);
  }

  async until(text: string): Promise<void> {
    await eventually(`"${text}" in ${JSON.stringify(this.rest.slice(0, 400))}`, () =>
      this.rest.includes(text),
    );
  }

  /** The other side has ended or reset the connection. */
  async finished(): Promise<void> {
    await eventually('the end of the connection', () => this.ended);
  }

  /** The next response head that is an interim one. */
  async interim(): Promise<{ status: number; head: string }> {
    await this.until('\r\n\r\n');
    const head = readHead(this.rest);
    if (head === null) throw new Error('no head');
    const status = statusOf(head.start);
    if (status < 100 || status > 199) throw new Error(`not an interim response: ${head.start}`);
    this.#at += head.end;
    return { status, head: head.head };
  }

  /** The next final response; interim ones before it fail the test. */
  async response(method = 'GET'): Promise<SeenResponse> {
    let seen: SeenResponse | null = null;
    await eventually('a response', () => {
      seen = this.#take(method);
      if (seen === null && this.closed) {
        throw new Error(`closed without a whole response: ${JSON.stringify(this.rest)}`);
      }
      return seen !== null;
    });
    if (seen === null) throw new Error('no response');
    return seen;
  }

  /** Every whole response until the connection ends. */
  async responses(): Promise<readonly SeenResponse[]> {
    await this.finished();
    const all: SeenResponse[] = [];
    for (let next = this.#take('GET'); next !== null; next = this.#take('GET')) all.push(next);
    return all;
  }

  #take(method: string): SeenResponse | null {
    const text = this.rest;
    const head = readHead(text);
    if (head === null) return null;
    const status = statusOf(head.start);
    const empty = method === 'HEAD' || status < 200 || status === 204 || status === 304;
    const body = empty
      ? { end: head.end, body: '', trailers: [] }
      : readBody(text, head.end, head.fields, true);
    if (body === 'invalid') throw new Error(`bad chunks: ${JSON.stringify(text)}`);
    if (body === null) {
      const unframed = !/\r\n(?:content-length|transfer-encoding):/i.test(`\r\n${head.head}`);
      if (!unframed || !this.ended) return null;
      this.#at += text.length;
      const rest = text.slice(head.end);
      return { ...head, status, body: rest, rawBody: rest, trailers: [] };
    }
    this.#at += body.end;
    const rawBody = text.slice(head.end, body.end);
    return { ...head, status, body: body.body, rawBody, trailers: body.trailers };
  }
}

const statusOf = (start: string): number => Number(/^HTTP\/1\.[01] (\d{3})/.exec(start)?.[1] ?? 0);

/** Connects a raw client. */
export async function dial(
  port: number,
  options: { host?: string; tls?: { ca: string; servername?: string } } = {},
): Promise<RawClient> {
  const host = options.host ?? '127.0.0.1';
  const { tls } = options;
  const socket =
    tls === undefined
      ? connect({ host, port, allowHalfOpen: true, noDelay: true })
      : connectTls({ host, port, servername: 'localhost', ...tls });
  const client = new RawClient(socket);
  await new Promise<void>((done, fail) => {
    socket.once(tls === undefined ? 'connect' : 'secureConnect', () => done());
    socket.once('error', fail);
  });
  return client;
}

/** A GET request as bytes. */
export const get = (host: string, target = '/', more = ''): string =>
  `GET ${target} HTTP/1.1\r\nHost: ${host}\r\n${more}\r\n`;
