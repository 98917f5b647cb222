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
  /** Prefixes whose changes a worker must hear of. */
  readonly watched: readonly string[];
}

export function keysFor(prefix: string): Keys {
  return {
    prefix,
    frontend: (name) => `${prefix}frontend:${name}`,
    dead: (name) => `${prefix}dead:${name}`,
    deadReasons: (name) => `${prefix}berth:dead:${name}`,
    watched: [`${prefix}frontend:`, `${prefix}dead:`, `${prefix}berth:`],
  };
}
