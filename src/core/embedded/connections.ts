import type { Socket } from 'node:net';
import { limits } from '../../shared/limits.ts';
import type { Log } from '../../shared/messages.ts';
import { Client } from './client.ts';
import { ProtocolError } from './requests.ts';
import type { Turns } from './turns.ts';

export interface ConnectionsDependencies {
  readonly turns: Turns;
  /** Executes one request; its answer may come later. */
  readonly execute: (client: Client, words: readonly string[]) => Promise<void>;
  /** A client is gone: drop what was kept for it. */
  readonly forget: (client: Client) => void;
  /** Unix milliseconds. */
  readonly now: () => number;
  readonly log: Log;
}

/** Milliseconds a client has to take its last answers when the store closes. */
const farewellMs = 1000;

/** The clients: reads their requests, gives each client its turn, and holds up those that do not take their answers. */
export class Connections {
  readonly #clients = new Map<number, Client>();
  readonly #dependencies: ConnectionsDependencies;
  #count = 0;
  #stopped = false;

  constructor(dependencies: ConnectionsDependencies) {
    this.#dependencies = dependencies;
  }

  /** By id; those that are open. */
  get clients(): ReadonlyMap<number, Client> {
    return this.#clients;
  }

  /** All that ever were. */
  get count(): number {
    return this.#count;
  }

  take(socket: Socket, address: string): void {
    socket.on('error', () => socket.destroy());
    if (this.#stopped || this.#clients.size >= limits.maxEmbeddedClients) {
      socket.end('-ERR max number of clients reached\r\n');
      socket.destroySoon();
      return;
    }
    const now = this.#dependencies.now();
    const client = new Client(++this.#count, socket, address, now, (one) => this.#progress(one));
    this.#clients.set(client.id, client);
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => {
      if (client.isClosing) return;
      client.requests.push(chunk);
      if (client.heldBytes > limits.maxRespLineBytes) this.#boundHeld();
      if (client.requests.unread > limits.respReadAheadBytes) socket.pause();
      this.#schedule(client);
    });
    socket.on('drain', () => this.#schedule(client));
    socket.on('end', () => {
      client.inputHasEnded = true;
      this.#schedule(client);
    });
    socket.on('close', () => {
      this.#clients.delete(client.id);
      this.#dependencies.forget(client);
    });
  }

  /** Reads no more requests. */
  stop(): void {
    this.#stopped = true;
    for (const client of this.#clients.values()) client.isClosing = true;
  }

  /** Parts from everybody; who does not take the last answers is cut off. */
  end(): void {
    for (const client of this.#clients.values()) {
      this.#finish(client);
      setTimeout(() => client.socket.destroy(), farewellMs).unref();
    }
  }

  /** Parts from the client that holds most, when all together hold too much. */
  #boundHeld(): void {
    let total = 0;
    let largest: Client | null = null;
    for (const client of this.#clients.values()) {
      if (client.isGone || client.isClosing) continue;
      total += client.heldBytes;
      if (largest === null || client.heldBytes > largest.heldBytes) largest = client;
    }
    if (largest === null || total <= limits.maxRespHeldBytes) return;
    largest.output.reserve().fill('-ERR too many bytes of unfinished requests\r\n');
    largest.isClosing = true;
    this.#finish(largest);
  }

  #schedule(client: Client): void {
    if (client.isScheduled || client.isGone || client.isClosing || client.output.isFull) return;
    client.isScheduled = true;
    this.#dependencies.turns.add(() => this.#step(client));
  }

  /** Executes the next request of a client, so that clients take turns. */
  async #step(client: Client): Promise<void> {
    client.isScheduled = false;
    if (client.isGone || client.isClosing) return;
    try {
      const words = client.requests.next();
      if (words !== null) await this.#dependencies.execute(client, words);
      else if (client.inputHasEnded) client.isClosing = true;
      else {
        client.socket.resume();
        return;
      }
    } catch (error) {
      if (error instanceof ProtocolError) {
        client.output.reserve().fill(`-ERR ${error.message}\r\n`);
        client.isClosing = true;
      } else {
        this.#dependencies.log('error', `the embedded store failed: ${String(error)}`);
        client.socket.destroy();
      }
    }
    this.#progress(client);
  }

  #progress(client: Client): void {
    if (!client.isClosing) this.#schedule(client);
    else if (!client.output.isWaiting) this.#finish(client);
  }

  #finish(client: Client): void {
    client.output.flush();
    client.socket.end();
    client.socket.destroySoon();
  }
}
