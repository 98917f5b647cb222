import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { temporaryDirectory } from './temporaryDirectory.ts';

type Handler = (response: ServerResponse, request: IncomingMessage) => void;

/** What stands in for an engine: it answers what it is told to, on a socket of its own. */
export interface FakeEngine extends AsyncDisposable {
  /** `unix://SOCKET` */
  readonly address: string;
  /** Paths that were asked for, without queries, in order. */
  readonly asked: readonly string[];
  /** Open connections. */
  connections(): Promise<number>;
  /** Answers a path so from now on; a value is sent as JSON. */
  on(path: string, answer: Handler | object): void;
  /** A container, as inspect and list say it, that is there from now on; null takes it away. */
  has(id: string, inspected: object | null): void;
  /** Sends an event to whoever follows. */
  say(event: object): void;
  /** Ends the streams of events, without a word. */
  cut(): void;
}

export async function startFakeEngine(): Promise<FakeEngine> {
  const directory = await temporaryDirectory();
  const socket = join(directory.path, 'engine.sock');
  const asked: string[] = [];
  const answers = new Map<string, Handler | object>();
  const containers = new Map<string, object>();
  const followers = new Set<ServerResponse>();

  answers.set('/version', { Version: '29.0.0', ApiVersion: '1.52' });
  answers.set('/info', { ID: 'one', Name: 'box', OperatingSystem: 'Linux', SecurityOptions: [] });
  answers.set('/networks', [{ Id: 'n1', Name: 'bridge', Driver: 'bridge', Internal: false }]);
  answers.set('/events', (response: ServerResponse) => {
    followers.add(response);
    response.once('close', () => followers.delete(response));
    response.writeHead(200).flushHeaders();
  });
  answers.set('/containers/json', (response: ServerResponse) => {
    const list = [...containers].map(([Id, inspected]) => ({ Id, ...inspected }));
    response.end(JSON.stringify(list.map(({ Id, ...rest }) => ({ Id, Names: rest, State: '' }))));
  });

  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://engine');
    asked.push(pathname);
    const id = /^\/containers\/([0-9a-f]+)\/json$/.exec(pathname)?.[1];
    const answer = answers.get(pathname) ?? (id === undefined ? undefined : containers.get(id));
    if (typeof answer === 'function') (answer as Handler)(response, request);
    else if (answer !== undefined) response.end(JSON.stringify(answer));
    else response.writeHead(404).end('{"message":"no such thing"}');
  });
  server.listen(socket);
  await once(server, 'listening');

  return {
    address: `unix://${socket}`,
    asked,
    connections: () =>
      new Promise((resolve, reject) => {
        server.getConnections((error, count) => (error ? reject(error) : resolve(count)));
      }),
    on: (path, answer) => void answers.set(path, answer),
    has: (id, inspected) => {
      if (inspected === null) containers.delete(id);
      else containers.set(id, inspected);
    },
    say: (event) => {
      for (const follower of followers) follower.write(`${JSON.stringify(event)}\n`);
    },
    cut: () => {
      for (const follower of followers) follower.destroy();
    },
    [Symbol.asyncDispose]: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
      await directory[Symbol.asyncDispose]();
    },
  };
}

/** What an engine says of a container, in the shape of inspect. */
export const inspected = (id: string, Status: string, more: object = {}): object => ({
  Id: id,
  Name: `/c${id.slice(0, 4)}`,
  State: { Status, Running: Status === 'running', Pid: 1, ExitCode: 0, StartedAt: '2026-01-01' },
  Config: { Image: 'web' },
  ...more,
});
