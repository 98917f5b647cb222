import { limits } from '../../shared/limits.ts';
import type { Log } from '../../shared/messages.ts';
import type { Keys } from '../../shared/model/keys.ts';
import { reasonOf, type StoreCommand } from '../../store/command.ts';
import type { Store, Write } from '../../store/store.ts';
import { formatFindings, parseFindings, type SharedFindings } from './sharing.ts';

export interface ExchangeOptions {
  readonly store: Pick<Store, 'read' | 'write'>;
  readonly keys: Keys;
  /** What was found at a frontend, and how long that is worth knowing; null where nothing was. */
  readonly findings: (
    name: string,
  ) => { readonly found: SharedFindings; readonly lifeMs: number } | null;
  readonly adopt: (name: string, findings: SharedFindings) => void;
  /** Whether this instance is the one that finds. */
  readonly mayShare: () => boolean;
  readonly log: Log;
}

/** Frontends in one round trip. */
const batchSize = 500;

/**
 * Tells the other instances what checks found: soon where it is news, else so seldom that a check costs the store next to
 * nothing. The others read it when they look who checks.
 */
export class Exchange {
  readonly #options: ExchangeOptions;
  readonly #news = new Set<string>();
  readonly #rest = new Set<string>();
  #newsTimer: NodeJS.Timeout | undefined;
  #restTimer: NodeJS.Timeout | undefined;

  constructor(options: ExchangeOptions) {
    this.#options = options;
  }

  /** Something was found at a frontend. */
  found(name: string, isNews: boolean): void {
    if (isNews) {
      this.#rest.delete(name);
      this.#news.add(name);
      this.#newsTimer ??= setTimeout(() => {
        this.#newsTimer = undefined;
        void this.#tell(this.#news);
      }, limits.findingsNewsMs);
    } else if (!this.#news.has(name)) {
      this.#rest.add(name);
      this.#restTimer ??= setTimeout(() => {
        this.#restTimer = undefined;
        void this.#tell(this.#rest);
      }, limits.findingsMs);
    }
  }

  /** Reads what another instance found at these. */
  async read(names: readonly string[]): Promise<void> {
    const { store, keys, adopt } = this.#options;
    for (let i = 0; i < names.length; i += batchSize) {
      const batch = names.slice(i, i + batchSize);
      const answers = await store.read(
        batch.map((name): StoreCommand => ['get', keys.health(name)]),
      );
      for (const [j, answer] of answers.entries()) {
        if (answer.kind !== 'reply' || !answer.reply.ok) continue;
        const { value } = answer.reply;
        const findings = typeof value === 'string' ? parseFindings(value) : null;
        if (findings !== null) adopt(batch[j] ?? '', findings);
      }
    }
  }

  close(): void {
    clearTimeout(this.#newsTimer);
    clearTimeout(this.#restTimer);
    this.#news.clear();
    this.#rest.clear();
  }

  /** Never rejects: what is not told now is told again with the next check. */
  async #tell(names: Set<string>): Promise<void> {
    const all = [...names];
    names.clear();
    try {
      if (!this.#options.mayShare()) return;
      for (let i = 0; i < all.length; i += batchSize) {
        const writes = all.slice(i, i + batchSize).flatMap((name) => this.#writesOf(name));
        if (writes.length > 0) await this.#options.store.write(writes);
      }
    } catch (error) {
      this.#options.log('debug', `health: findings cannot be shared: ${reasonOf(error)}`);
    }
  }

  #writesOf(name: string): readonly Write[] {
    const { keys, findings } = this.#options;
    const about = findings(name);
    if (about === null) return [];
    const text = formatFindings(about.found);
    return [[['set', keys.health(name), text, 'px', Math.ceil(about.lifeMs)]]];
  }
}
