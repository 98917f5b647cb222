import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
  type SecureClientSessionOptions,
} from 'node:http2';
import { eventually } from './eventually.ts';

/** A response over HTTP/2, as far as it came. */
interface Http2Response {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Latin1 text. */
  body: string;
  trailers: IncomingHttpHeaders | null;
  /** Interim responses before it. */
  readonly interim: readonly IncomingHttpHeaders[];
}

/** A request over HTTP/2 that is under way. */
interface Http2Request {
  readonly stream: ClientHttp2Stream;
  /** What has come of the body. */
  readonly body: string;
  readonly interim: readonly IncomingHttpHeaders[];
  readonly headers: IncomingHttpHeaders | null;
  /** The code of RST_STREAM; null while the stream is open, 0 for a clean end. */
  readonly code: number | null;
  /** The whole response; fails when the stream is reset. */
  response(): Promise<Http2Response>;
  /** The stream is closed, whatever way. @returns the code of its end */
  closed(): Promise<number>;
}

/** An HTTP/2 client on one connection. */
export interface Http2Client {
  readonly session: ClientHttp2Session;
  readonly goaways: readonly number[];
  readonly closed: boolean;
  /** Sends a request; a body that is null leaves the stream open for writing. */
  send(headers: OutgoingHttpHeaders, body?: string | Buffer | null): Http2Request;
  /** GET, to its end. */
  get(authority: string, path?: string, headers?: OutgoingHttpHeaders): Promise<Http2Response>;
  destroy(): void;
}

/** Connects over TLS, with HTTP/2 alone. */
export async function dialHttp2(
  port: number,
  options: SecureClientSessionOptions = {},
): Promise<Http2Client> {
  const session = connect(`https://localhost:${port}`, {
    rejectUnauthorized: false,
    ...options,
  });
  const goaways: number[] = [];
  let closed = false;
  session.on('error', () => {});
  session.on('goaway', (code) => goaways.push(code));
  session.on('close', () => {
    closed = true;
  });
  await new Promise<void>((done, fail) => {
    session.once('connect', () => done());
    session.once('error', fail);
  });
  const send: Http2Client['send'] = (headers, body = '') => {
    const endStream = body === '';
    const stream = session.request(headers, { endStream });
    const request = follow(stream);
    if (!endStream && body !== null) stream.end(body);
    return request;
  };
  return {
    session,
    goaways,
    get closed() {
      return closed;
    },
    send,
    get: (authority, path = '/', headers = {}) =>
      send({ ':authority': authority, ':path': path, ...headers }).response(),
    destroy: () => session.destroy(),
  };
}

function follow(stream: ClientHttp2Stream): Http2Request {
  const interim: IncomingHttpHeaders[] = [];
  let headers: IncomingHttpHeaders | null = null;
  let trailers: IncomingHttpHeaders | null = null;
  let body = '';
  let ended = false;
  let code: number | null = null;
  stream.on('headers', (fields) => interim.push(fields));
  stream.on('response', (fields) => {
    headers = fields;
  });
  stream.on('trailers', (fields) => {
    trailers = fields;
  });
  stream.on('data', (chunk: Buffer) => {
    body += chunk.toString('latin1');
  });
  stream.on('end', () => {
    ended = true;
  });
  stream.on('error', () => {});
  stream.on('close', () => {
    code = stream.rstCode ?? 0;
  });
  return {
    stream,
    get body() {
      return body;
    },
    interim,
    get headers() {
      return headers;
    },
    get code() {
      return code;
    },
    async response() {
      await eventually('a response over HTTP/2', () => {
        if (code !== null && (code !== 0 || headers === null) && !(ended && headers !== null)) {
          throw new Error(`reset with ${code}`);
        }
        return ended && headers !== null;
      });
      if (headers === null) throw new Error('no response');
      return { status: Number(headers[':status']), headers, body, trailers, interim };
    },
    async closed() {
      await eventually('the end of a stream', () => code !== null);
      return code ?? 0;
    },
  };
}
