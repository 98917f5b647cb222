import { useEffect } from 'react';
import type { Command } from './commands.ts';
import { useBerth } from './context.ts';

/** Offers commands as long as a component is shown. `list` has to stay the same while nothing changes. */
export function useCommands(list: readonly Command[]): void {
  const { commands } = useBerth();
  useEffect(() => commands.add(list), [commands, list]);
}
