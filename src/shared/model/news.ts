/** What one worker read under `frontend:<name>` and `berth:options:<name>`: true of the moment it was read, and the last good answer after. */
export interface Finding {
  readonly name: string;
  /** As the store gave it: empty when there is no such key, null when what is there cannot be a frontend. */
  readonly list: readonly string[] | null;
  /** The options beside it, as the store gave them; null when there are none. */
  readonly options: string | null;
  /** Ms of the clock that all processes of a machine share, from before the read was sent. */
  readonly at: number;
}

/** What a worker tells of the store, so that the others know it while the store is away. */
export type News =
  | { readonly kind: 'found'; readonly finding: Finding }
  /** A change was heard of something that this worker does not know, so that it would not read it again by itself. */
  | { readonly kind: 'changed'; readonly name: string; readonly at: number }
  /** Everything may have changed: what was read before is not believed any more. */
  | { readonly kind: 'all-changed'; readonly at: number };

/** Roughly what it takes in memory or in a message. */
export function bytesOfFinding({ name, list, options }: Finding): number {
  let bytes = 200 + name.length * 2 + (options?.length ?? 0) * 2;
  for (const element of list ?? []) bytes += 40 + element.length * 2;
  return bytes;
}
