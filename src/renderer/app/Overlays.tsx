import { useMemo, useState } from 'react';
import { useContainerCommands } from '../pages/containers/useContainerCommands.ts';
import { createHostActions } from '../pages/hosts/actions.ts';
import { SetupDialog } from '../pages/machine/setup/SetupDialog.tsx';
import { useStore } from '../state/store.ts';
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
  const { router, hostsView, live, machine } = berth;
  const isSettingUp = useStore(machine.isSettingUp);
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
          id: 'machine.setUp',
          title: 'Set up this machine…',
          group: 'Berth',
          run: () => machine.isSettingUp.set(true),
        },
        {
          id: 'keys',
          title: 'Show all keys',
          group: 'Berth',
          keys: ['?'],
          run: () => setShown('keys'),
        },
      ];
    }, [router, hostsView, machine, actions]),
  );
  useContainerCommands();
  const onHost: OnHost = (name, verb) => {
    const host = live.hosts.get()?.get(name);
    if (host === undefined || verb === 'go') router.go(addressOf('hosts', name));
    else if (verb === 'open') void actions.open({ name, host, traffic: null });
    else void actions.copyUrl({ name, host, traffic: null });
  };
  const close = (): void => setShown(null);
  if (isSettingUp) return <SetupDialog onClose={() => machine.isSettingUp.set(false)} />;
  if (shown === 'palette') return <Palette onHost={onHost} onClose={close} />;
  return shown === 'keys' ? <CheatSheet onClose={close} /> : null;
}
