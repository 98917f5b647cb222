import { isLoopback } from '../../shared/config/address.ts';
import { limits } from '../../shared/limits.ts';
import { parseBackend } from '../../shared/model/backend.ts';
import { describeOwner, type PortOwner } from '../listen/portOwner.ts';

export interface PortHintsOptions {
  /** Who listens on a port of this machine; `nobody`, or null when it cannot be known. Never rejects. */
  readonly find: (port: number) => Promise<PortOwner | 'nobody' | null>;
  /** There is another hint for a backend of this frontend. */
  readonly changed: (name: string) => void;
  /** Monotonic ms. */
  readonly now: () => number;
}

interface Known {
  words: string | null;
  /** When it was found; null before. */
  at: number | null;
  /** Frontends that asked since. */
  readonly names: Set<string>;
}

/**
 * Who listens on the ports of this machine that refuse connections. Looked up only for what somebody looks at, one port
 * at a time, so that a machine full of backends that are down costs no more than one.
 */
export class PortHints {
  readonly #options: PortHintsOptions;
  readonly #ports = new Map<number, Known>();
  readonly #queue: number[] = [];
  #timer: NodeJS.Timeout | null = null;
  #isBusy = false;
  #closed = false;

  constructor(options: PortHintsOptions) {
    this.#options = options;
  }

  /** What is known now, as `nothing listens on port 5173`; null for nothing, and for other machines. */
  of(name: string, url: string): string | null {
    const port = localPortOf(url);
    if (port === null) return null;
    const known = this.#known(port);
    if (known === null) return null;
    known.names.add(name);
    const isOld = known.at === null || this.#options.now() - known.at >= limits.portHintMs;
    if (isOld && !this.#queue.includes(port)) {
      this.#queue.push(port);
      this.#next();
    }
    return known.words;
  }

  close(): void {
    this.#closed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  #known(port: number): Known | null {
    const known = this.#ports.get(port);
    if (known !== undefined) return known;
    if (this.#ports.size >= limits.maxPortHints) {
      // The oldest may be of nobody any more; one that is still looked at comes back.
      const [oldest] = this.#ports.keys();
      if (oldest === undefined || this.#queue.includes(oldest)) return null;
      this.#ports.delete(oldest);
    }
    const fresh: Known = { words: null, at: null, names: new Set() };
    this.#ports.set(port, fresh);
    return fresh;
  }

  #next(): void {
    if (this.#isBusy || this.#closed) return;
    const port = this.#queue[0];
    if (port === undefined) return;
    this.#isBusy = true;
    void this.#look(port);
  }

  async #look(port: number): Promise<void> {
    const owner = await this.#options.find(port);
    if (this.#closed) return;
    this.#queue.shift();
    const known = this.#ports.get(port);
    if (known !== undefined) this.#found(known, wordsOf(port, owner));
    this.#timer = setTimeout(() => {
      this.#isBusy = false;
      this.#next();
    }, limits.portHintGapMs);
    this.#timer.unref();
  }

  #found(known: Known, words: string | null): void {
    const isNews = words !== known.words;
    known.words = words;
    known.at = this.#options.now();
    const names = [...known.names];
    known.names.clear();
    if (isNews) for (const name of names) this.#options.changed(name);
  }
}

function wordsOf(port: number, owner: PortOwner | 'nobody' | null): string | null {
  if (owner === null) return null;
  if (owner === 'nobody') return `nothing listens on port ${port}`;
  return `${describeOwner(owner)} listens on port ${port}, perhaps at another address`;
}

function localPortOf(url: string): number | null {
  const parsed = parseBackend(url, 0);
  if (!parsed.ok) return null;
  const { hostname, port } = parsed.backend;
  return isLoopback(hostname) || hostname.endsWith('.localhost') ? port : null;
}
