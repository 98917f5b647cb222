import { limits } from '../../shared/limits.ts';
import type { Ports } from '../ports/index.ts';
import { describeOwner, type LastOwner, localPortOf, type PortOwner } from '../ports/index.ts';

export interface PortHintsOptions {
  readonly ports: Pick<Ports, 'find' | 'lastOwner'>;
  /** There is another hint for a backend of this frontend. */
  readonly changed: (name: string) => void;
  /** Monotonic ms. */
  readonly now: () => number;
  /** Unix ms. */
  readonly wallClock: () => number;
}

interface Known {
  owner: PortOwner | 'nobody' | null;
  /** Who was there before nobody was. */
  last: LastOwner | null;
  /** When it was found; null before. */
  at: number | null;
  /** Frontends that asked since. */
  readonly names: Set<string>;
}

const minuteMs = 60_000;

/**
 * Who listens on the ports of this machine that refuse connections. Looked up only for what somebody looks at, one port
 * at a time, so that a machine full of backends that are down costs no more than one.
 */
export class PortHints {
  readonly #options: PortHintsOptions;
  readonly #ports = new Map<number, Known>();
  readonly #queue: number[] = [];
  /** Frontends that were told since when nobody listens, which is another hint a minute later. */
  readonly #dated = new Set<string>();
  #timer: NodeJS.Timeout | null = null;
  #minute: NodeJS.Timeout | null = null;
  #isBusy = false;
  #closed = false;

  constructor(options: PortHintsOptions) {
    this.#options = options;
  }

  /** What is known now, as `nothing listens on 5173 (vite left 14 min ago)`; null for nothing, and for other machines. */
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
    if (known.last !== null) this.#ringLater(name);
    return wordsOf(port, known, this.#options.wallClock());
  }

  close(): void {
    this.#closed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (this.#minute !== null) clearTimeout(this.#minute);
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
    const fresh: Known = { owner: null, last: null, at: null, names: new Set() };
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
    const { ports } = this.#options;
    const owner = await ports.find(port);
    if (this.#closed) return;
    this.#queue.shift();
    const known = this.#ports.get(port);
    if (known !== undefined) {
      this.#found(port, known, owner, owner === 'nobody' ? ports.lastOwner(port) : null);
    }
    this.#timer = setTimeout(() => {
      this.#isBusy = false;
      this.#next();
    }, limits.portHintGapMs);
    this.#timer.unref();
  }

  #found(port: number, known: Known, owner: Known['owner'], last: Known['last']): void {
    const time = this.#options.wallClock();
    const before = wordsOf(port, known, time);
    known.owner = owner;
    known.last = last;
    known.at = this.#options.now();
    const names = [...known.names];
    known.names.clear();
    if (wordsOf(port, known, time) === before) return;
    for (const name of names) this.#options.changed(name);
  }

  #ringLater(name: string): void {
    if (this.#closed || this.#dated.size >= limits.maxPortHints) return;
    this.#dated.add(name);
    if (this.#minute !== null) return;
    this.#minute = setTimeout(() => {
      this.#minute = null;
      const names = [...this.#dated];
      this.#dated.clear();
      for (const each of names) this.#options.changed(each);
    }, minuteMs);
    this.#minute.unref();
  }
}

function wordsOf(port: number, { owner, last }: Known, time: number): string | null {
  if (owner === null) return null;
  if (owner !== 'nobody') {
    return `${describeOwner(owner)} listens on ${port}, perhaps at another address`;
  }
  const left = last === null ? '' : ` (${last.name} left ${agoOf(time - last.leftAt)})`;
  return `nothing listens on ${port}${left}`;
}

function agoOf(ms: number): string {
  const minutes = Math.floor(ms / minuteMs);
  if (minutes < 1) return 'just now';
  if (minutes < 60) return `${minutes} min ago`;
  return minutes < 48 * 60
    ? `${Math.floor(minutes / 60)} h ago`
    : `${Math.floor(minutes / 1440)} days ago`;
}
