import { request } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import { connect, type TLSSocket } from 'node:tls';
import { limits } from '../../shared/limits.ts';

/** What came of one request over HTTPS. */
export type OpenedPage =
  | {
      readonly ok: true;
      /** Of this machine's resolver. */
      readonly address: string;
      readonly status: number;
      readonly protocol: 'HTTP/2' | 'HTTP/1.1';
    }
  | { readonly ok: false; readonly reason: string };

export interface Page {
  readonly host: string;
  readonly port: number;
  /** The only CA that is believed, PEM. */
  readonly authority: string;
}

/** Sends `GET /` to a host as a browser does: name looked up, certificate checked, HTTP/2 where it is spoken. Never rejects. */
export async function openPage(page: Page): Promise<OpenedPage> {
  let socket: TLSSocket | null = null;
  let timer: NodeJS.Timeout | undefined;
  try {
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(
        () => reject(new Error(`no answer within ${limits.doctorAnswerMs / 1000} s`)),
        limits.doctorAnswerMs,
      );
    });
    socket = await Promise.race([handshake(page), late]);
    const address = socket.remoteAddress ?? '';
    const isSecond = socket.alpnProtocol === 'h2';
    const ask = isSecond ? overHttp2(page, socket) : overHttp1(page, socket);
    const status = await Promise.race([ask, late]);
    return { ok: true, address, status, protocol: isSecond ? 'HTTP/2' : 'HTTP/1.1' };
  } catch (error) {
    return { ok: false, reason: reasonOf(error) };
  } finally {
    clearTimeout(timer);
    socket?.destroy();
  }
}

const handshake = ({ host, port, authority }: Page): Promise<TLSSocket> =>
  new Promise((resolve, reject) => {
    const socket = connect({
      host,
      port,
      servername: host,
      ca: authority,
      ALPNProtocols: ['h2', 'http/1.1'],
      timeout: limits.doctorAnswerMs,
    });
    socket.once('timeout', () => socket.destroy(new Error('no handshake in time')));
    socket.once('error', reject);
    socket.once('secureConnect', () => {
      // Whoever asks on it hears of its end.
      socket.on('error', () => undefined);
      resolve(socket);
    });
  });

const overHttp2 = ({ host, port }: Page, socket: TLSSocket): Promise<number> =>
  new Promise((resolve, reject) => {
    const session = connectHttp2(`https://${host}:${port}`, { createConnection: () => socket });
    session.once('error', reject);
    const stream = session.request({ ':path': '/' });
    stream.once('error', reject);
    stream.once('response', (headers) => {
      resolve(Number(headers[':status']));
      session.destroy();
    });
    stream.end();
  });

const overHttp1 = ({ host, port }: Page, socket: TLSSocket): Promise<number> =>
  new Promise((resolve, reject) => {
    const sent = request({
      createConnection: () => socket,
      headers: { host: port === 443 ? host : `${host}:${port}`, connection: 'close' },
    });
    sent.once('error', reject);
    sent.once('response', (response) => {
      resolve(response.statusCode ?? 0);
      response.resume();
    });
    sent.end();
  });

/** What Node says of a refused connection to several addresses is in its parts. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  return error instanceof Error ? error.message : String(error);
}
