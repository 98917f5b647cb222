import { setImmediate as endOfTurn } from 'node:timers/promises';
import { limits } from '../../shared/limits.ts';
import type { Log } from '../../shared/messages.ts';
import { Channels } from './channels.ts';
import type { Client } from './client.ts';
import { arityFits, type Context, type DataCommand, keysOf } from './commands/command.ts';
import { dataCommands } from './commands/index.ts';
import { Connections } from './connections.ts';
import { type Request, requestOf } from './dispatch.ts';
import type { Group, Journal } from './journal.ts';
import { type Change, Keyspace } from './keyspace.ts';
import type { Slot } from './output.ts';
import { propagate } from './propagation.ts';
import {
  CommandError,
  encodeCommand,
  encodeReply,
  nullArray,
  queued,
  wrongArity,
} from './reply.ts';
import { commandsFor } from './serialize.ts';
import { reset } from './session/connection.ts';
import type { Facts, Server, SessionCommand } from './session/session.ts';
import { Tracking } from './tracking.ts';
import { Turns } from './turns.ts';
import { Watchers } from './watchers.ts';

export interface EngineDependencies {
  /** Keys that are never written to the file, whatever is done with them. */
  readonly isVolatile: (key: string) => boolean;
  /** Unix milliseconds. */
  readonly wallClock: () => number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly log: Log;
}

/** What executing one request, or the requests of one transaction, came to. */
class Outcome {
  answer = '';
  readonly changes: Change[] = [];
  readonly records: (readonly string[])[] = [];
  readonly touched = new Set<string>();
  readonly keysRead: string[] = [];
  readonly keysNamed: string[] = [];
  readonly deliveries: (() => void)[] = [];
  looksAtAll = false;
  flushed = false;
}

/** Keys that are written to a snapshot without a look at anything else. */
const keysPerPause = 1000;
// A timer cannot be set for longer.
const maxTimerMs = 2 ** 31 - 1;
/** Whether a command may stand in the append-only file. */
export const isRestorable = (name: string): boolean =>
  dataCommands.get(name)?.write === true || ['select', 'multi', 'exec'].includes(name);

/** Executes requests: the order of things in Redis, from the parsed words to the answer. */
export class Engine implements Server {
  readonly channels = new Channels<Client>();
  readonly tracking = new Tracking((id) => this.clients.get(id));
  readonly turns = new Turns();
  readonly connections: Connections;
  readonly #db = new Keyspace();
  readonly #dependencies: EngineDependencies;
  readonly #startedAt: number;
  readonly #watchers = new Watchers();
  /** Keys with changes on their way to the disk: who reads them waits for it. */
  readonly #pending = new Map<string, Group>();
  /** Keys of the file that have expired, and whose end stands there only with the next change. */
  readonly #owed = new Set<string>();
  #journal: Journal | null = null;
  #timer: NodeJS.Timeout | null = null;
  #timerAt = Number.POSITIVE_INFINITY;
  #commands = 0;
  /** Connections in HTTP that no line has told of yet, and monotonic milliseconds of the last line. */
  #httpUnsaid = 0;
  #httpSaidAt = Number.NEGATIVE_INFINITY;
  /** Where PUBLISH puts its messages inside a transaction. */
  #deliveries: (() => void)[] | null = null;
  #closed = false;

  constructor(dependencies: EngineDependencies) {
    this.#dependencies = dependencies;
    this.#startedAt = dependencies.wallClock();
    this.connections = new Connections({
      turns: this.turns,
      execute: (client, words) => this.#execute(client, words),
      forget: (client) => reset(this, client),
      now: dependencies.wallClock,
      log: dependencies.log,
    });
  }

  // Life

