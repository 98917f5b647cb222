/** Collects what comes within a while after a first one. */
export interface Gather<Item> {
  add(item: Item): void;
  close(): void;
}

/** @param most items that are kept; those beyond replace the oldest */
export function createGather<Item>(
  { ms, most }: { readonly ms: number; readonly most: number },
  told: (items: readonly Item[]) => void,
): Gather<Item> {
  let items: Item[] = [];
  let timer: NodeJS.Timeout | null = null;
  return {
    add: (item) => {
      items.push(item);
      if (items.length > most) items.shift();
      timer ??= setTimeout(() => {
        timer = null;
        const all = items;
        items = [];
        told(all);
      }, ms);
    },
    close: () => {
      if (timer !== null) clearTimeout(timer);
      timer = null;
      items = [];
    },
  };
}
