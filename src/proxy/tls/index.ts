import type { Socket } from 'node:net';
import {
  createSecureContext,
  type SecureContext,
  type Server,
  TLSSocket,
  type TlsOptions,
} from 'node:tls';
import type { CertificateQuestion } from '../../shared/model/certificate.ts';
import { parseHost } from '../../shared/model/hostname.ts';
import type { Contexts, Found } from './contexts.ts';
import { peekHello } from './peek.ts';
import {
  listenerPair,
  pairOptions,
  type SecureListenerSpec,
  type SharedTls,
  serverOptions,
} from './serverOptions.ts';

export { type Asks, createAsks } from './asks.ts';
export { type Contexts, createContexts } from './contexts.ts';
export type { SecureListenerSpec } from './serverOptions.ts';

/** The TLS side of a listener. */
export interface SecureListener {
  /** Begins the handshake of a connection. */
  accept(socket: Socket): void;
}

/** Makes the TLS side of listeners. */
export interface SecureListeners {
  /**
   * @param protocols for ALPN, the preferred first
   * @param serve makes a server, of node:tls, node:https or node:http2, that never listens: connections are given to it.
   *   Two are made, which have to serve alike
   */
  open(
    listener: SecureListenerSpec,
    protocols: readonly string[],
    serve: (options: TlsOptions) => Server,
  ): SecureListener;
}

export interface SecureListenersOptions extends SharedTls {
  readonly contexts: Contexts;
}

export const makeContext = (pair: { readonly key: string; readonly cert: string }): SecureContext =>
  createSecureContext(pairOptions(pair));

/**
 * A host's own certificate serves on every listener, one by the local CA on those without a key. Where there should be
 * one and it cannot be had, the handshake fails at once, by an alert; other hosts are not concerned.
 *
 * Clients that name a host meet a server without any certificate: Node puts the one of SNI beside what the server has,
 * and where the two have keys of different kinds, the client is served the wrong one.
 */
export function createSecureListeners(options: SecureListenersOptions): SecureListeners {
  const { contexts, ...shared } = options;

  return {
    open: (listener, protocols, serve) => {
      const base = serverOptions(listener, shared, protocols);
      const pair = listenerPair(listener.tls);
      const managed = pair === null;
      const standing = pair === null ? null : createSecureContext(pair);
      const nameless: CertificateQuestion = { name: '', managed, client: '' };
      const forNameless = serve({ ...base, ...pair });
      let served: SecureContext | null = null;

      /** Has the clients without a name served with what was found. */
      function use(found: Found): void {
        if (found.kind !== 'context' || found.context === served) return;
        forNameless.setSecureContext({ ...base, key: found.pair.key, cert: found.pair.cert });
        served = found.context;
      }

      /** Undefined has OpenSSL tell the client that there is none for it. */
      async function contextOf(name: string, client: string): Promise<SecureContext | undefined> {
        const host = parseHost(name);
        const question =
          host.ok && host.port === null ? { name: host.host, managed, client } : nameless;
        const found = await known(question);
        if (found.kind === 'context') return found.context;
        if (standing !== null) return standing;
        if (found.kind === 'failed') return undefined;
        const other = await known(nameless);
        return other.kind === 'context' ? other.context : undefined;
      }

      const known = (question: CertificateQuestion): Found | Promise<Found> =>
        contexts.known(question) ?? contexts.find(question);

      const forNamed = serve({
        ...base,
        // Node calls it on the connection, which its types do not tell.
        SNICallback(this: unknown, name, done) {
          const client = this instanceof TLSSocket ? (this.remoteAddress ?? '') : '';
          void contextOf(name, client).then((context) => done(null, context));
        },
      });

      function withoutName(socket: Socket): void {
        const begin = (): void => {
          if (!socket.destroyed) forNameless.emit('connection', socket);
        };
        if (!managed) {
          begin();
          return;
        }
        const found = contexts.known(nameless);
        if (found !== null) {
          use(found);
          begin();
          return;
        }
        void contexts.find(nameless).then((late) => {
          use(late);
          begin();
        });
      }

      return {
        accept: (socket) =>
          peekHello(socket, shared.handshakeMs, (hello) => {
            if (hello.kind === 'hello' && hello.name !== null) forNamed.emit('connection', socket);
            else withoutName(socket);
          }),
      };
    },
  };
}
