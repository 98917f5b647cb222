import { once } from 'node:events';
import { createServer, type OutgoingHttpHeaders, request } from 'node:http';

/** A server that sends every request on, as the proxy of a dev server does. */
export interface Relay {
  readonly url: string;
  /** Requests that came. */
  readonly count: number;
  close(): Promise<void>;
}

export interface RelayOptions {
  /** Port of this machine to which everything is sent. */
  readonly to: number;
  /** Host that it sends; what came when left out. */
  readonly host?: string;
  /** Fields that it does not pass on, in lower case. */
  readonly drops?: readonly string[];
}

export async function startRelay({ to, host, drops = [] }: RelayOptions): Promise<Relay> {
  let count = 0;
  const server = createServer((incoming, outgoing) => {
    count++;
    const headers: OutgoingHttpHeaders = {
      ...incoming.headers,
      ...(host === undefined ? {} : { host }),
    };
    for (const name of drops) delete headers[name];
    const { method, url } = incoming;
    const further = request(
      { port: to, host: '127.0.0.1', method, path: url, headers, agent: false },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      },
    );
    further.on('error', () => outgoing.destroy());
    incoming.pipe(further);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    get count() {
      return count;
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
