import { CommandError, encodeReply, ok } from '../reply.ts';
import { type SessionCommand, session } from './session.ts';

/** MULTI and what belongs to it, without EXEC, which works on data. */
export const transactionCommands: readonly SessionCommand[] = [
  session(
    'multi',
    1,
    (_server, client) => {
      if (client.transaction !== null) throw new CommandError('ERR MULTI calls can not be nested');
      client.transaction = { requests: [], bytes: 0, isBroken: false };
      return encodeReply(ok);
    },
    'now',
  ),
  session(
    'discard',
    1,
    (server, client) => {
      if (client.transaction === null) throw new CommandError('ERR DISCARD without MULTI');
      client.transaction = null;
      server.unwatch(client);
      return encodeReply(ok);
    },
    'now',
  ),
  session(
    'watch',
    -2,
    (server, client, keys) => {
      if (client.transaction !== null) {
        throw new CommandError('ERR WATCH inside MULTI is not allowed');
      }
      server.watch(client, keys);
      return encodeReply(ok);
    },
    'now',
  ),
  session('unwatch', 1, (server, client) => {
    server.unwatch(client);
    return encodeReply(ok);
  }),
];
