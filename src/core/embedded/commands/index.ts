import type { DataCommand } from './command.ts';
import { hashCommands } from './hashes.ts';
import { keyCommands } from './keys.ts';
import { listCommands } from './lists.ts';
import { setCommands } from './sets.ts';
import { sortedSetCommands } from './sortedSets.ts';
import { stringCommands } from './strings.ts';

/** Every command on data, by its lower-case name. */
export const dataCommands: ReadonlyMap<string, DataCommand> = new Map(
  [
    ...keyCommands,
    ...stringCommands,
    ...listCommands,
    ...setCommands,
    ...hashCommands,
    ...sortedSetCommands,
  ].map((command) => [command.name, command]),
);
