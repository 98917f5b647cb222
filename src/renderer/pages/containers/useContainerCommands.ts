import { useMemo } from 'react';
import type { Command } from '../../app/commands.ts';
import { useBerth } from '../../app/context.ts';
import { addressOf } from '../../app/route.ts';
import { useCommands } from '../../app/useCommands.ts';
import { useStore } from '../../state/store.ts';
import { useHostActions } from '../hosts/useHostActions.ts';
import { paletteEntries } from './model/paletteEntries.ts';

/** Every container, to be mapped and opened from wherever one is. */
export function useContainerCommands(): void {
  const { containers, router, live } = useBerth();
  const view = useStore(containers.view);
  const actions = useHostActions();
  useCommands(
    useMemo(
      () =>
        paletteEntries(view).map(
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
      [view, containers, router, live, actions],
    ),
  );
}
