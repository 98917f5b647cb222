import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createCommands } from './app/commands.ts';
import { BerthContext } from './app/context.ts';
import { runFromMenu } from './app/menu.ts';
import { createClock } from './app/now.ts';
import { Root } from './app/Root.tsx';
import { createRouter } from './app/route.ts';
import { createToasts } from './app/toasts.ts';
import { browserConnections } from './connection/browser.ts';
import { desktop } from './connection/desktop.ts';
import { desktopConnections } from './connection/ipc.ts';
import { startSession } from './connection/session.ts';
import { takeToken } from './connection/token.ts';
import { createContainersState } from './state/containers.ts';
import { followDesktop } from './state/desktopState.ts';
import { createDoctorState } from './state/doctor.ts';
import { createFirstRun } from './state/firstRun.ts';
import { createHostLookups } from './state/hostLookups.ts';
import { createHostsView } from './state/hostsView.ts';
import { createLive } from './state/live.ts';
import { createMachineState } from './state/machine.ts';
import { createTheme } from './state/theme.ts';
import { createTrafficState } from './state/traffic.ts';
import { createTrends } from './state/trafficTrend.ts';
import './styles.css';

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no root');

const tokens = takeToken();
const router = createRouter();
const { live, follow } = createLive();
const { containers, follow: followContainers } = createContainersState();
const open = desktop === null ? browserConnections(tokens) : desktopConnections(desktop);
const session = startSession(open, desktop === null ? location.host : 'the proxy', (api) => {
  const ends = [follow(api), followContainers(api)];
  return () => {
    for (const end of ends) end();
  };
});
const commands = createCommands();
const theme = createTheme(document.documentElement);
const firstRun = createFirstRun(live);
const desktopState = followDesktop(desktop);
// What runs again is asked at once, and not at the next turn.
desktopState.subscribe(() => {
  if (desktopState.get()?.engine.kind === 'running') session.retry();
});
desktop?.onNavigate(router.go);
desktop?.onMenu((id) => runFromMenu(id, { commands, go: router.go }));

createRoot(root).render(
  <StrictMode>
    <BerthContext
      value={{
        session,
        live,
        router,
        toasts: createToasts(),
        commands,
        hostsView: createHostsView(),
        hostLookups: createHostLookups(Date.now),
        traffic: createTrafficState(),
        trends: createTrends(live.traffic),
        containers,
        doctor: createDoctorState(),
        machine: createMachineState(),
        firstRun,
        theme,
        desktopState,
        clock: createClock(),
      }}
    >
      <Root tokens={desktop === null ? tokens : null} />
    </BerthContext>
  </StrictMode>,
);
