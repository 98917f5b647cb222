import { useMemo, useState } from 'react';
import { useContainerCommands } from '../pages/containers/useContainerCommands.ts';
import { createHostActions } from '../pages/hosts/actions.ts';
import { CheatSheet } from './CheatSheet.tsx';
import type { Command } from './commands.ts';
import { useBerth } from './context.ts';
import { isTyping } from './keys.ts';
import { type OnHost, Palette } from './palette/Palette.tsx';
import { addressOf } from './route.ts';
import { useCommands } from './useCommands.ts';

/** What opens over every page, and the commands that every page has. */
export function Overlays() {
  const berth = useBerth();
  const { router, hostsView, live } = berth;
  const [shown, setShown] = useState<'palette' | 'keys' | null>(null);
  const actions = useMemo(() => createHostActions(berth), [berth]);
  useCommands(
    useMemo((): readonly Command[] => {
      const add = (): void => {
        router.go(addressOf('hosts'));
        hostsView.draft.set({ text: '', copyOf: null });
      };
      return [
        {
          id: 'host.add',
          title: 'Add a host',
          group: 'Hosts',
          keys: ['a', 'n', 'mod+n'],
          run: add,
        },
        {
          id: 'host.undo',
          title: 'Undo the last edit of hosts',
          group: 'Hosts',
          keys: ['u', 'mod+z'],
          run: () => (isTyping(document.activeElement) ? false : void actions.undo()),
        },
        {
          id: 'palette',
          title: 'Find a command, host or page',
          group: 'Berth',
          keys: ['mod+k'],
          hidden: true,
          run: () => setShown('palette'),
        },
        {
          id: 'keys',
          title: 'Show all keys',
          group: 'Berth',
          keys: ['?'],
          run: () => setShown('keys'),
        },
      ];
    }, [router, hostsView, actions]),
  );
  useContainerCommands();
  const onHost: OnHost = (name, verb) => {
    const host = live.hosts.get()?.get(name);
    if (host === undefined || verb === 'go') router.go(addressOf('hosts', name));
    else if (verb === 'open') void actions.open({ name, host, traffic: null });
    else void actions.copyUrl({ name, host, traffic: null });
  };
  const close = (): void => setShown(null);
  if (shown === 'palette') return <Palette onHost={onHost} onClose={close} />;
  return shown === 'keys' ? <CheatSheet onClose={close} /> : null;
}
