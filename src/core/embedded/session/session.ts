import type { Channels } from '../channels.ts';
import type { Client } from '../client.ts';
import type { Tracking } from '../tracking.ts';

/** What INFO tells. */
export interface Facts {
  readonly startedAt: number;
  readonly keys: number;
  readonly expiring: number;
  readonly commands: number;
  readonly connections: number;
  readonly fileBytes: number;
  readonly writeFailure: string | null;
}

/** The server as commands about connections see it. */
export interface Server {
  readonly clients: ReadonlyMap<number, Client>;
  readonly channels: Channels<Client>;
  readonly tracking: Tracking;
  /** Unix milliseconds. */
  now(): number;
  facts(): Facts;
  /** Delivers a message; returns how many get it. */
  publish(channel: string, message: string): number;
  watch(client: Client, keys: readonly string[]): void;
  unwatch(client: Client): void;
  compact(): void;
}

/** A command about the connection or the server; it touches no data and is done at once. */
export interface SessionCommand {
  readonly name: string;
  /** Words with the name; negative: at least so many. */
  readonly arity: number;
  /** Whether MULTI may queue it. `now` means that it is executed inside MULTI without being queued. */
  readonly inTransaction: 'queued' | 'now' | 'refused';
  /** Arity of each subcommand, counted with both names; null for a command without. */
  readonly subcommands: Readonly<Record<string, number>> | null;
  /** @returns the bytes of the answer, which may be several */
  run(server: Server, client: Client, args: readonly string[]): string;
}

export const session = (
  name: string,
  arity: number,
  run: SessionCommand['run'],
  inTransaction: SessionCommand['inTransaction'] = 'queued',
): SessionCommand => ({ name, arity, inTransaction, subcommands: null, run });

/** A subcommand: its arity, counted with both names, and what it does with the words behind them. */
export type Subcommand = readonly [arity: number, run: SessionCommand['run']];

/** A command such as CLIENT, that only names a family. */
export function family(
  name: string,
  members: Readonly<Record<string, Subcommand>>,
  bare: SessionCommand['run'] | null = null,
): SessionCommand {
  const subcommands = Object.fromEntries(
    Object.entries(members).map(([member, [arity]]) => [member, arity]),
  );
  return {
    name,
    arity: bare === null ? -2 : -1,
    inTransaction: 'queued',
    subcommands,
    run: (server, client, [member, ...args]) => {
      const run = member === undefined ? bare : (members[member.toLowerCase()]?.[1] ?? null);
      return run === null ? '' : run(server, client, args);
    },
  };
}
