/** Names of Redis keys and channels (Hipache contract, "Redis keys and channels"; `berth:*` is ours). */
export const deadChannel = 'dead';
/** Unix seconds, written by an external active checker. Never prefixed, as Hipache read it. */
export const checkerPingKey = 'hchecker_ping';
/** Seconds after which a checker that wrote `hchecker_ping` counts as gone. */
export const checkerFreshSeconds = 30;

export interface Keys {
  readonly prefix: string;
  frontend(name: string): string;
  dead(name: string): string;
  /** HASH index → JSON of a DeadMark: what the mark of that index was about. Same life as `dead:<name>`. */
  deadReasons(name: string): string;
  /** What a changed key is about; null when it is neither a frontend nor its dead marks. */
  subject(key: string): { readonly kind: 'frontend' | 'dead'; readonly name: string } | null;
  /** Prefixes whose changes a worker must hear of. */
  readonly watched: readonly string[];
}

export function keysFor(prefix: string): Keys {
  const frontends = `${prefix}frontend:`;
  const deads = `${prefix}dead:`;
  const reasons = `${prefix}berth:dead:`;
  return {
    prefix,
    frontend: (name) => frontends + name,
    dead: (name) => deads + name,
    deadReasons: (name) => reasons + name,
    subject(key) {
      if (key.startsWith(frontends)) return { kind: 'frontend', name: key.slice(frontends.length) };
      if (key.startsWith(deads)) return { kind: 'dead', name: key.slice(deads.length) };
      if (key.startsWith(reasons)) return { kind: 'dead', name: key.slice(reasons.length) };
      return null;
    },
    watched: [frontends, deads, `${prefix}berth:`],
  };
}
