import { createStore, type Readable } from '../state/store.ts';

/** Something that a person can do: in the palette, by a key, in the list of keys. */
export interface Command {
  readonly id: string;
  /** A verb first, as `Add a host`. */
  readonly title: string;
  readonly group: 'Go to' | 'Hosts' | 'Traffic' | 'Health' | 'Containers' | 'Doctor' | 'Berth';
  /**
   * Keys as `mod+k`, `g h`, `/`, `?`: `mod` is ⌘ on a Mac and Ctrl elsewhere; a space parts keys that follow each other.
   * Those without `mod` do nothing while a person types.
   */
  readonly keys?: readonly string[];
  /** Only in the list of keys, not in the palette: it needs a row to act on. */
  readonly hidden?: boolean;
  /** One of many of its kind: in the palette only where it is looked for, and nowhere else. */
  readonly isOneOfMany?: boolean;
  /** Returns false when there is nothing to do: the key then goes on to what the browser does. */
  readonly run: () => unknown;
}

/** All that can be done at this moment; the last that took a key has it. */
export interface Commands {
  readonly list: Readable<readonly Command[]>;
  /** @returns takes them away again */
  add(commands: readonly Command[]): () => void;
}

export function createCommands(): Commands {
  const list = createStore<readonly Command[]>([]);
  return {
    list,
    add: (commands) => {
      list.update((all) => [...all, ...commands]);
      const own = new Set(commands);
      return () => list.update((all) => all.filter((command) => !own.has(command)));
    },
  };
}
