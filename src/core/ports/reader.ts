/** A TCP port that is listened on, at one address. */
export interface ListeningSocket {
  readonly port: number;
  /** As Node writes it: `127.0.0.1`, `::1`, `0.0.0.0`, `::`. */
  readonly address: string;
  /** Of the socket, or of its process, as long as it is there: another listener has another. */
  readonly id: string;
}

export interface ListeningProcess {
  readonly pid: number;
  /** What a person would call it: `vite`, `nginx`, `node server.js`. */
  readonly name: string;
  /** The folder that it runs in; empty where it cannot be seen. */
  readonly directory: string;
}

/** How a system is asked who listens. */
export interface PortReader {
  /** Milliseconds between two looks that nobody asked for: where a look starts a program, they are rare. */
  readonly pollMs: number;
  /** All of them; null where the system does not say. Never rejects. */
  sockets(): Promise<readonly ListeningSocket[] | null>;
  /** Whether these sockets are surely there yet: cheaper than `sockets`, which others may have come to. Never rejects. */
  stillThere(ids: readonly string[]): Promise<boolean>;
  /** By `id`; those that cannot be seen, as of another user's, are left out. Never rejects. */
  processes(sockets: readonly ListeningSocket[]): Promise<ReadonlyMap<string, ListeningProcess>>;
}
