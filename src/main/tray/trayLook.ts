import type { EngineState } from '../../shared/desktop/state.ts';
import { visibleText } from '../../shared/escapeUnseen.ts';
import type { InstanceView } from '../instance/instanceView.ts';

/** Which of its icons the tray shows. */
export type TrayIcon = 'running' | 'degraded' | 'stopped' | 'error';

export interface TrayInputs {
  readonly engine: EngineState;
  /** Null while nothing is known of it: it does not run, or has not answered yet. */
  readonly view: InstanceView | null;
}

export function trayIcon({ engine, view }: TrayInputs): TrayIcon {
  switch (engine.kind) {
    case 'crashed':
      return 'error';
    case 'running':
      return view !== null && (view.status.backendsDown > 0 || isStoreAway(view))
        ? 'degraded'
        : 'running';
    default:
      return 'stopped';
  }
}

/** What the tray says when the pointer rests on it. */
export function trayTip({ engine, view }: TrayInputs): string {
  if (engine.kind !== 'running' || view === null) return statusLine({ engine, view });
  const { hosts, backendsDown } = view.status;
  return [
    statusLine({ engine, view }),
    counted(hosts, 'host'),
    ...(backendsDown > 0 ? [`${counted(backendsDown, 'backend')} down`] : []),
    ...(view.errors.count > 0 ? [counted(view.errors.count, 'recent error')] : []),
  ].join(' · ');
}

/** As `Proxy: running on 127.0.0.1:80 and [::1]:80`. */
export function statusLine({ engine, view }: TrayInputs): string {
  switch (engine.kind) {
    case 'starting':
      return 'Proxy: starting';
    case 'stopping':
      return 'Proxy: stopping, requests finish';
    case 'stopped':
      return 'Proxy: stopped';
    case 'crashed':
      return `Proxy: failed, ${visibleText(engine.reason)}`;
    case 'running': {
      const where = view === null ? '' : addresses(view);
      const store = view !== null && isStoreAway(view) ? ', its store is away' : '';
      return `Proxy: running${where}${store}`;
    }
  }
}

const isStoreAway = ({ status }: InstanceView): boolean => status.store.state === 'stale';

function addresses({ status }: InstanceView): string {
  const { listeners } = status;
  const [first, ...more] = listeners;
  if (first === undefined) return '';
  // 127.0.0.1 and [::1] of one port are one place for a person.
  const ports = [...new Set(more.map(({ port }) => port))].filter((port) => port !== first.port);
  const address = first.address.includes(':') ? `[${first.address}]` : first.address;
  return ` on ${[`${address}:${first.port}`, ...ports.map((port) => `:${port}`)].join(' and ')}`;
}

const counted = (count: number, noun: string): string =>
  `${count} ${noun}${count === 1 ? '' : 's'}`;
