/**
 * Draws one by lot, each with a chance in proportion to its weight.
 *
 * @param open positions to choose from, at least one
 * @param weights by position; null when all are alike
 * @param roll uniform in [0, 1)
 */
export function byLot(
  open: readonly number[],
  weights: readonly number[] | null,
  roll: number,
): number {
  if (weights === null) return open[Math.floor(roll * open.length)] ?? -1;
  let total = 0;
  for (const at of open) total += weights[at] ?? 1;
  let left = Math.floor(roll * total);
  for (const at of open) {
    left -= weights[at] ?? 1;
    if (left < 0) return at;
  }
  return -1;
}
