import { useMemo, useState } from 'react';
import type { Command } from '../../app/commands.ts';
import { useBerth } from '../../app/context.ts';
import { addressOf } from '../../app/route.ts';
import { useCommands } from '../../app/useCommands.ts';
import type { ContainersState } from '../../state/containers.ts';
import { type Readable, useStore } from '../../state/store.ts';
import { useHostActions } from '../hosts/useHostActions.ts';
import { type PaletteEntry, paletteEntries } from './model/paletteEntries.ts';

/** Every container, to be mapped and opened from wherever one is. */
export function useContainerCommands(): void {
  const { containers, router, live } = useBerth();
  const [readable] = useState(() => entriesOf(containers));
  const entries = useStore(readable);
  const actions = useHostActions();
  useCommands(
    useMemo(
      () =>
        entries.map(
          ({ id, title, entry }): Command => ({
            id,
            title,
            group: 'Containers',
            isOneOfMany: true,
            run: () => {
              if (entry.kind === 'map') {
                containers.draft.set({ key: entry.key, name: null, isMeant: false });
                router.go(addressOf('containers', entry.key));
                return;
              }
              const { name } = entry;
              const host = live.hosts.get()?.get(name) ?? { options: { redirectToHttps: false } };
              void actions.open({ name, host, traffic: null });
            },
          }),
        ),
      [entries, containers, router, live, actions],
    ),
  );
}

/** The same list while it says the same: most changes of containers change nothing of it. */
function entriesOf({ view }: Pick<ContainersState, 'view'>): Readable<readonly PaletteEntry[]> {
  let entries: readonly PaletteEntry[] = [];
  let text = '[]';
  let from: unknown = null;
  return {
    subscribe: view.subscribe,
    get: () => {
      const now = view.get();
      if (now === from) return entries;
      from = now;
      const next = paletteEntries(now);
      const nextText = JSON.stringify(next);
      if (nextText !== text) [entries, text] = [next, nextText];
      return entries;
    },
  };
}
