import type { Client } from '../client.ts';
import { globMatches } from '../glob.ts';
import { CommandError, encodeReply } from '../reply.ts';
import { type Server, type SessionCommand, session } from './session.ts';

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

function inspect(server: Server, _client: Client, args: readonly string[]): string {
  const [name = '', ...rest] = args;
  const lower = name.toLowerCase();
  if (lower === 'channels' && rest.length <= 1) {
    const [pattern] = rest;
    return encodeReply(
      server.channels
        .names()
        .filter((channel) => pattern === undefined || globMatches(pattern, channel)),
    );
  }
  if (lower === 'numsub') {
    return encodeReply(rest.flatMap((channel) => [channel, server.channels.listeners(channel)]));
  }
  if (lower === 'numpat' && rest.length === 0) return encodeReply(server.channels.patternCount);
  throw new CommandError(`ERR unknown subcommand '${name.slice(0, 128)}'. Try PUBSUB HELP.`);
}

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
  session('pubsub', -2, inspect),
];
