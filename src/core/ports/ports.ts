import type { ListeningPort } from '../../shared/contract/containers.ts';
import { visibleText } from '../../shared/escapeUnseen.ts';
import { limits } from '../../shared/limits.ts';
import type { FrontendsTable } from '../frontends/table.ts';
import { createNamedPorts } from './namedPorts.ts';
import type { PortOwner } from './portOwner.ts';
import type { ListeningProcess, ListeningSocket, PortReader } from './reader.ts';

/** Who listened on a port that nobody listens on now. */
export interface LastOwner extends PortOwner {
  /** Unix milliseconds; no more than a look too late. */
  readonly leftAt: number;
}

export interface PortsOptions {
  /** Null where the system cannot be asked. */
  readonly reader: PortReader | null;
  /** Asked each time. */
  readonly table: () => Pick<FrontendsTable, 'entries' | 'version'>;
  /** Whether the instance itself listens there. */
  readonly isOwn: (port: number, pid: number | null) => boolean;
  /** The user's home directory; empty for none. */
  readonly home: string;
  /** Unix milliseconds. */
  readonly wallClock: () => number;
}

/** Who listens on the TCP ports of this machine. */
export interface Ports {
  /** All of them by number, at most `limits.maxListeningPorts`; empty where the system does not say. Never rejects. */
  list(): Promise<readonly ListeningPort[]>;
  /** Who listens on this port; `nobody`, or null when that cannot be known. Never rejects. */
  find(port: number): Promise<PortOwner | 'nobody' | null>;
  /** Who was last seen on a port that a backend names; null for nobody, and while somebody listens there. */
  lastOwner(port: number): LastOwner | null;
  close(): void;
}

/**
 * Looks every now and then at the ports that backends of this machine name, and remembers who listened there. Most looks
 * only see whether those are there yet; one in some reads the system's table, for those who came. Where no backend names
 * a port, nothing is read.
 */
export function openPorts(options: PortsOptions): Ports {
  return new LivePorts(options);
}

class LivePorts implements Ports {
  readonly #options: PortsOptions;
  readonly #named = createNamedPorts();
  /** By port that a backend names, while somebody listens there. */
  readonly #present = new Map<number, PortOwner>();
  /** By port; the one that left first stands first. */
  readonly #left = new Map<number, LastOwner>();
  readonly #timer: NodeJS.Timeout | null;
  /** What the last look at the whole table found, null for what does not count any more; looks since then. */
  #lastFound: string | null = null;
  #lastIds: readonly string[] = [];
  /** The ports for which that was. */
  #lastNamed: ReadonlySet<number> = new Set();
  #quietLooks = 0;
  #isLooking = false;
  #closed = false;

  constructor(options: PortsOptions) {
    this.#options = options;
    const { reader } = options;
    this.#timer = reader === null ? null : setInterval(() => void this.#look(), reader.pollMs);
    this.#timer?.unref();
  }

  async list(): Promise<readonly ListeningPort[]> {
    const { reader, table, isOwn } = this.#options;
    const sockets = (await reader?.sockets()) ?? [];
    const processes = (await reader?.processes(sockets)) ?? new Map<string, ListeningProcess>();
    const hosts = this.#named.hosts(table().entries);
    const byPort = grouped(sockets);
    return [...byPort]
      .sort(([a], [b]) => a - b)
      .slice(0, limits.maxListeningPorts)
      .map(([port, here]) => {
        const process = firstOf(here, processes);
        return {
          port,
          addresses: [...new Set(here.map(({ address }) => address))].sort(),
          process: process === null ? null : this.#shown(process),
          isOwn: isOwn(port, process?.pid ?? null),
          hosts: hosts.get(port) ?? [],
        };
      });
  }

