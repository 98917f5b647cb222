import type { Client } from '../client.ts';
import { integer } from '../numbers.ts';
import { CommandError, encodeReply, ok, syntaxError, wrongArity } from '../reply.ts';
import { unsubscribeAll } from './pubsub.ts';
import { family, type Server, type SessionCommand, type Subcommand, session } from './session.ts';

/** The Redis release whose behaviour is reproduced. */
export const redisVersion = '7.0.15';

export function reset(server: Server, client: Client): void {
  client.transaction = null;
  server.unwatch(client);
  server.tracking.stop(client);
  unsubscribeAll(server, client);
  client.name = '';
}

function setName(client: Client, name: string): void {
  if (!/^[!-~]*$/.test(name)) {
    throw new CommandError(
      'ERR Client names cannot contain spaces, newlines or special characters.',
    );
  }
  client.name = name;
}

function authenticate(user: string): void {
  if (user === 'default') return;
  throw new CommandError('WRONGPASS invalid username-password pair or user is disabled.');
}

function hello(_server: Server, client: Client, args: readonly string[]): string {
  const [version, ...options] = args;
  if (version !== undefined && !/^-?\d+$/.test(version)) {
    throw new CommandError('ERR Protocol version is not an integer or out of range');
  }
  if (version !== undefined && version !== '2') {
    throw new CommandError('NOPROTO unsupported protocol version');
  }
  for (let i = 0; i < options.length; i++) {
    const option = options[i]?.toUpperCase();
    const [value, second] = [options[i + 1], options[i + 2]];
    if (option === 'AUTH' && value !== undefined && second !== undefined) {
      authenticate(value);
      i += 2;
    } else if (option === 'SETNAME' && value !== undefined) {
      setName(client, value);
      i++;
    } else throw new CommandError(`ERR Syntax error in HELLO option '${options[i] ?? ''}'`);
  }
  return encodeReply([
    ...['server', 'redis', 'version', redisVersion, 'proto', 2, 'id', client.id],
    ...['mode', 'standalone', 'role', 'master', 'modules', []],
  ]);
}

function describe(server: Server, client: Client): string {
  const now = server.now();
  const flags =
    `${client.isListening ? 'P' : ''}${client.transaction === null ? '' : 'x'}` +
    `${client.tracking === null ? '' : 't'}`;
  return [
    `id=${client.id}`,
    `addr=${client.address}`,
    `name=${client.name}`,
    `age=${Math.floor((now - client.connectedAt) / 1000)}`,
    `idle=${Math.floor((now - client.lastUsedAt) / 1000)}`,
    `flags=${flags === '' ? 'N' : flags}`,
    'db=0',
    `sub=${client.channels.size}`,
    `psub=${client.patterns.size}`,
    'ssub=0',
    `multi=${client.transaction?.requests.length ?? -1}`,
    `qbuf=${client.requests.unread}`,
    `redir=${client.tracking?.redirect ?? -1}`,
    `cmd=${client.lastCommand}`,
    'user=default',
    `lib-name=${client.libraryName}`,
    `lib-ver=${client.libraryVersion}`,
    'resp=2',
  ].join(' ');
}

function kill(server: Server, client: Client, args: readonly string[]): string {
  const close = (victim: Client): void => {
    if (victim === client) victim.isClosing = true;
    else victim.socket.destroy();
  };
  const [first] = args;
  if (args.length === 1) {
    const victim = [...server.clients.values()].find(({ address }) => address === first);
    if (victim === undefined) throw new CommandError('ERR No such client');
    close(victim);
    return encodeReply(ok);
  }
  if (args.length % 2 !== 0 || args.length === 0) throw syntaxError();
  let victims = [...server.clients.values()];
  let skipsMe = true;
  for (let i = 0; i < args.length; i += 2) {
    const filter = args[i]?.toLowerCase();
    const value = args[i + 1] ?? '';
    if (filter === 'id') {
      const id = integer(value);
      victims = victims.filter((victim) => victim.id === id);
    } else if (filter === 'addr') victims = victims.filter(({ address }) => address === value);
    else if (filter === 'type') {
      victims = victims.filter(({ isListening }) =>
        value.toLowerCase() === 'pubsub' ? isListening : !isListening,
      );
    } else if (filter === 'skipme') skipsMe = value.toLowerCase() !== 'no';
    else throw syntaxError();
  }
  if (skipsMe) victims = victims.filter((victim) => victim !== client);
  for (const victim of victims) close(victim);
  return encodeReply(victims.length);
}

function startTracking(server: Server, client: Client, words: readonly string[]): void {
  let redirect = 0;
  let [broadcast, optIn, optOut, noLoop] = [false, false, false, false];
  const prefixes: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const option = words[i]?.toLowerCase();
    const value = words[i + 1];
    if (option === 'redirect' && value !== undefined) {
      if (redirect !== 0) {
        throw new CommandError('ERR A client can only redirect to a single other client');
      }
      redirect = integer(value);
      if (!server.clients.has(redirect)) {
        throw new CommandError('ERR The client ID you want redirect to does not exist');
      }
      i++;
    } else if (option === 'prefix' && value !== undefined) {
      prefixes.push(value);
      i++;
    } else if (option === 'bcast') broadcast = true;
    else if (option === 'optin') optIn = true;
    else if (option === 'optout') optOut = true;
    else if (option === 'noloop') noLoop = true;
    else throw syntaxError();
  }
  server.tracking.start(client, { redirect, broadcast, prefixes, optIn, optOut, noLoop });
}

