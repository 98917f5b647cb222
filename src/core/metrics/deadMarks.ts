import type { FrontendsTable } from '../frontends/table.ts';

/** Dead marks that appeared in the store while it was watched, whoever set them. */
export interface DeadMarkCounter {
  readonly count: number;
  close(): void;
}

export function countDeadMarks(table: Pick<FrontendsTable, 'subscribe'>): DeadMarkCounter {
  let count = 0;
  const unsubscribe = table.subscribe((event) => {
    if (event.kind !== 'changed') return;
    const { entry, previous } = event;
    for (const [index, { at }] of entry.dead) if (previous?.dead.get(index)?.at !== at) count++;
  });
  return {
    get count() {
      return count;
    },
    close: unsubscribe,
  };
}