  /** Executes a command that was read from the file. Nothing expires meanwhile; throws what the command throws. */
  async restore(words: readonly string[]): Promise<void> {
    const [name = '', ...args] = words;
    const lower = name.toLowerCase();
    if (lower === 'select' && args.length === 1) {
      if (args[0] !== '0')
        throw new Error(`database ${args[0] ?? ''}: only database 0 exists here`);
      return;
    }
    const command = dataCommands.get(lower);
    if (command === undefined || !command.write) throw new Error(`unknown command '${name}'`);
    if (!arityFits(command.arity, words.length)) throw wrongArity(lower);
    const change = this.#db.begin();
    await command.run({ ...this.#context(change), replaying: true }, args);
    for (const key of change.before.keys()) this.#db.setOnFile(key);
  }

  /** From now on clients may be taken. */
  async start(journal: Journal): Promise<void> {
    this.#journal = journal;
    await this.turns.urgent(() => this.#expire());
    this.#setTimer();
  }

  /**
   * The file's contents as they would be if written now. Must run in a turn of its own; signals and connections are
   * heard meanwhile.
   *
   * @throws the signal's reason
   */
  async snapshot(signal?: AbortSignal): Promise<Buffer> {
    const parts: Buffer[] = [];
    let looked = 0;
    for (const key of this.#db.keys()) {
      if (looked++ % keysPerPause === 0) {
        await endOfTurn();
        signal?.throwIfAborted();
      }
      const state = this.#db.state(key);
      const value = state?.onFile === true ? await this.#db.value(key) : null;
      if (state === null || value === null) continue;
      for (const words of commandsFor(key, value, state.deadline)) {
        parts.push(Buffer.from(encodeCommand(words), 'latin1'));
      }
    }
    return Buffer.concat(parts);
  }

  /** Executes nothing more, brings to the disk what was executed, answers it, and parts from everybody. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.turns.urgent(async () => this.connections.stop());
    await this.#journal?.settled();
    this.connections.end();
    await this.#db.close();
  }

  // Server

  get clients(): ReadonlyMap<number, Client> {
    return this.connections.clients;
  }

  now(): number {
    return this.#dependencies.wallClock();
  }

  facts(): Facts {
    return {
      startedAt: this.#startedAt,
      keys: this.#db.size,
      expiring: this.#db.expiring,
      commands: this.#commands,
      connections: this.connections.count,
      fileBytes: this.#journal?.bytes ?? 0,
      writeFailure: this.#journal?.failure?.message ?? null,
    };
  }

  publish(channel: string, message: string): number {
    const receivers = this.channels.receivers(channel);
    const deliver = (): void => {
      for (const { to, pattern } of receivers) {
        const parts =
          pattern === null
            ? ['message', channel, message]
            : ['pmessage', pattern, channel, message];
        to.push(encodeReply(parts));
      }
    };
    if (this.#deliveries === null) deliver();
    else this.#deliveries.push(deliver);
    return receivers.length;
  }

  watch(client: Client, keys: readonly string[]): void {
    this.#watchers.watch(client, keys);
  }

  unwatch(client: Client): void {
    this.#watchers.unwatch(client);
  }

  compact(): void {
    this.#journal?.compact();
  }

  // Requests

  async #execute(client: Client, words: readonly string[]): Promise<void> {
    const name = (words[0] ?? '').toLowerCase();
    // A browser that was led to this port speaks like this; Redis parts from it just so.
    if (name === 'post' || name === 'host:') {
      this.#noticeHttp();
      client.socket.destroy();
      return;
    }
    this.#commands++;
    client.lastUsedAt = this.now();
    client.lastCommand = name;
    const slot = client.output.reserve();
    try {
      await this.#dispatch(client, name, words, slot);
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      slot.fill(encodeReply({ error: error.message }));
    }
    if (client.transaction === null && name !== 'client') client.caching = null;
  }

  /** Says so at once, and then as often as `limits.httpNoticeMs` allows. */
  #noticeHttp(): void {
    this.#httpUnsaid++;
    const at = performance.now();
    if (at - this.#httpSaidAt < limits.httpNoticeMs) return;
    const times = this.#httpUnsaid === 1 ? 'connection' : `${this.#httpUnsaid} connections`;
    this.#dependencies.log('warn', `the embedded store was spoken to in HTTP; ${times} closed`);
    this.#httpSaidAt = at;
    this.#httpUnsaid = 0;
  }

  async #dispatch(
    client: Client,
    name: string,
    words: readonly string[],
    slot: Slot,
  ): Promise<void> {
    if (name === 'exec') {
      await this.#exec(client, words, slot);
      return;
    }
    const request = this.#admit(client, words);
    if (request === null) slot.fill(encodeReply(queued));
    else if (request.kind === 'data') await this.#run(client, [request], slot, false);
    else slot.fill(request.command.run(this, client, words.slice(1)));
  }

  /** What is to be executed now; null when it was queued. An error here spoils the transaction, if there is one. */
  #admit(client: Client, words: readonly string[]): Request | null {
    const { transaction } = client;
    try {
      const request = requestOf(words, client.isListening);
      const when = request.kind === 'data' ? 'queued' : request.command.inTransaction;
      if (transaction === null || when === 'now') return request;
      if (when === 'refused') {
        throw new CommandError('ERR Command not allowed inside a transaction');
      }
      transaction.bytes += words.reduce((sum, word) => sum + word.length, 0);
      if (transaction.bytes > limits.maxRespRequestBytes) {
        transaction.requests.length = 0;
        throw new CommandError('ERR the transaction is too large');
      }
      transaction.requests.push(words);
      return null;
    } catch (error) {
      if (transaction !== null) transaction.isBroken = true;
      throw error;
    }
  }

  async #exec(client: Client, words: readonly string[], slot: Slot): Promise<void> {
    const { transaction } = client;
    if (transaction === null && words.length === 1)
      throw new CommandError('ERR EXEC without MULTI');
    // A watched key may have expired by now.
    await this.#expire();
    const { watchIsBroken } = client;
    client.transaction = null;
    this.unwatch(client);
    if (words.length !== 1) {
      throw new CommandError(
        "EXECABORT Transaction discarded because of: wrong number of arguments for 'exec' command",
      );
    }
    if (transaction === null || transaction.isBroken) {
      throw new CommandError('EXECABORT Transaction discarded because of previous errors.');
    }
    if (watchIsBroken) slot.fill(encodeReply(nullArray));
    else {
      const requests = transaction.requests.map((queuedWords) => requestOf(queuedWords, false));
      await this.#run(client, requests, slot, true);
    }
  }

