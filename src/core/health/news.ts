import type { HealthEvent, HealthNews } from '../../shared/contract/health.ts';
import { limits } from '../../shared/limits.ts';

/** Events that wait for one who hears them. */
export class News {
  readonly #waiting: HealthEvent[] = [];
  #dropped = 0;

  push(event: HealthEvent): void {
    this.#waiting.push(event);
    if (this.#waiting.length <= limits.maxQueuedHealthEvents) return;
    this.#waiting.shift();
    this.#dropped++;
  }

  /** The oldest one, with what was lost before it; null when none waits. */
  take(): HealthNews | null {
    const event = this.#waiting.shift();
    if (event === undefined) return null;
    const dropped = this.#dropped;
    this.#dropped = 0;
    return { ...event, dropped };
  }
}
