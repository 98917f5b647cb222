import { createContext, use } from 'react';
import type { ControlApi } from '../../client/client.ts';
import type { DesktopState } from '../../shared/desktop/state.ts';
import type { Session } from '../connection/session.ts';
import type { ContainersState } from '../state/containers.ts';
import type { DoctorState } from '../state/doctor.ts';
import type { FirstRun } from '../state/firstRun.ts';
import type { HostLookups } from '../state/hostLookups.ts';
import type { HostsView } from '../state/hostsView.ts';
import { isCurrent } from '../state/lastKnown.ts';
import type { Live } from '../state/live.ts';
import type { MachineState } from '../state/machine.ts';
import { type Readable, type Store, useStore } from '../state/store.ts';
import type { Theme } from '../state/theme.ts';
import type { TrafficState } from '../state/traffic.ts';
import type { Trend } from '../state/trafficTrend.ts';
import type { Commands } from './commands.ts';
import type { Router } from './route.ts';
import type { Toasts } from './toasts.ts';

/** What every page is given. */
export interface Berth {
  readonly session: Session;
  readonly live: Live;
  readonly toasts: Toasts;
  readonly commands: Commands;
  readonly router: Router;
  readonly hostsView: HostsView;
  readonly hostLookups: HostLookups;
  readonly traffic: TrafficState;
  /** How long requests took, by frontend. */
  readonly trends: Readable<ReadonlyMap<string, Trend>>;
  readonly containers: ContainersState;
  readonly doctor: DoctorState;
  readonly machine: MachineState;
  readonly firstRun: FirstRun;
  readonly theme: Store<Theme>;
  /** Null in a browser. */
  readonly desktopState: Readable<DesktopState | null>;
  /** Unix milliseconds, each second. */
  readonly clock: Readable<number>;
}

export const BerthContext = createContext<Berth | null>(null);

export function useBerth(): Berth {
  const berth = use(BerthContext);
  if (berth === null) throw new Error('outside of BerthContext');
  return berth;
}

/** The calls of the contract, or null while there is no connection. */
export function useApi(): ControlApi | null {
  const state = useStore(useBerth().session.state);
  return state.kind === 'connected' ? state.api : null;
}

/** Whether hosts are as they are shown; otherwise that is how they were last known. */
export function useIsCurrent(): boolean {
  const { session, desktopState } = useBerth();
  const connection = useStore(session.state);
  return isCurrent(connection, useStore(desktopState)?.engine ?? null);
}
