import type { DesktopSettings, EngineState, UpdateState } from '../../shared/desktop/state.ts';
import { visibleText } from '../../shared/escapeUnseen.ts';
import { limits } from '../../shared/limits.ts';
import { sampleName } from '../../shared/model/openUrl.ts';
import type { HostState, InstanceView, RecentErrors } from '../instance/instanceView.ts';
import { type MenuItem, separator } from '../menu/item.ts';
import { least } from './least.ts';
import { statusLine, type TrayInputs } from './trayLook.ts';

/** Everything that the menus depend on. */
export interface MenuInputs extends TrayInputs {
  readonly settings: DesktopSettings;
  readonly update: UpdateState;
}

/** The menu of the tray: what is done every day, with the window closed. */
export function trayMenu(inputs: MenuInputs): readonly MenuItem[] {
  const { engine, settings, update } = inputs;
  return [
    ...engineItems(inputs),
    separator,
    ...hostItems(inputs.view),
    separator,
    ...errorItems(inputs.view?.errors ?? null),
    { kind: 'action', label: 'Doctor…', action: { do: 'show', address: '/doctor' } },
    { kind: 'action', label: 'Show window', action: { do: 'show', address: null } },
    separator,
    {
      kind: 'check',
      label: 'Start at login',
      checked: settings.openAtLogin,
      action: { do: 'set', settings: { openAtLogin: !settings.openAtLogin } },
    },
    ...updateItems(update),
    {
      kind: 'action',
      label: isOurs(engine) ? 'Quit and stop the proxy' : 'Quit',
      action: { do: 'quit' },
    },
  ];
}

/** The proxy: how it is, and what can be done with it. */
export function engineItems({ engine, view }: MenuInputs): readonly MenuItem[] {
  return [
    { kind: 'text', label: line(statusLine({ engine, view })) },
    startOrStop(engine),
    {
      kind: 'action',
      label: 'Restart',
      action: { do: 'restart' },
      enabled: engine.kind === 'running' || engine.kind === 'crashed',
    },
    ...(view === null ? [] : [captureItem(view.status.capture)]),
  ];
}

const captureItem = (on: boolean): MenuItem => ({
  kind: 'action',
  label: on ? 'Pause capture' : 'Resume capture',
  action: { do: 'capture', on: !on },
});

function startOrStop(engine: EngineState): MenuItem {
  switch (engine.kind) {
    case 'running':
      return {
        kind: 'action',
        label: engine.attached ? 'Stop (it was started elsewhere)' : 'Stop',
        action: { do: 'stop' },
      };
    case 'starting':
      return { kind: 'action', label: 'Stop', action: { do: 'stop' } };
    case 'stopping':
      return { kind: 'action', label: 'Stop now', action: { do: 'stop' } };
    case 'stopped':
    case 'crashed':
      return { kind: 'action', label: 'Start', action: { do: 'start' } };
  }
}

const glyphs: Readonly<Record<HostState, string>> = {
  up: '●',
  degraded: '◐',
  down: '▲',
  unknown: '○',
  paused: '❚❚',
};

/** What needs attention stands first. */
const order: readonly HostState[] = ['down', 'degraded', 'up', 'unknown', 'paused'];

/** Hosts, each with what can be done with it; those in trouble first, then by name. */
export function hostItems(view: InstanceView | null): readonly MenuItem[] {
  if (view === null) return [{ kind: 'text', label: 'Hosts are shown while the proxy runs' }];
  const { size } = view.hosts;
  if (size === 0) {
    return [{ kind: 'action', label: 'Add a host…', action: { do: 'interface', id: 'host.add' } }];
  }
  const shown = least(
    view.hosts,
    limits.maxTrayHosts,
    ([name, state], [otherName, otherState]) =>
      order.indexOf(state) - order.indexOf(otherState) || (name < otherName ? -1 : 1),
  );
  const more: MenuItem = {
    kind: 'action',
    label: `${size - shown.length} more…`,
    action: { do: 'show', address: '/hosts' },
  };
  return [
    ...shown.map(([name, state]) => hostItem(name, state)),
    ...(size > shown.length ? [more] : []),
  ];
}

function hostItem(name: string, state: HostState): MenuItem {
  const word = state === 'up' ? '' : ` (${state})`;
  const filter = new URLSearchParams({ filter: `host:${name}` }).toString();
  return {
    kind: 'menu',
    label: line(`${glyphs[state]} ${name}${word}`),
    items: [
      ...addressItems(name),
      {
        kind: 'action',
        label: 'Show requests',
        action: { do: 'show', address: `/traffic?${filter}` },
      },
      {
        kind: 'action',
        label: 'Show host',
        action: { do: 'show', address: `/hosts/${encodeURIComponent(name)}` },
      },
    ],
  };
}

/** A wildcard is no address by itself: it is opened under a name that it matches, and copied as it is. */
const addressItems = (name: string): readonly MenuItem[] =>
  name.includes('*')
    ? [
        {
          kind: 'action',
          label: line(`Open ${sampleName(name)}`),
          action: { do: 'open-host', name },
        },
        { kind: 'action', label: line(`Copy ${name}`), action: { do: 'copy', text: name } },
      ]
    : [
        { kind: 'action', label: 'Open in the browser', action: { do: 'open-host', name } },
        { kind: 'action', label: 'Copy address', action: { do: 'copy-host', name } },
      ];

const errorsAddress = `/traffic?${new URLSearchParams({ filter: 'status>=500' }).toString()}`;

function errorItems(errors: RecentErrors | null): readonly MenuItem[] {
  if (errors === null || errors.count === 0) {
    return [{ kind: 'text', label: 'No recent errors' }];
  }
  return [
    {
      kind: 'menu',
      label: `Recent errors (${errors.count})`,
      items: [
        ...errors.last.map(({ status, method, host, target }): MenuItem => {
          const filter = new URLSearchParams({ filter: `status>=500 host:${host}` });
          return {
            kind: 'action',
            label: line(`${status} ${method} ${host}${target}`),
            action: { do: 'show', address: `/traffic?${filter.toString()}` },
          };
        }),
        separator,
        { kind: 'action', label: 'Show all', action: { do: 'show', address: errorsAddress } },
      ],
    },
  ];
}

/** Updates, where this build takes any. */
export function updateItems(update: UpdateState): readonly MenuItem[] {
  switch (update.kind) {
    case 'unavailable':
      return [];
    case 'ready':
      return [
        {
          kind: 'action',
          label: `Restart with version ${update.version}`,
          action: { do: 'install-update' },
        },
      ];
    case 'checking':
      return [{ kind: 'text', label: 'Looking for updates' }];
    case 'downloading':
      return [{ kind: 'text', label: `Loading version ${update.version}: ${update.percent} %` }];
    default:
      return [{ kind: 'action', label: 'Check for updates', action: { do: 'check-for-updates' } }];
  }
}

const isOurs = (engine: EngineState): boolean =>
  engine.kind === 'starting' || (engine.kind === 'running' && !engine.attached);

/** A line of a menu: what is hidden is written out, and what is too long is cut in its middle. */
function line(raw: string): string {
  const text = visibleText(raw);
  if (text.length <= limits.maxTrayLineChars) return text;
  const half = Math.floor((limits.maxTrayLineChars - 1) / 2);
  return `${text.slice(0, half)}…${text.slice(-half)}`;
}
