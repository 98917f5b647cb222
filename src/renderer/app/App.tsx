import { useEffect, useMemo } from 'react';
import { ContainersPage } from '../pages/containers/ContainersPage.tsx';
import { DoctorPage } from '../pages/doctor/DoctorPage.tsx';
import { FirstRun } from '../pages/firstRun/FirstRun.tsx';
import { HealthPage } from '../pages/health/HealthPage.tsx';
import { HostsPage } from '../pages/hosts/HostsPage.tsx';
import { SettingsPage } from '../pages/settings/SettingsPage.tsx';
import { TrafficPage } from '../pages/traffic/TrafficPage.tsx';
import { useStore } from '../state/store.ts';
import { Boundary } from './Boundary.tsx';
import { BannerList } from './banner/BannerList.tsx';
import type { Command } from './commands.ts';
import { useBerth } from './context.ts';
import { listenToKeys } from './keys.ts';
import { Overlays } from './Overlays.tsx';
import { Rail } from './Rail.tsx';
import { addressOf, type Page, type Router } from './route.ts';
import { StatusBar } from './StatusBar.tsx';
import { ToastList } from './ToastList.tsx';
import { useCommands } from './useCommands.ts';

const shown: Readonly<Record<Page, () => React.ReactNode>> = {
  hosts: HostsPage,
  traffic: TrafficPage,
  health: HealthPage,
  containers: ContainersPage,
  doctor: DoctorPage,
  settings: SettingsPage,
};

export function App() {
  const { router, commands, firstRun } = useBerth();
  const { page, item } = useStore(router.route);
  const isFirstRun = useStore(firstRun.isShown);
  useCommands(useMemo(() => navigation(router), [router]));
  useEffect(() => listenToKeys(commands.list.get), [commands]);
  const Shown = shown[page];
  return (
    // Clipped, not hidden: what has the focus in a list would scroll the whole window with it.
    <div className="relative flex h-full flex-col overflow-clip">
      <BannerList />
      <div className="flex min-h-0 flex-1">
        {isFirstRun ? (
          <FirstRun />
        ) : (
          <>
            <Rail />
            <main className="flex min-w-0 flex-1 flex-col">
              <Boundary place={addressOf(page, item)}>
                <Shown />
              </Boundary>
            </main>
          </>
        )}
      </div>
      <StatusBar />
      <ToastList />
      <Overlays />
    </div>
  );
}

function navigation({ go }: Router): readonly Command[] {
  const to = (page: Page, title: string, ...keys: readonly string[]): Command => ({
    id: `go-${page}`,
    title,
    group: 'Go to',
    keys,
    run: () => go(addressOf(page)),
  });
  return [
    to('hosts', 'Hosts', 'g h', 'mod+1'),
    to('traffic', 'Traffic', 'g t', 'mod+2'),
    to('health', 'Health', 'g b', 'mod+3'),
    to('containers', 'Containers', 'g c', 'mod+4'),
    to('settings', 'Settings', 'g s', 'mod+5', 'mod+,'),
    to('doctor', 'Doctor', 'g d', 'mod+6'),
  ];
}
