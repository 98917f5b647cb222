import { globMatches } from './glob.ts';

/** Who listens to which channels and patterns. */
export class Channels<Listener> {
  readonly #channels = new Map<string, Set<Listener>>();
  readonly #patterns = new Map<string, Set<Listener>>();

  get patternCount(): number {
    return this.#patterns.size;
  }

  subscribe(channel: string, listener: Listener): void {
    add(this.#channels, channel, listener);
  }

  unsubscribe(channel: string, listener: Listener): void {
    remove(this.#channels, channel, listener);
  }

  subscribePattern(pattern: string, listener: Listener): void {
    add(this.#patterns, pattern, listener);
  }

  unsubscribePattern(pattern: string, listener: Listener): void {
    remove(this.#patterns, pattern, listener);
  }

  /** Channels that somebody listens to, patterns aside. */
  names(): readonly string[] {
    return [...this.#channels.keys()];
  }

  listeners(channel: string): number {
    return this.#channels.get(channel)?.size ?? 0;
  }

  /** Who gets a message, once for each way; the pattern is null for a plain subscription. */
  receivers(
    channel: string,
  ): readonly { readonly to: Listener; readonly pattern: string | null }[] {
    const found = [...(this.#channels.get(channel) ?? [])].map(
      (to): { to: Listener; pattern: string | null } => ({ to, pattern: null }),
    );
    for (const [pattern, listeners] of this.#patterns) {
      if (!globMatches(pattern, channel)) continue;
      for (const to of listeners) found.push({ to, pattern });
    }
    return found;
  }
}

function add<Listener>(map: Map<string, Set<Listener>>, name: string, listener: Listener): void {
  const listeners = map.get(name);
  if (listeners === undefined) map.set(name, new Set([listener]));
  else listeners.add(listener);
}

function remove<Listener>(map: Map<string, Set<Listener>>, name: string, listener: Listener): void {
  const listeners = map.get(name);
  listeners?.delete(listener);
  if (listeners?.size === 0) map.delete(name);
}
