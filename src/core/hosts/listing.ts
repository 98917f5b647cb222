import type { HostView } from '../../shared/contract/hosts.ts';
import { limits } from '../../shared/limits.ts';
import type { FrontendEntry, FrontendsTable } from '../frontends/table.ts';
import type { Turns } from '../traffic/turns.ts';
import type { Views } from './view.ts';

export interface ListingParts {
  readonly table: Pick<FrontendsTable, 'entries' | 'version'>;
  readonly views: Views;
  readonly turns: Pick<Turns, 'run'>;
}

/** All hosts as people see them. */
export interface Listing {
  /** Sorted by name, no older than the call. While nothing changes, everybody gets the same array, for some time. */
  all(): Promise<readonly HostView[]>;
  close(): void;
}

interface Made {
  readonly version: number;
  readonly listeners: string;
  readonly hosts: Promise<readonly HostView[]>;
}

/** Makes the list slice by slice: this process accepts connections meanwhile. */
export function createListing({ table, views, turns }: ListingParts): Listing {
  const closing = new AbortController();
  let last: Made | null = null;
  let forgetting: NodeJS.Timeout | undefined;

  async function make(): Promise<readonly HostView[]> {
    const names: string[] = [];
    for (const name of table.entries.keys()) names.push(name);
    names.sort();
    const waiting = names.values();
    const hosts: HostView[] = [];
    const step = (): boolean => {
      const { value: name, done } = waiting.next();
      if (done === true) return false;
      const entry: FrontendEntry | undefined = table.entries.get(name);
      if (entry !== undefined) hosts.push(views.of(entry));
      return true;
    };
    await turns.run(step, closing.signal);
    return hosts;
  }

  /** Only the last one: a timer for each would hold all that were made within its time. */
  function keep(made: Made): void {
    last = made;
    clearTimeout(forgetting);
    const forgetLater = (): void => {
      if (last !== made) return;
      forgetting = setTimeout(() => {
        last = null;
      }, limits.listSharedMs).unref();
    };
    void made.hosts.then(forgetLater, forgetLater);
  }

  return {
    all: () => {
      views.refresh();
      const { version } = table;
      const { key: listeners } = views;
      if (last !== null && last.version === version && last.listeners === listeners) {
        return last.hosts;
      }
      const made = { version, listeners, hosts: make() };
      keep(made);
      return made.hosts;
    },
    close: () => {
      closing.abort();
      clearTimeout(forgetting);
      last = null;
    },
  };
}
