import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type ClientHttp2Session, connect, type OutgoingHttpHeaders } from 'node:http2';
import type { Socket } from 'node:net';
import { headText } from '../../src/proxy/engines/common/headText.ts';

/** Lets clients that write HTTP/1.1 speak HTTP/2 with an engine, so that the same tests hold for both. */
export interface Http2Bridge {
  readonly port: number;
  close(): void;
}

const ofConnection = new Set(['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'host']);

/** Each connection to the bridge becomes one to `port`, where HTTPS is spoken. */
export async function startHttp2Bridge(port: number): Promise<Http2Bridge> {
  const sessions = new Map<Socket, ClientHttp2Session>();
  const server = createServer({ requireHostHeader: false }, pass);
  server.on('checkContinue', pass);
  server.on('checkExpectation', pass);
  server.on('connection', (socket) => {
    const session = connect(`https://localhost:${port}`, { rejectUnauthorized: false });
    session.on('error', () => socket.destroy());
    session.on('close', () => socket.destroySoon());
    socket.on('error', () => {});
    socket.on('close', () => session.destroy());
    sessions.set(socket, session);
  });

  function pass(request: IncomingMessage, response: ServerResponse): void {
    const session = sessions.get(request.socket);
    if (session === undefined || session.destroyed) {
      request.socket.destroy();
      return;
    }
    const bodiless =
      request.headers['content-length'] === undefined &&
      request.headers['transfer-encoding'] === undefined;
    const stream = session.request(headOf(request), {
      endStream: bodiless,
      waitForTrailers: true,
    });
    stream.on('wantTrailers', () => stream.sendTrailers(objectOf(request.rawTrailers)));
    if (!bodiless) request.pipe(stream);
    request.on('aborted', () => stream.close(8));
    response.on('close', () => {
      if (!response.writableFinished) stream.close(8);
    });
    let ended = false;
    let trailers: string[] = [];
    stream.on('headers', (_fields, _flags, raw?: readonly string[]) => {
      const [, status = ''] = raw ?? [];
      const first = `HTTP/1.1 ${status} ${status === '100' ? 'Continue' : 'Interim'}`;
      request.socket.write(headText(first, raw?.slice(2) ?? []), 'latin1');
    });
    stream.on('response', (fields, _flags, raw?: readonly string[]) => {
      const status = Number(fields[':status']);
      response.sendDate = false;
      response.writeHead(status, [...(raw?.slice(2) ?? [])]);
      response.flushHeaders();
    });
    stream.on('trailers', (_fields, _flags, raw?: readonly string[]) => {
      trailers = [...(raw ?? [])];
    });
    stream.on('data', (chunk: Buffer) => {
      if (!response.write(chunk)) stream.pause();
    });
    response.on('drain', () => stream.resume());
    stream.on('end', () => {
      ended = true;
      response.addTrailers(pairsOf(trailers));
      if (stream.rstCode === 0 || stream.rstCode === undefined) response.end();
    });
    stream.on('error', () => {});
    stream.on('close', () => {
      if (!ended || stream.rstCode !== 0) request.socket.destroy();
    });
  }

  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    port: address.port,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function headOf({ method, url, headers, rawHeaders }: IncomingMessage): OutgoingHttpHeaders {
  const out = objectOf(rawHeaders);
  return {
    ':method': method,
    ':path': url,
    ...(headers.host === undefined ? {} : { ':authority': headers.host }),
    ...out,
  };
}

function objectOf(raw: readonly string[]): OutgoingHttpHeaders {
  const out: Record<string, string[]> = {};
  for (const [name, value] of pairsOf(raw)) {
    const lower = name.toLowerCase();
    if (ofConnection.has(lower) || (lower === 'te' && value !== 'trailers')) continue;
    out[lower] = [...(out[lower] ?? []), value];
  }
  return Object.fromEntries(
    Object.entries(out).map(([name, values]) => [name, values.length === 1 ? values[0] : values]),
  );
}

const pairsOf = (raw: readonly string[]): [string, string][] =>
  Array.from({ length: raw.length >> 1 }, (_, i) => [raw[2 * i] ?? '', raw[2 * i + 1] ?? '']);
