import { limits } from '../../shared/limits.ts';
import { bytesOfFinding, type Finding, type News } from '../../shared/model/news.ts';

/** Hands a batch to the supervisor; `done` is called once, when the channel has taken or lost it. */
export type SendNews = (news: readonly News[], done: () => void) => void;

type BoundName =
  | 'maxQueuedNews'
  | 'maxQueuedNewsBytes'
  | 'maxBatchNews'
  | 'maxBatchNewsBytes'
  | 'newsDelayMs';

export interface NewsQueueOptions {
  readonly send: SendNews;
  readonly bounds?: { readonly [Name in BoundName & keyof typeof limits]?: number };
}

interface Item {
  readonly news: News;
  readonly at: number;
  readonly bytes: number;
}

const bytesOfChange = 100;

/**
 * Tells the supervisor what this worker learns of the store, in batches, the last of each name only. What does not fit is
 * not told: other workers will not know it. A change that does not fit becomes one of everything, since nobody may go on
 * to believe what was read before.
 */
export class NewsQueue {
  readonly #send: SendNews;
  readonly #bounds: Readonly<Record<BoundName, number>>;
  readonly #items = new Map<string, Item>();
  #bytes = 0;
  /** When everything changed; null when that was told or did not happen. */
  #everything: number | null = null;
  #underWay = 0;
  #timer: NodeJS.Timeout | null = null;
  #closed = false;
  readonly #idle: (() => void)[] = [];

  constructor({ send, bounds }: NewsQueueOptions) {
    this.#send = send;
    this.#bounds = { ...limits, ...bounds };
  }

  /** News that wait. */
  get size(): number {
    return this.#items.size;
  }

  found(finding: Finding): void {
    const item: Item = {
      news: { kind: 'found', finding },
      at: finding.at,
      bytes: bytesOfFinding(finding),
    };
    this.#put(finding.name, item);
  }

  /** @param at ms of the clock that all processes share */
  changed(name: string, at: number): void {
    const news: News = { kind: 'changed', name, at };
    const hasRoom = this.#put(name, { news, at, bytes: bytesOfChange + name.length * 2 });
    if (!hasRoom) this.allChanged(at);
  }

  /** @param at ms of the clock that all processes share */
  allChanged(at: number): void {
    this.#items.clear();
    this.#bytes = 0;
    this.#everything = at;
    this.#sendSoon();
  }

  /** Sends all that waits at once. */
  flush(): void {
    while (this.#items.size > 0 || this.#everything !== null) this.#sendOne();
  }

  /** Takes no more and sends what waits. Resolves when the channel has taken it or lost it. */
  async close(): Promise<void> {
    this.flush();
    this.#closed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (this.#underWay === 0) return;
    await new Promise<void>((resolve) => {
      this.#idle.push(resolve);
    });
  }

  /** @returns false when there was no room */
  #put(name: string, item: Item): boolean {
    if (this.#closed) return true;
    const present = this.#items.get(name);
    if (present !== undefined && present.at > item.at) return true;
    const bytes = this.#bytes - (present?.bytes ?? 0) + item.bytes;
    const size = this.#items.size + (present === undefined ? 1 : 0);
    if (size > this.#bounds.maxQueuedNews || bytes > this.#bounds.maxQueuedNewsBytes) return false;
    this.#items.set(name, item);
    this.#bytes = bytes;
    this.#sendSoon();
    return true;
  }

  #sendSoon(): void {
    // A channel that is backed up shows as a queue here.
    if (this.#timer !== null || this.#underWay > 0 || this.#closed) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#sendOne();
    }, this.#bounds.newsDelayMs);
    this.#timer.unref();
  }

  #sendOne(): void {
    const news: News[] = [];
    if (this.#everything !== null) news.push({ kind: 'all-changed', at: this.#everything });
    this.#everything = null;
    let bytes = 0;
    for (const [name, item] of this.#items) {
      if (news.length >= this.#bounds.maxBatchNews) break;
      if (bytes > 0 && bytes + item.bytes > this.#bounds.maxBatchNewsBytes) break;
      this.#items.delete(name);
      this.#bytes -= item.bytes;
      bytes += item.bytes;
      news.push(item.news);
    }
    if (news.length === 0) return;
    this.#underWay++;
    this.#send(news, () => {
      this.#underWay--;
      if (this.#underWay > 0) return;
      if (this.#items.size > 0 || this.#everything !== null) this.#sendSoon();
      for (const resolve of this.#idle.splice(0)) resolve();
    });
  }
}
