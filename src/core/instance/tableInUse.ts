import type { FrontendsTable, TableEvent } from '../frontends/table.ts';

type Followed = Pick<FrontendsTable, 'entries' | 'subscribe'>;

/** The table of the present configuration, for those who outlive a change of the store. */
export interface TableInUse extends Followed {
  use(table: Followed): void;
}

export function createTableInUse(first: Followed): TableInUse {
  let table = first;
  const stops = new Map<(event: TableEvent) => void, () => void>();
  return {
    get entries() {
      return table.entries;
    },
    subscribe: (listener) => {
      stops.set(listener, table.subscribe(listener));
      return () => {
        stops.get(listener)?.();
        stops.delete(listener);
      };
    },
    use: (next) => {
      table = next;
      for (const [listener, stop] of stops) {
        stop();
        stops.set(listener, next.subscribe(listener));
      }
    },
  };
}