function tracking(server: Server, client: Client, args: readonly string[]): string {
  const [state, ...options] = args;
  if (state?.toLowerCase() === 'on') startTracking(server, client, options);
  else if (state?.toLowerCase() === 'off') server.tracking.stop(client);
  else throw syntaxError();
  return encodeReply(ok);
}

function caching(_server: Server, client: Client, [answer]: readonly string[]): string {
  const options = client.tracking;
  if (options === null) {
    throw new CommandError(
      'ERR CLIENT CACHING can be called only when the client is in tracking mode with OPTIN or OPTOUT mode enabled',
    );
  }
  const word = answer?.toLowerCase();
  if (word === 'yes') {
    if (!options.optIn) {
      throw new CommandError(
        'ERR CLIENT CACHING YES is only valid when tracking is enabled in OPTIN mode.',
      );
    }
    client.caching = true;
  } else if (word === 'no') {
    if (!options.optOut) {
      throw new CommandError(
        'ERR CLIENT CACHING NO is only valid when tracking is enabled in OPTOUT mode.',
      );
    }
    client.caching = false;
  } else throw syntaxError();
  return encodeReply(ok);
}

function trackingInfo(_server: Server, client: Client): string {
  const options = client.tracking;
  if (options === null) {
    return encodeReply(['flags', ['off'], 'redirect', -1, 'prefixes', []]);
  }
  const flags = ['on'];
  if (options.broadcast) flags.push('bcast');
  if (options.optIn) flags.push('optin', ...(client.caching === true ? ['caching-yes'] : []));
  if (options.optOut) flags.push('optout', ...(client.caching === false ? ['caching-no'] : []));
  if (options.noLoop) flags.push('noloop');
  if (client.redirectIsBroken) flags.push('broken_redirect');
  return encodeReply(['flags', flags, 'redirect', options.redirect, 'prefixes', options.prefixes]);
}

function setInfo(_server: Server, client: Client, [what, value = '']: readonly string[]): string {
  if (!/^[!-~]*$/.test(value)) {
    throw new CommandError(
      `ERR ${what ?? ''} cannot contain spaces, newlines or special characters.`,
    );
  }
  if (what?.toLowerCase() === 'lib-name') client.libraryName = value;
  else if (what?.toLowerCase() === 'lib-ver') client.libraryVersion = value;
  else throw new CommandError(`ERR Unrecognized option '${what ?? ''}'`);
  return encodeReply(ok);
}

function onOrOff(_server: Server, _client: Client, [word]: readonly string[]): string {
  if (!/^(?:on|off)$/i.test(word ?? '')) throw syntaxError();
  return encodeReply(ok);
}

const clientCommands: Readonly<Record<string, Subcommand>> = {
  id: [2, (_server, client) => encodeReply(client.id)],
  getname: [2, (_server, client) => encodeReply(client.name === '' ? null : client.name)],
  setname: [
    3,
    (_server, client, [name = '']) => {
      setName(client, name);
      return encodeReply(ok);
    },
  ],
  setinfo: [4, setInfo],
  info: [2, (server, client) => encodeReply(`${describe(server, client)}\n`)],
  list: [
    -2,
    (server) =>
      encodeReply([...server.clients.values()].map((one) => `${describe(server, one)}\n`).join('')),
  ],
  kill: [-3, kill],
  tracking: [-3, tracking],
  trackinginfo: [2, trackingInfo],
  caching: [3, caching],
  getredir: [2, (_server, client) => encodeReply(client.tracking?.redirect ?? -1)],
  'no-evict': [3, onOrOff],
  'no-touch': [3, onOrOff],
  reply: [
    3,
    (_server, _client, [word]) => {
      if (word?.toLowerCase() !== 'on') throw syntaxError();
      return encodeReply(ok);
    },
  ],
};

export const connectionCommands: readonly SessionCommand[] = [
  session('ping', -1, (_server, { isListening }, args) => {
    if (args.length > 1) throw wrongArity('ping');
    if (isListening) return encodeReply(['pong', args[0] ?? '']);
    return encodeReply(args[0] ?? { status: 'PONG' });
  }),
  session('echo', 2, (_server, _client, [text = '']) => encodeReply(text)),
  session('auth', -2, (_server, _client, args) => {
    if (args.length > 2) throw syntaxError();
    const [user = ''] = args;
    if (args.length === 1) {
      throw new CommandError(
        'ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?',
      );
    }
    authenticate(user);
    return encodeReply(ok);
  }),
  session('hello', -1, hello),
  session('select', 2, (_server, _client, [index = '']) => {
    if (integer(index) !== 0) throw new CommandError('ERR DB index is out of range');
    return encodeReply(ok);
  }),
  session(
    'quit',
    -1,
    (_server, self) => {
      self.isClosing = true;
      return encodeReply(ok);
    },
    'now',
  ),
  session(
    'reset',
    1,
    (server, self) => {
      reset(server, self);
      return encodeReply({ status: 'RESET' });
    },
    'now',
  ),
  family('client', clientCommands),
];
