import { LRUCache } from 'lru-cache';
import { limits } from '../../shared/limits.ts';

export interface InquiriesOptions {
  /** Asks the supervisor; the answer comes as `told` with the same serial. */
  readonly send: (serial: number, names: readonly string[]) => void;
  /** Monotonic ms. */
  readonly now: () => number;
}

/** What was asked for in one turn of the event loop: one message, one answer. */
interface Inquiry {
  readonly hosts: string[];
  readonly names: Set<string>;
  readonly done: Promise<void>;
  readonly finish: () => void;
}

/**
 * Asks the supervisor what other workers know of a host, while the store cannot be asked. Each host is asked about once
 * at a time, waits no longer than `limits.inquiryMs`, and is not asked about again for `limits.inquiryRepeatMs`.
 */
export class Inquiries {
  readonly #options: InquiriesOptions;
  readonly #byHost = new Map<string, Inquiry>();
  readonly #bySerial = new Map<number, Inquiry>();
  /** Monotonic ms until which a host is not asked about. */
  readonly #notBefore = new LRUCache<string, number>({ max: limits.maxRepeatedInquiries });
  #collecting: Inquiry | null = null;
  #serial = 0;
  #closed = false;

  constructor(options: InquiriesOptions) {
    this.#options = options;
  }

  /** Hosts that are asked about. */
  get pending(): number {
    return this.#byHost.size;
  }

  /**
   * @param names what the lookup of this host needs
   * @returns what resolves when the answer was heard, or will not come; null when there is no use in asking now
   */
  ask(host: string, names: readonly string[]): Promise<void> | null {
    const present = this.#byHost.get(host);
    if (present !== undefined) return present.done;
    if (this.#closed || this.#byHost.size >= limits.maxPendingInquiries) return null;
    const at = this.#options.now();
    if (at < (this.#notBefore.get(host) ?? Number.NEGATIVE_INFINITY)) return null;
    this.#notBefore.set(host, at + limits.inquiryRepeatMs);
    this.#collecting ??= this.#begin();
    const inquiry = this.#collecting;
    inquiry.hosts.push(host);
    for (const name of names) inquiry.names.add(name);
    this.#byHost.set(host, inquiry);
    return inquiry.done;
  }

  /** The answer is here, and was taken in. */
  told(serial: number): void {
    this.#bySerial.get(serial)?.finish();
  }

  /** Nobody waits any more. */
  close(): void {
    this.#closed = true;
    for (const inquiry of new Set(this.#byHost.values())) inquiry.finish();
  }

  #begin(): Inquiry {
    const serial = ++this.#serial;
    const hosts: string[] = [];
    let resolve = (): void => {};
    const done = new Promise<void>((settle) => {
      resolve = settle;
    });
    const finish = (): void => {
      clearTimeout(timer);
      this.#bySerial.delete(serial);
      for (const host of hosts) this.#byHost.delete(host);
      resolve();
    };
    const timer = setTimeout(finish, limits.inquiryMs);
    const inquiry: Inquiry = { hosts, names: new Set(), done, finish };
    this.#bySerial.set(serial, inquiry);
    setImmediate(() => {
      this.#collecting = null;
      if (!this.#closed) this.#options.send(serial, [...inquiry.names]);
    });
    return inquiry;
  }
}
