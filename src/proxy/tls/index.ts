import type { Socket } from 'node:net';
import { createSecureContext, type SecureContext, type Server, type TlsOptions } from 'node:tls';
import type { CertificateQuestion } from '../../shared/model/certificate.ts';
import { parseHost } from '../../shared/model/hostname.ts';
import type { Contexts, Found } from './contexts.ts';
import {
  pairOptions,
  type SecureListenerSpec,
  type SharedTls,
  serverOptions,
} from './serverOptions.ts';

export { type Asks, createAsks } from './asks.ts';
export { type Contexts, createContexts } from './contexts.ts';
export type { SecureListenerSpec } from './serverOptions.ts';

/** The TLS side of a listener, for the server of an engine: of node:tls, node:https or node:http2. */
export interface SecureListener {
  /** What its server is made with. */
  readonly options: TlsOptions;
  /** Begins the handshake of a connection, once the server has a certificate for clients that name no host. */
  accept(server: Server, socket: Socket): void;
}

/** Makes the TLS side of listeners. */
export interface SecureListeners {
  /** @param protocols for ALPN, the preferred first */
  open(listener: SecureListenerSpec, protocols: readonly string[]): SecureListener;
}

export interface SecureListenersOptions extends SharedTls {
  readonly contexts: Contexts;
}

export const makeContext = (pair: { readonly key: string; readonly cert: string }): SecureContext =>
  createSecureContext(pairOptions(pair));

/**
 * A host's own certificate serves on every listener, one by the local CA on those without a key. Where there should be
 * one and it cannot be had, the handshake fails at once, by an alert; other hosts are not concerned.
 */
export function createSecureListeners(options: SecureListenersOptions): SecureListeners {
  const { contexts, ...shared } = options;
  /** Without a certificate, OpenSSL tells the client that there is none for it. */
  let empty: SecureContext | null = null;
  const emptyContext = (): SecureContext => {
    empty ??= createSecureContext({ ca: [] });
    return empty;
  };

  function open(listener: SecureListenerSpec, protocols: readonly string[]): SecureListener {
    const managed = listener.tls.key === null;
    const base = serverOptions(listener, shared, protocols);
    /** Null goes on with what the server has. */
    const contextOf = (found: Found): SecureContext | null => {
      if (found.kind === 'context') return found.context;
      return found.kind === 'failed' && managed ? emptyContext() : null;
    };
    const given: TlsOptions = {
      ...base,
      SNICallback: (servername, done) => {
        const host = parseHost(servername);
        if (!host.ok || host.port !== null) {
          done(null);
          return;
        }
        const question = { name: host.host, managed };
        const answer = (found: Found): void => done(null, contextOf(found) ?? undefined);
        const known = contexts.known(question);
        if (known !== null) answer(known);
        else void contexts.find(question).then(answer);
      },
    };
    return managed ? withDefault(given, base) : { options: given, accept: begin };
  }

  /** Clients that name no host are served by what the server itself has: it is asked for with the first connection. */
  function withDefault(given: TlsOptions, base: TlsOptions): SecureListener {
    const question: CertificateQuestion = { name: '', managed: true };
    let present: Found | null = null;

    const use = (server: Server, found: Found): void => {
      if (found.kind !== 'context') return;
      if (present?.kind === 'context' && present.context === found.context) return;
      server.setSecureContext({ ...base, key: found.pair.key, cert: found.pair.cert });
      present = found;
    };

    return {
      options: given,
      accept: (server, socket) => {
        const known = contexts.known(question);
        if (known !== null) {
          use(server, known);
          begin(server, socket);
          return;
        }
        const asked = contexts.find(question).then((found) => use(server, found));
        // One from before goes on until there is another: clients that name a host are not to wait for it.
        if (present !== null) begin(server, socket);
        else void asked.then(() => socket.destroyed || begin(server, socket));
      },
    };
  }

  return { open };
}

function begin(server: Server, socket: Socket): void {
  server.emit('connection', socket);
}
