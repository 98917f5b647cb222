import type { Socket } from 'node:net';
import { createServer, type Server, type TLSSocket, type TlsOptions } from 'node:tls';
import type { ListenerSpec } from '../../../shared/model/listener.ts';
import type { EngineDependencies } from '../../engine.ts';
import type { SecureListener, SecureListenerSpec } from '../../tls/index.ts';
import { alpnProtocols } from './alpn.ts';

/** Serves a connection whose handshake is through, before anything was read from it. */
type Serve = (socket: TLSSocket, listener: ListenerSpec) => void;

/** What an engine does with secure connections, by the protocol that their clients chose. */
interface Serves {
  readonly http1: Serve;
  readonly http2: Serve;
}

/** The TLS side of all HTTPS listeners of an engine. It never listens: connections are given to it. */
export class SecureServers {
  readonly #listeners = new Map<number, SecureListener>();

  constructor(
    { settings, secure }: Pick<EngineDependencies, 'settings' | 'secure'>,
    serves: Serves,
  ) {
    const protocols = alpnProtocols(process.versions['nghttp2']);
    for (const listener of settings.listeners) {
      if (!isSecure(listener)) continue;
      const make = (options: TlsOptions): Server => serverOf(listener, options, serves);
      this.#listeners.set(listener.id, secure.open(listener, protocols, make));
    }
  }

  /** Begins the handshake of a connection. @returns false when its listener is not known */
  accept(socket: Socket, listener: ListenerSpec): boolean {
    const known = this.#listeners.get(listener.id);
    known?.accept(socket);
    return known !== undefined;
  }
}

function serverOf(listener: ListenerSpec, options: TlsOptions, { http1, http2 }: Serves): Server {
  const server = createServer(options);
  server.on('secureConnection', (socket) => {
    const serve = socket.alpnProtocol === 'h2' ? http2 : http1;
    serve(socket, listener);
  });
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  return server;
}

const isSecure = (listener: ListenerSpec): listener is SecureListenerSpec => listener.tls !== null;
