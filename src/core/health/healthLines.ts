import type { BackendState, HealthEvent } from '../../shared/contract/health.ts';
import { limits } from '../../shared/limits.ts';
import type { Log } from '../../shared/messages.ts';

export interface HealthLinesOptions {
  readonly log: Log;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

/** Backends of one frontend that came to the same state. */
interface Group {
  readonly name: string;
  readonly to: BackendState;
  /** Each backend once, as it was told first. */
  readonly urls: Set<string>;
  readonly first: HealthEvent;
  /** Whether all of them have the reason of the first. */
  isOneReason: boolean;
}

const minuteMs = 60_000;

/**
 * Says in the log what was told of backends: those of a frontend together, and no more than so many lines a minute. What
 * is over waits for the next minute, and is counted where it is still too much then.
 */
export class HealthLines {
  readonly #options: HealthLinesOptions;
  /** By state and frontend, in the order in which they came. */
  readonly #groups = new Map<string, Group>();
  #timer: NodeJS.Timeout | undefined;
  #minuteAt = Number.NEGATIVE_INFINITY;
  /** Lines of this minute. */
  #said = 0;

  constructor(options: HealthLinesOptions) {
    this.#options = options;
  }

  add(event: HealthEvent): void {
    const { name, to, url, reason } = event;
    const key = `${to} ${name}`;
    const group = this.#groups.get(key);
    if (group === undefined) {
      this.#groups.set(key, { name, to, urls: new Set([url]), first: event, isOneReason: true });
    } else {
      group.urls.add(url);
      group.isOneReason &&= group.first.reason === reason;
    }
    this.#timer ??= setTimeout(() => this.#flush(), this.#delay());
  }

  /** Says what waits. */
  close(): void {
    clearTimeout(this.#timer);
    if (this.#groups.size > 0) this.#flush();
  }

  #delay(): number {
    const restMs = this.#minuteAt + minuteMs - this.#options.now();
    return this.#said >= limits.maxHealthLinesPerMinute && restMs > limits.healthLinesMs
      ? restMs
      : limits.healthLinesMs;
  }

  #flush(): void {
    this.#timer = undefined;
    const { log, now } = this.#options;
    const time = now();
    if (time - this.#minuteAt >= minuteMs) {
      this.#minuteAt = time;
      this.#said = 0;
    }
    const groups = [...this.#groups.values()];
    this.#groups.clear();
    const left = Math.max(1, limits.maxHealthLinesPerMinute - this.#said);
    const shown = groups.length <= left ? groups : groups.slice(0, left - 1);
    for (const group of shown) log(group.to === 'down' ? 'warn' : 'info', wordsOf(group));
    this.#said += shown.length;
    const rest = groups.slice(shown.length);
    if (rest.length === 0) return;
    this.#said++;
    const backends = rest.reduce((sum, { urls }) => sum + urls.size, 0);
    const frontends = new Set(rest.map(({ name }) => name)).size;
    log(
      'warn',
      `health: ${count(backends)} more backends of ${count(frontends)} frontends changed: "berth health" shows them`,
    );
  }
}

const count = (n: number): string => n.toLocaleString('en-US');

function wordsOf({ name, to, urls, first, isOneReason }: Group): string {
  const { url, reason } = first;
  if (urls.size === 1) return `${url} of ${name} is ${to}: ${reason}`;
  const all = `${name}: ${count(urls.size)} backends are ${to}`;
  return isOneReason ? `${all}: ${reason} (first: ${url})` : `${all} (first: ${url}: ${reason})`;
}
