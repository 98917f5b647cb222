import type { ControlApi } from '../../client/client.ts';
import type { HostNames } from '../../shared/contract/names.ts';
import { createStore, type Readable } from './store.ts';

/** How programs of this machine find hosts, for lists that show many: looked up a few at a time, when a line is shown. */
export interface HostLookups {
  /** By host; those of which nothing is known are not in it. */
  readonly verdicts: Readable<ReadonlyMap<string, HostNames['verdict']>>;
  /** Has those looked up of which nothing is known, or of which it is old. Never rejects. */
  want(api: ControlApi, hosts: readonly string[]): Promise<void>;
  /** Something of this machine was changed: what is known is old. */
  forget(): void;
}

/** Milliseconds after which a look-up is old; hosts of one question; hosts that are remembered. */
const bounds = { oldMs: 60_000, atOnce: 40, most: 2000 };

interface Known {
  /** Null: it could not be found out. */
  readonly verdict: HostNames['verdict'] | null;
  readonly at: number;
}

/** @param now milliseconds of any clock */
export function createHostLookups(now: () => number, limits = bounds): HostLookups {
  const verdicts = createStore<ReadonlyMap<string, HostNames['verdict']>>(new Map());
  const known = new Map<string, Known>();
  let wanted: readonly string[] = [];
  let isAsking = false;
  /** Grows when something is forgotten: an answer to a question from before is old. */
  let generation = 0;

  const isOld = (host: string): boolean => {
    const one = known.get(host);
    return one === undefined || now() - one.at >= limits.oldMs;
  };

  function learn(hosts: readonly string[], found: ReadonlyMap<string, HostNames>): void {
    for (const host of hosts) {
      const seen = found.get(host);
      known.delete(host);
      known.set(host, { verdict: seen === undefined ? null : verdictOf(seen), at: now() });
    }
    for (const host of known.keys()) {
      if (known.size <= limits.most) break;
      known.delete(host);
    }
    verdicts.set(
      new Map(
        [...known].flatMap(([host, { verdict }]) => (verdict === null ? [] : [[host, verdict]])),
      ),
    );
  }

  async function ask(api: ControlApi): Promise<void> {
    for (;;) {
      const hosts = wanted.filter(isOld).slice(0, limits.atOnce);
      if (hosts.length === 0) return;
      const begun = generation;
      const view = await api.names.look({ hosts: [...hosts] }).catch(() => null);
      if (begun !== generation) continue;
      learn(hosts, new Map(view?.hosts.map((one) => [one.host, one])));
    }
  }

  return {
    verdicts,
    want: async (api, hosts) => {
      // A wildcard is no name.
      wanted = hosts.filter((host) => !host.startsWith('*'));
      if (isAsking) return;
      isAsking = true;
      await ask(api);
      isAsking = false;
    },
    forget: () => {
      generation++;
      known.clear();
      verdicts.set(new Map());
    },
  };
}

/** A look-up that came to no end says nothing. */
const verdictOf = ({ verdict, system: { v4, v6 } }: HostNames): HostNames['verdict'] | null =>
  verdict === 'not-found' && (v4.kind === 'failed' || v6.kind === 'failed') ? null : verdict;
