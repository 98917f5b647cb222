import type { Address } from './address.ts';
import { reasonOf, StoreAway } from './command.ts';
import { type Link, openLink } from './connect.ts';
import { scanKeys } from './scan.ts';
import { createEdits, placesAt } from './seats.ts';
import type { Answer, SharedStore, StoreOptions } from './store.ts';
import { openTracked } from './tracking.ts';

/** The store on one server; writes go to a second one where `write` is given (replica and primary). */
export function openServerStore(
  options: StoreOptions & { readonly read: Address; readonly write: Address | null },
): SharedStore {
  const { events, random } = options;
  const server = openTracked({
    address: options.read,
    prefixes: options.watched,
    events,
    random,
  });
  const primary: Link | null =
    options.write === null
      ? null
      : openLink({
          address: options.write,
          random,
          events: { up: () => {}, down: () => {} },
        });

  const edits = createEdits({
    groupOf: () => 0,
    places: () => placesAt([{ name: 'primary', address: options.write ?? options.read }]),
    moved: async () => {},
    random,
  });

  return {
    get state() {
      return server.mode;
    },
    get reason() {
      return server.reason;
    },
    get readable() {
      return server.readable;
    },
    async read(commands) {
      const { trust } = server;
      try {
        const replies = await server.reader.send(commands);
        return replies.map((reply): Answer => ({ kind: 'reply', reply, trust }));
      } catch (error) {
        const away: Answer = { kind: 'away', reason: reasonOf(error) };
        return commands.map(() => away);
      }
    },
    async write(writes) {
      const commands = writes.flat();
      const replies = await (primary ?? server.reader).send(commands, { atomic: true });
      for (const reply of replies) if (!reply.ok) throw new Error(reply.error);
      if (replies.length !== commands.length) throw new StoreAway('an answer is missing');
    },
    scan: (prefix) => scanKeys(server.reader, prefix),
    edit: (edit) => edits.make(edit),
    close() {
      edits.close();
      server.close();
      primary?.close();
    },
  };
}
