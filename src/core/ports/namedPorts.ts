import { isLoopback } from '../../shared/config/address.ts';
import { limits } from '../../shared/limits.ts';
import { parseBackend } from '../../shared/model/backend.ts';
import type { FrontendEntry, FrontendsTable } from '../frontends/table.ts';

type Entries = FrontendsTable['entries'];
type Table = Pick<FrontendsTable, 'entries' | 'version'>;

/** The ports of this machine that backends name. */
export interface NamedPorts {
  /**
   * Of these frontends; the same set as before where it has the same ports. What was not read yet may come with a later
   * call, so that none takes long.
   */
  of(table: Table): ReadonlySet<number>;
  /** The same with the names of the frontends, at most `limits.maxPortHosts` a port; all of them. */
  hosts(entries: Entries): ReadonlyMap<number, readonly string[]>;
}

/** Frontends that are read for the first time in one call. */
const maxFresh = 2000;
const none: readonly number[] = [];
/** Cheaper than to parse a URL of another machine. */
const mayBeLocal = /^https?:\/\/(?:localhost|127\.|\[|[^/:?#]+\.localhost)/i;

export function createNamedPorts(): NamedPorts {
  /** An entry never changes: another one takes its place. */
  const known = new WeakMap<FrontendEntry, readonly number[]>();

  function read(entry: FrontendEntry): readonly number[] {
    const ports = portsOf(entry.list ?? []);
    known.set(entry, ports);
    return ports;
  }

  let last = {
    entries: new Map() as Entries,
    version: -1,
    isWhole: false,
    ports: new Set<number>(),
  };

  return {
    of: ({ entries, version }) => {
      if (last.isWhole && last.entries === entries && last.version === version) return last.ports;
      const found = new Set<number>();
      let fresh = 0;
      for (const entry of entries.values()) {
        let own = known.get(entry);
        if (own === undefined) {
          if (fresh++ >= maxFresh) continue;
          own = read(entry);
        }
        for (const port of own) found.add(port);
      }
      const ports = isSame(found, last.ports) ? last.ports : found;
      last = { entries, version, isWhole: fresh <= maxFresh, ports };
      return ports;
    },
    hosts: (entries) => {
      const hosts = new Map<number, string[]>();
      for (const [name, entry] of entries) {
        for (const port of known.get(entry) ?? read(entry)) {
          const names = hosts.get(port);
          if (names === undefined) hosts.set(port, [name]);
          else if (names.length < limits.maxPortHosts) names.push(name);
        }
      }
      return hosts;
    },
  };
}

const isSame = (a: ReadonlySet<number>, b: ReadonlySet<number>): boolean =>
  a.size === b.size && [...a].every((port) => b.has(port));

function portsOf([, ...urls]: readonly string[]): readonly number[] {
  const ports = new Set<number>();
  for (const url of urls) {
    const port = localPortOf(url);
    if (port !== null) ports.add(port);
  }
  return ports.size === 0 ? none : [...ports];
}

/** The port of a backend on this machine; null for one elsewhere. */
export function localPortOf(url: string): number | null {
  if (!mayBeLocal.test(url)) return null;
  const parsed = parseBackend(url, 0);
  if (!parsed.ok) return null;
  const { hostname, port } = parsed.backend;
  return isLoopback(hostname) || hostname.endsWith('.localhost') ? port : null;
}