  async find(port: number): Promise<PortOwner | 'nobody' | null> {
    const { reader } = this.#options;
    const sockets = await reader?.sockets();
    if (reader === null || sockets === undefined || sockets === null) return null;
    const here = sockets.filter((socket) => socket.port === port);
    if (here.length === 0) {
      this.#leave(port);
      return 'nobody';
    }
    return ownerOf(firstOf(here, await reader.processes(here)));
  }

  lastOwner(port: number): LastOwner | null {
    return this.#left.get(port) ?? null;
  }

  close(): void {
    this.#closed = true;
    if (this.#timer !== null) clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    const { reader, table } = this.#options;
    if (reader === null || this.#isLooking) return;
    const named = this.#named.of(table());
    const isOther = named !== this.#lastNamed;
    if (isOther) this.#forget(named);
    if (named.size === 0) return;
    this.#isLooking = true;
    try {
      const isQuiet = !isOther && ++this.#quietLooks < limits.listeningQuietLooks;
      if (isQuiet && (await reader.stillThere(this.#lastIds))) return;
      this.#quietLooks = 0;
      const sockets = await reader.sockets();
      if (sockets === null || this.#closed) return;
      const here = sockets.filter(({ port }) => named.has(port));
      const found = here.map(({ port, id }) => `${port} ${id}`).join();
      if (found === this.#lastFound) return;
      this.#lastFound = found;
      this.#lastIds = here.map(({ id }) => id);
      await this.#take(here);
    } finally {
      this.#isLooking = false;
    }
  }

  /** Other ports are named than before: whoever is on one that is not is nobody's. */
  #forget(named: ReadonlySet<number>): void {
    for (const port of this.#present.keys()) if (!named.has(port)) this.#present.delete(port);
    this.#lastNamed = named;
    this.#lastFound = null;
  }

  /** Somebody came or went. */
  async #take(here: readonly ListeningSocket[]): Promise<void> {
    const processes = await this.#options.reader?.processes(here);
    if (this.#closed || processes === undefined) return;
    const byPort = grouped(here);
    for (const port of this.#present.keys()) if (!byPort.has(port)) this.#leave(port);
    for (const [port, sockets] of byPort) {
      this.#left.delete(port);
      const owner = ownerOf(firstOf(sockets, processes));
      if (owner === null) this.#present.delete(port);
      else if (this.#present.has(port) || this.#present.size < limits.maxRememberedOwners) {
        this.#present.set(port, owner);
      }
    }
  }

  #leave(port: number): void {
    const owner = this.#present.get(port);
    if (owner === undefined) return;
    this.#present.delete(port);
    this.#left.set(port, { ...owner, leftAt: this.#options.wallClock() });
    const [oldest] = this.#left.keys();
    if (this.#left.size > limits.maxRememberedOwners && oldest !== undefined) {
      this.#left.delete(oldest);
    }
  }

  #shown({ pid, name, directory }: ListeningProcess): ListeningProcess {
    const { home } = this.#options;
    const isAtHome = home.length > 1 && (directory === home || directory.startsWith(`${home}/`));
    const shown = isAtHome ? `~${directory.slice(home.length)}` : directory;
    return { pid, name, directory: visibleText(shown.slice(0, limits.maxFolderChars)) };
  }
}

function grouped(
  sockets: readonly ListeningSocket[],
): ReadonlyMap<number, readonly ListeningSocket[]> {
  const byPort = new Map<number, ListeningSocket[]>();
  for (const socket of sockets) {
    const others = byPort.get(socket.port);
    if (others === undefined) byPort.set(socket.port, [socket]);
    else others.push(socket);
  }
  return byPort;
}

function firstOf(
  sockets: readonly ListeningSocket[],
  processes: ReadonlyMap<string, ListeningProcess>,
): ListeningProcess | null {
  for (const { id } of sockets) {
    const found = processes.get(id);
    if (found !== undefined) return found;
  }
  return null;
}

const ownerOf = (process: ListeningProcess | null): PortOwner | null =>
  process === null ? null : { name: process.name, pid: process.pid };
