/**
 * The first few in an order, in that order: what a menu shows of ten thousand hosts is not worth sorting all of them each
 * second.
 */
export function least<Item>(
  items: Iterable<Item>,
  count: number,
  compare: (left: Item, right: Item) => number,
): readonly Item[] {
  const kept: Item[] = [];
  for (const item of items) {
    const last = kept[count - 1];
    if (last !== undefined && compare(item, last) >= 0) continue;
    const at = kept.findIndex((one) => compare(item, one) < 0);
    kept.splice(at < 0 ? kept.length : at, 0, item);
    if (kept.length > count) kept.pop();
  }
  return kept;
}
