/** What waits, by group: groups take turns, and within a group first come is first served. */
export class FairQueue<T> {
  /** In the order of their turns; none of them is empty. */
  readonly #groups = new Map<string, T[]>();

  push(group: string, item: T): void {
    const items = this.#groups.get(group);
    if (items === undefined) this.#groups.set(group, [item]);
    else items.push(item);
  }

  /** The next one of the first group whose turn it is and that may have one; undefined when there is none. */
  take(may: (group: string) => boolean): T | undefined {
    for (const [group, items] of this.#groups) {
      if (!may(group)) continue;
      const item = items.shift();
      this.#groups.delete(group);
      if (items.length > 0) this.#groups.set(group, items);
      return item;
    }
    return undefined;
  }

  /** Takes all of them. */
  clear(): readonly T[] {
    const all = [...this.#groups.values()].flat();
    this.#groups.clear();
    return all;
  }
}
