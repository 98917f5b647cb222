import type { Client } from '../client.ts';
import { globMatches } from '../glob.ts';
import { CommandError, encodeReply } from '../reply.ts';
import { family, type Server, type SessionCommand, type Subcommand, session } from './session.ts';

const count = (client: Client): number => client.channels.size + client.patterns.size;

function dropChannel(server: Server, client: Client, channel: string): void {
  if (client.channels.delete(channel)) server.channels.unsubscribe(channel, client);
}

function dropPattern(server: Server, client: Client, pattern: string): void {
  if (client.patterns.delete(pattern)) server.channels.unsubscribePattern(pattern, client);
}

export function unsubscribeAll(server: Server, client: Client): void {
  for (const channel of [...client.channels]) dropChannel(server, client, channel);
  for (const pattern of [...client.patterns]) dropPattern(server, client, pattern);
}

/** Leaves the named ones, or all; each is answered for, and nothing to leave is answered once. */
function leave(
  client: Client,
  kind: 'unsubscribe' | 'punsubscribe',
  named: readonly string[],
  all: ReadonlySet<string>,
  drop: (name: string) => void,
): string {
  const names = named.length > 0 ? named : [...all];
  if (names.length === 0) return encodeReply([kind, null, count(client)]);
  return names
    .map((name) => {
      drop(name);
      return encodeReply([kind, name, count(client)]);
    })
    .join('');
}

const inspections: Readonly<Record<string, Subcommand>> = {
  channels: [
    -2,
    (server, _client, [pattern, ...more]) => {
      if (more.length > 0) {
        throw new CommandError(
          "ERR unknown subcommand or wrong number of arguments for 'channels'. Try PUBSUB HELP.",
        );
      }
      const names = server.channels.names();
      return encodeReply(
        names.filter((channel) => pattern === undefined || globMatches(pattern, channel)),
      );
    },
  ],
  numsub: [
    -2,
    (server, _client, asked) =>
      encodeReply(asked.flatMap((channel) => [channel, server.channels.listeners(channel)])),
  ],
  numpat: [2, (server) => encodeReply(server.channels.patternCount)],
};

export const pubsubCommands: readonly SessionCommand[] = [
  session(
    'subscribe',
    -2,
    (server, client, channels) =>
      channels
        .map((channel) => {
          client.channels.add(channel);
          server.channels.subscribe(channel, client);
          return encodeReply(['subscribe', channel, count(client)]);
        })
        .join(''),
    'refused',
  ),
  session(
    'psubscribe',
    -2,
    (server, client, patterns) =>
      patterns
        .map((pattern) => {
          client.patterns.add(pattern);
          server.channels.subscribePattern(pattern, client);
          return encodeReply(['psubscribe', pattern, count(client)]);
        })
        .join(''),
    'refused',
  ),
  session(
    'unsubscribe',
    -1,
    (server, client, named) =>
      leave(client, 'unsubscribe', named, client.channels, (name) =>
        dropChannel(server, client, name),
      ),
    'refused',
  ),
  session(
    'punsubscribe',
    -1,
    (server, client, named) =>
      leave(client, 'punsubscribe', named, client.patterns, (name) =>
        dropPattern(server, client, name),
      ),
    'refused',
  ),
  session('publish', 3, (server, _client, [channel = '', message = '']) =>
    encodeReply(server.publish(channel, message)),
  ),
  family('pubsub', inspections),
];
