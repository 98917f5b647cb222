import { useState } from 'react';
import { useBerth } from '../../app/context.ts';
import type { Live } from '../../state/live.ts';
import { type Readable, useStore } from '../../state/store.ts';
import { joinRows, type RowSources, type Rows } from './model/rows.ts';

/** All hosts with what is known of them; null before the first list came. */
export function useRows(): Rows | null {
  const { live } = useBerth();
  const [rows] = useState(() => rowsOf(live));
  return useStore(rows);
}

function rowsOf(live: Live): Readable<Rows | null> {
  let made: Rows | null = null;
  let from: RowSources | null = null;
  return {
    get: () => {
      const now = {
        hosts: live.hosts.get(),
        health: live.health.get(),
        traffic: live.traffic.get(),
      };
      if (
        from === null ||
        from.hosts !== now.hosts ||
        from.health !== now.health ||
        from.traffic !== now.traffic
      ) {
        from = now;
        made = joinRows(made, now);
      }
      return made;
    },
    subscribe: (listener) => {
      const ends = [live.hosts, live.health, live.traffic].map((one) => one.subscribe(listener));
      return () => {
        for (const end of ends) end();
      };
    },
  };
}
