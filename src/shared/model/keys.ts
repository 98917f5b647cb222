/** Names of Redis keys and channels (Hipache contract, "Redis keys and channels"; `berth:*` is ours). */
export const deadChannel = 'dead';
/** Unix seconds, written by an external active checker. Never prefixed, as Hipache read it. */
export const checkerPingKey = 'hchecker_ping';
/** Seconds after which a checker that wrote `hchecker_ping` counts as gone. */
export const checkerFreshSeconds = 30;

/** What of a frontend a key holds. */
type SubjectKind = 'frontend' | 'dead' | 'options';

export interface Keys {
  readonly prefix: string;
  frontend(name: string): string;
  dead(name: string): string;
  /** HASH index → JSON of a DeadMark: what the mark of that index was about. Same life as `dead:<name>`. */
  deadReasons(name: string): string;
  /** JSON of what a frontend has beside its list (model/options.ts). */
  options(name: string): string;
  /** Id of the instance that checks backends actively; expires unless it is renewed. */
  readonly checker: string;
  /** HASH mapping id → JSON of a mapping of a frontend to containers (model/mapping.ts). */
  mappings(name: string): string;
  /** JSON of what that instance found at a frontend's backends (core/health/sharing.ts); expires. */
  health(name: string): string;
  /** What a changed key is about; null when it belongs to no frontend. */
  subject(key: string): { readonly kind: SubjectKind; readonly name: string } | null;
  /** Whose mappings a key holds; null for another key. */
  mapped(key: string): string | null;
  /** Prefixes whose changes a worker must hear of. */
  readonly watched: readonly string[];
}

export function keysFor(prefix: string): Keys {
  const frontends = `${prefix}frontend:`;
  const deads = `${prefix}dead:`;
  const reasons = `${prefix}berth:dead:`;
  const options = `${prefix}berth:options:`;
  const mappings = `${prefix}berth:mapping:`;
  return {
    prefix,
    frontend: (name) => frontends + name,
    dead: (name) => deads + name,
    deadReasons: (name) => reasons + name,
    options: (name) => options + name,
    checker: `${prefix}berth:checker`,
    mappings: (name) => mappings + name,
    health: (name) => `${prefix}berth:health:${name}`,
    subject(key) {
      if (key.startsWith(frontends)) return { kind: 'frontend', name: key.slice(frontends.length) };
      if (key.startsWith(deads)) return { kind: 'dead', name: key.slice(deads.length) };
      if (key.startsWith(reasons)) return { kind: 'dead', name: key.slice(reasons.length) };
      if (key.startsWith(options)) return { kind: 'options', name: key.slice(options.length) };
      return null;
    },
    mapped: (key) => (key.startsWith(mappings) ? key.slice(mappings.length) : null),
    // Not all of `berth:`: what checks found changes often, and no worker needs it.
    watched: [frontends, deads, reasons, options],
  };
}
