import type { InstanceStatus } from '../../../../shared/contract/instance.ts';
import type { DesktopBridge, DesktopCommand } from '../../../../shared/desktop/bridge.ts';
import type { DesktopState, UpdateState } from '../../../../shared/desktop/state.ts';
import { type Berth, useBerth } from '../../../app/context.ts';
import { useStore } from '../../../state/store.ts';
import type { Theme } from '../../../state/theme.ts';
import { Button } from '../../../ui/Button.tsx';
import { duration, exactTime } from '../../../ui/format.ts';
import { Segments } from '../../../ui/Segments.tsx';
import { Switch } from '../../../ui/Switch.tsx';
import { DocumentLink } from '../../documents/DocumentLink.tsx';
import { documents } from '../../documents/documents.ts';
import { PathValue } from '../PathValue.tsx';
import type { SettingRow, SettingSection } from '../Row.tsx';

/** What is kept by the desktop app, and not in the file of the proxy. */
export function desktopSection(
  state: DesktopState,
  command: (command: DesktopCommand) => void,
): SettingSection {
  const toggle = (
    name: 'openAtLogin' | 'startEngine' | 'notifications' | 'updates',
    label: string,
    help: string,
  ): SettingRow => ({
    label,
    help,
    words: 'desktop app',
    control: (describedBy) => (
      <div className="flex h-7 items-center">
        <Switch
          label={label}
          describedBy={describedBy}
          isOn={state.settings[name]}
          onChange={(isOn) => command({ do: 'set', settings: { [name]: isOn } })}
        />
      </div>
    ),
  });
  const { update } = state;
  return {
    id: 'desktop',
    title: 'Desktop',
    rows: [
      toggle('openAtLogin', 'Start with the computer', 'Opens in the tray when you log in.'),
      toggle('startEngine', 'Start the proxy with the app', 'Otherwise it starts from the tray.'),
      toggle('notifications', 'Notifications', 'When a backend goes down, and when it is back.'),
      {
        label: 'Updates',
        help: updateInWords(update),
        words: 'version download',
        control: (describedBy) => (
          <div className="flex h-7 items-center gap-3">
            {update.kind === 'ready' && (
              <Button look="primary" onClick={() => command({ do: 'install-update' })}>
                Restart and update
              </Button>
            )}
            {(update.kind === 'current' || update.kind === 'failed') && (
              <Button onClick={() => command({ do: 'check-for-updates' })}>Check now</Button>
            )}
            <Switch
              label="Updates"
              describedBy={describedBy}
              isOn={state.settings.updates && update.kind !== 'unavailable'}
              isDisabled={update.kind === 'unavailable'}
              onChange={(updates) => command({ do: 'set', settings: { updates } })}
            />
          </div>
        ),
      },
    ],
  };
}

function updateInWords(update: UpdateState): string {
  switch (update.kind) {
    case 'unavailable':
      return update.reason;
    case 'off':
      return 'None is looked for.';
    case 'current':
      return 'This is the latest version. Nothing is installed before you restart the app.';
    case 'checking':
      return 'Looking for a newer version…';
    case 'downloading':
      return `Version ${update.version} is on its way: ${Math.round(update.percent)} %.`;
    case 'ready':
      return `Version ${update.version} is here, and installed when you restart the app.`;
    case 'failed':
      return `The last look failed: ${update.reason}.`;
  }
}

const themes: readonly { readonly value: Theme; readonly word: string }[] = [
  { value: 'system', word: 'System' },
  { value: 'light', word: 'Light' },
  { value: 'dark', word: 'Dark' },
];

export const appearanceSection = (
  chosen: Theme,
  choose: (theme: Theme) => void,
): SettingSection => ({
  id: 'appearance',
  title: 'Appearance',
  rows: [
    {
      label: 'Theme',
      help: 'Kept here, for this interface alone.',
      words: 'colour dark light system mode',
      control: (describedBy) => (
        <Segments
          label="Theme"
          describedBy={describedBy}
          value={chosen}
          choices={themes}
          onChange={choose}
        />
      ),
    },
  ],
});

export function aboutSection({
  status,
  file,
  desktop,
  desktopState,
  toasts,
  restartFirstRun,
}: {
  readonly status: InstanceStatus | null;
  /** Of the configuration, and whether it is there. */
  readonly file: { readonly path: string; readonly exists: boolean } | null;
  readonly desktop: DesktopBridge | null;
  readonly desktopState: DesktopState | null;
  readonly toasts: Berth['toasts'];
  readonly restartFirstRun: () => void;
}): SettingSection {
  const fact = (label: string, help: string, value: string, title?: string): SettingRow => ({
    label,
    help,
    words: value,
    control: () => (
      <p title={title} className="pt-1 text-right max-[640px]:text-left">
        {value}
      </p>
    ),
  });
  const path = (
    label: string,
    help: string,
    value: string,
    what: 'configuration' | 'access-log' | null,
  ): SettingRow => ({
    label,
    help,
    words: `${value} path`,
    control: () => (
      <PathValue
        path={value}
        reveal={
          desktop === null || what === null
            ? null
            : () => void desktop.command({ do: 'reveal', what }).catch(toasts.failed)
        }
      />
    ),
  });
  const rows: SettingRow[] = [];
  if (status !== null) {
    const { version, pid, mode, startedAt, accessLog, dashboard } = status;
    rows.push(
      fact(
        'Version',
        desktopState === null
          ? 'Of the proxy.'
          : `Of the proxy; the app is ${desktopState.version}.`,
        version,
      ),
      fact(
        'Process',
        mode === 'desktop' ? 'Started by the desktop app.' : 'Started on its own.',
        `pid ${pid}`,
      ),
      {
        label: 'Running for',
        help: `Since ${exactTime(startedAt)}.`,
        words: 'uptime start',
        control: () => <Uptime startedAt={startedAt} />,
      },
    );
    if (file !== null) {
      const help = file.exists
        ? 'Read at the start and by berth reload.'
        : 'Not there yet: made when the first setting is saved.';
      rows.push(path('Configuration', help, file.path, file.exists ? 'configuration' : null));
    }
    rows.push(path('Access log', 'Lines go here now.', accessLog, 'access-log'));
    if (dashboard !== null) {
      rows.push(path('Dashboard', 'berth open opens it with its token.', dashboard, null));
    }
  }
  rows.push(
    {
      label: 'First steps',
      help: 'Store, ports, names and a first host, one after the other.',
      words: 'first run welcome introduction',
      control: () => <Button onClick={restartFirstRun}>Show again</Button>,
    },
    {
      label: 'Documentation',
      help: 'Read here, or in the folder docs that comes with Berth. berth help tells every command.',
      words: 'docs help manual config hosts filter cli errors',
      control: () => (
        <ul className="flex flex-wrap justify-end gap-x-3 gap-y-1 pt-1 max-[640px]:justify-start">
          {documents.map(({ name, title }) => (
            <li key={name}>
              <DocumentLink name={name}>{title}</DocumentLink>
            </li>
          ))}
        </ul>
      ),
    },
  );
  return { id: 'about', title: 'About', rows };
}

function Uptime({ startedAt }: { readonly startedAt: number }) {
  const now = useStore(useBerth().clock);
  return <p className="pt-1">{duration(Math.max(0, now - startedAt))}</p>;
}