  // Data

  #context(change: Change): Context {
    const { random } = this.#dependencies;
    return { db: this.#db, change, now: this.now(), replaying: false, random };
  }

  async #run(
    client: Client,
    requests: readonly Request[],
    slot: Slot,
    asTransaction: boolean,
  ): Promise<void> {
    await this.#expire();
    const outcome = new Outcome();
    const answers: string[] = [];
    this.#deliveries = asTransaction ? outcome.deliveries : null;
    for (const request of requests) {
      answers.push(
        request.kind === 'data'
          ? await this.#apply(request.command, request.words, outcome)
          : this.#applySession(client, request.command, request.words),
      );
    }
    this.#deliveries = null;
    outcome.answer = asTransaction
      ? `*${answers.length}\r\n${answers.join('')}`
      : (answers[0] ?? '');
    this.#watchers.touched(outcome.touched);
    this.#setTimer();
    const again = (): Promise<void> => this.#run(client, requests, slot, asTransaction);
    this.#settle(client, outcome, slot, again);
  }

  #applySession(client: Client, command: SessionCommand, words: readonly string[]): string {
    try {
      return command.run(this, client, words.slice(1));
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      return encodeReply({ error: error.message });
    }
  }

  async #apply(command: DataCommand, words: readonly string[], outcome: Outcome): Promise<string> {
    const change = this.#db.begin();
    const keys = keysOf(command, words);
    outcome.keysNamed.push(...keys);
    if (!command.write) outcome.keysRead.push(...keys);
    outcome.looksAtAll ||= command.whole;
    let answer: string;
    try {
      answer = encodeReply(await command.run(this.#context(change), words.slice(1)));
    } catch (error) {
      await change.undo();
      if (error instanceof CommandError) return encodeReply({ error: error.message });
      this.#dependencies.log(
        'error',
        `${command.name} failed in the embedded store: ${String(error)}`,
      );
      return encodeReply({ error: 'ERR internal error' });
    }
    const { isVolatile } = this.#dependencies;
    outcome.records.push(...(await propagate(this.#db, command, words, change, isVolatile)));
    outcome.changes.push(change);
    outcome.flushed ||= change.flushed;
    for (const [key, before] of change.before) {
      if (before !== null || this.#db.state(key) !== null) outcome.touched.add(key);
    }
    return answer;
  }

  /** Answers: at once, or when the disk holds what the answer rests upon. */
  #settle(client: Client, outcome: Outcome, slot: Slot, again: () => Promise<void>): void {
    const finish = (): void => {
      if (outcome.flushed) this.tracking.flushed();
      this.tracking.changed(outcome.touched, client);
      if (client.tracking !== null) this.tracking.read(client, outcome.keysRead);
      for (const deliver of outcome.deliveries) deliver();
      slot.fill(outcome.answer);
    };
    if (outcome.records.length > 0) {
      this.#append(outcome, finish, slot);
      return;
    }
    const group = this.#awaited(outcome);
    if (group === null) {
      finish();
      return;
    }
    group.entries.push({
      bytes: '',
      undo: async () => {},
      committed: finish,
      // What it saw was taken back: look again. What it changed beside the file stands.
      refused: outcome.touched.size > 0 ? finish : () => this.turns.add(again),
    });
  }

  #append(outcome: Outcome, finish: () => void, slot: Slot): void {
    const owed = [...this.#owed];
    this.#owed.clear();
    const records =
      outcome.records.length === 1 ? outcome.records : [['MULTI'], ...outcome.records, ['EXEC']];
    const settle = (): void => {
      for (const key of outcome.touched) {
        if (this.#pending.get(key) === group) this.#pending.delete(key);
      }
    };
    const journal = this.#journal;
    if (journal === null) throw new Error('the engine was not started');
    const group = journal.add({
      bytes: [...owed.map((key) => ['DEL', key]), ...records].map(encodeCommand).join(''),
      undo: async () => {
        for (const change of [...outcome.changes].reverse()) await change.undo();
      },
      committed: () => {
        settle();
        finish();
      },
      refused: (cause) => {
        settle();
        for (const key of owed) this.#owed.add(key);
        slot.fill(
          encodeReply({ error: `MISCONF Errors writing to the AOF file: ${cause.message}` }),
        );
      },
    });
    for (const key of outcome.touched) this.#pending.set(key, group);
  }

  /** The youngest group that holds something this outcome has looked at. */
  #awaited(outcome: Outcome): Group | null {
    const latest = this.#journal?.latest ?? null;
    if (latest === null || outcome.looksAtAll) return latest;
    let found: Group | null = null;
    for (const key of outcome.keysNamed) {
      const group = this.#pending.get(key);
      if (group === latest) return latest;
      found = group ?? found;
    }
    return found;
  }

  /** Removes every key whose time has come. */
  async #expire(): Promise<void> {
    const now = this.now();
    for (let key = this.#db.takeDue(now); key !== null; key = this.#db.takeDue(now)) {
      this.#db.begin();
      if (this.#db.state(key)?.onFile === true) this.#owed.add(key);
      await this.#db.drop(key);
      this.#watchers.touched([key]);
      this.tracking.changed([key], null);
    }
  }

  #setTimer(): void {
    const next = this.#db.nextDeadline();
    if (this.#closed || next === null || next >= this.#timerAt) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timerAt = next;
    const wait = Math.min(Math.max(1, next - this.now()), maxTimerMs);
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#timerAt = Number.POSITIVE_INFINITY;
      this.turns.add(async () => {
        await this.#expire();
        this.#setTimer();
      });
    }, wait);
    this.#timer.unref();
  }
}
