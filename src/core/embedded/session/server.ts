import { limits } from '../../../shared/limits.ts';
import { dataCommands } from '../commands/index.ts';
import { globMatches } from '../glob.ts';
import { CommandError, encodeReply, nullArray, ok, type Reply } from '../reply.ts';
import { redisVersion } from './connection.ts';
import { family, type Server, type SessionCommand, type Subcommand, session } from './session.ts';

function infoText(server: Server, sections: readonly string[]): string {
  const facts = server.facts();
  const { rss, heapUsed } = process.memoryUsage();
  const uptime = Math.floor((server.now() - facts.startedAt) / 1000);
  const listening = [...server.clients.values()].filter(({ isListening }) => isListening).length;
  const all: Readonly<Record<string, Readonly<Record<string, string | number>>>> = {
    server: {
      redis_version: redisVersion,
      redis_mode: 'standalone',
      server_name: 'berth-embedded',
      os: process.platform,
      arch_bits: 64,
      process_id: process.pid,
      uptime_in_seconds: uptime,
      uptime_in_days: Math.floor(uptime / 86_400),
    },
    clients: {
      connected_clients: server.clients.size,
      maxclients: limits.maxEmbeddedClients,
      blocked_clients: 0,
      pubsub_clients: listening,
    },
    memory: { used_memory: heapUsed, used_memory_rss: rss, maxmemory: 0 },
    persistence: {
      loading: 0,
      rdb_changes_since_last_save: 0,
      rdb_bgsave_in_progress: 0,
      aof_enabled: 1,
      aof_rewrite_in_progress: 0,
      aof_last_write_status: facts.writeFailure === null ? 'ok' : 'err',
      aof_current_size: facts.fileBytes,
    },
    stats: {
      total_connections_received: facts.connections,
      total_commands_processed: facts.commands,
      pubsub_channels: server.channels.names().length,
      pubsub_patterns: server.channels.patternCount,
    },
    replication: { role: 'master', connected_slaves: 0 },
    cluster: { cluster_enabled: 0 },
    keyspace:
      facts.keys === 0 ? {} : { db0: `keys=${facts.keys},expires=${facts.expiring},avg_ttl=0` },
  };
  const wanted = sections.map((section) => section.toLowerCase());
  const everything =
    wanted.length === 0 || wanted.some((name) => ['all', 'default', 'everything'].includes(name));
  return Object.entries(all)
    .filter(([name]) => everything || wanted.includes(name))
    .map(([name, lines]) => {
      const title = `# ${name.charAt(0).toUpperCase()}${name.slice(1)}\r\n`;
      return (
        title +
        Object.entries(lines)
          .map(([key, value]) => `${key}:${value}\r\n`)
          .join('')
      );
    })
    .join('\r\n');
}

const settings: Readonly<Record<string, string>> = {
  appendfsync: 'always',
  appendonly: 'yes',
  databases: '1',
  maxclients: String(limits.maxEmbeddedClients),
  maxmemory: '0',
  'maxmemory-policy': 'noeviction',
  'notify-keyspace-events': '',
  'proto-max-bulk-len': String(limits.maxRespRequestBytes),
  save: '',
  timeout: '0',
};

const configCommands: Readonly<Record<string, Subcommand>> = {
  get: [
    -3,
    (_server, _client, patterns) =>
      encodeReply(
        Object.entries(settings)
          .filter(([key]) => patterns.some((pattern) => globMatches(pattern.toLowerCase(), key)))
          .flat(),
      ),
  ],
  set: [
    -4,
    (_server, _client, [key = '']) => {
      throw new CommandError(
        Object.hasOwn(settings, key.toLowerCase())
          ? `ERR CONFIG SET failed (possibly related to argument '${key}') - can't set immutable config`
          : `ERR Unknown option or number of arguments for CONFIG SET - '${key}'`,
      );
    },
  ],
  resetstat: [2, () => encodeReply(ok)],
};

function describeCommands(): readonly Reply[] {
  return [...dataCommands.values()].map((command): Reply => {
    const flags: Reply[] = [{ status: command.write ? 'write' : 'readonly' }];
    return [command.name, command.arity, flags, ...command.keys, [], [], [], []];
  });
}

const commandCommands: Readonly<Record<string, Subcommand>> = {
  count: [2, () => encodeReply(dataCommands.size)],
  docs: [-2, () => encodeReply([])],
  list: [-2, () => encodeReply([...dataCommands.keys()])],
  info: [
    -2,
    (_server, _client, asked) => {
      const all = describeCommands();
      if (asked.length === 0) return encodeReply(all);
      const places = new Map([...dataCommands.keys()].map((name, i) => [name, i]));
      return encodeReply(
        asked.map((name) => all[places.get(name.toLowerCase()) ?? -1] ?? nullArray),
      );
    },
  ],
};

const refuses = (name: string, why: string): SessionCommand =>
  session(
    name,
    -1,
    () => {
      throw new CommandError(`ERR ${name.toUpperCase()} ${why}`);
    },
    'refused',
  );

const scriptless = 'is not supported by the embedded store; use a Redis server for scripts';

export const serverCommands: readonly SessionCommand[] = [
  session('info', -1, (server, _client, sections) => encodeReply(infoText(server, sections))),
  family('config', configCommands),
  family('command', commandCommands, () => encodeReply(describeCommands())),
  session('time', 1, (server) => {
    const now = server.now();
    return encodeReply([String(Math.floor(now / 1000)), String(Math.floor((now % 1000) * 1000))]);
  }),
  session('role', 1, () => encodeReply(['master', 0, []])),
  session('wait', 3, () => encodeReply(0)),
  session('lastsave', 1, (server) => encodeReply(Math.floor(server.now() / 1000))),
  session('bgrewriteaof', 1, (server) => {
    server.compact();
    return encodeReply({ status: 'Background append only file rewriting started' });
  }),
  refuses('shutdown', 'is not for clients of the embedded store; stop Berth instead'),
  refuses('eval', scriptless),
  refuses('evalsha', scriptless),
  refuses('script', scriptless),
  refuses('fcall', scriptless),
];
