import type { DnsPlace } from './resolvers/resolver.ts';

/** What is to be found, and by what. Asked each time. */
export interface NamesWanted {
  readonly suffixes: readonly string[];
  /** Those under each of which one frontend answers. */
  readonly sharedSuffixes: readonly string[];
  /** Names of all frontends; null where they are not known, since no instance runs. */
  readonly frontends: Iterable<string> | null;
  /** Where Berth's DNS server is, or will be; null for none. */
  readonly dns: DnsPlace | null;
  /** Whether the hosts file is kept as it should be by itself. */
  readonly isKept: boolean;
}
