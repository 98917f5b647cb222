import { connectionCommands } from './connection.ts';
import { pubsubCommands } from './pubsub.ts';
import { serverCommands } from './server.ts';
import type { SessionCommand } from './session.ts';
import { transactionCommands } from './transaction.ts';

/** Every command about connections and the server, by its lower-case name; EXEC stands in the engine. */
export const sessionCommands: ReadonlyMap<string, SessionCommand> = new Map(
  [...connectionCommands, ...pubsubCommands, ...transactionCommands, ...serverCommands].map(
    (command) => [command.name, command],
  ),
);
