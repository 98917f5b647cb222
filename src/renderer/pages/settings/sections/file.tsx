import { ChoiceControl } from '../ChoiceControl.tsx';
import { ConfigFile } from '../ConfigFile.tsx';
import type { Codec } from '../model/codecs.ts';
import { addresses, list, number, secret, text } from '../model/codecs.ts';
import { valueAt } from '../model/view.ts';
import type { SettingRow, SettingSection } from '../Row.tsx';
import { SwitchControl } from '../SwitchControl.tsx';
import { TextControl } from '../TextControl.tsx';
import type { Settings } from '../useSettings.ts';

interface LineSetting {
  readonly name: string;
  readonly label: string;
  readonly help: string;
  readonly codec: Codec;
  readonly unit?: string;
  readonly placeholder?: string;
  readonly isWide?: boolean;
}

const line = (settings: Settings, { help, label, name, ...look }: LineSetting): SettingRow => ({
  label,
  help,
  words: name,
  control: (describedBy) => (
    <TextControl
      settings={settings}
      name={name}
      label={label}
      describedBy={describedBy}
      {...look}
    />
  ),
});

/** Without certificates there is nothing to set a port of. */
function httpsRow(settings: Settings): SettingRow {
  const binds = valueAt(settings.view, 'https.bind');
  const label = 'HTTPS port';
  if (Array.isArray(binds) && binds.length > 0) {
    return line(settings, {
      name: 'https.port',
      label,
      help: 'Of addresses that name none. These are set in the file.',
      codec: number,
    });
  }
  return {
    label,
    help: 'On once https.bind is set in the file. Certificates are made by Berth, or set there.',
    words: 'https.port https.bind tls certificate',
    control: () => (
      <>
        <p className="pt-1 text-dim">Off</p>
        <ConfigFile settings={settings} />
      </>
    ),
  };
}

export const proxySection = (settings: Settings): SettingSection => ({
  id: 'proxy',
  title: 'Proxy',
  rows: [
    line(settings, {
      name: 'http.bind',
      label: 'Addresses',
      help: '127.0.0.1 is this machine alone, 0.0.0.0 every network.',
      codec: addresses,
      placeholder: '127.0.0.1, [::1]:8080',
      isWide: true,
    }),
    line(settings, {
      name: 'http.port',
      label: 'Port',
      help: 'Of addresses that name none. 80 may need a privilege.',
      codec: number,
    }),
    httpsRow(settings),
    line(settings, {
      name: 'server.workers',
      label: 'Workers',
      help: 'Processes that move traffic. One for each processor core is enough.',
      codec: number,
    }),
    line(settings, {
      name: 'control.port',
      label: 'Port of the dashboard',
      help: 'On 127.0.0.1. Read at the start only.',
      codec: number,
    }),
  ],
});

export const accessLogSection = (settings: Settings): SettingSection => ({
  id: 'access-log',
  title: 'Access log',
  rows: [
    line(settings, {
      name: 'server.accessLog',
      label: 'File',
      help: 'One line a request.',
      codec: text,
      isWide: true,
    }),
    {
      label: 'Format',
      help: 'Of lines from now on.',
      words: 'server.accessLogFormat hipache combined json',
      control: (describedBy) => (
        <ChoiceControl
          settings={settings}
          name="server.accessLogFormat"
          label="Format"
          describedBy={describedBy}
          choices={[
            { value: 'hipache', word: 'hipache' },
            { value: 'combined', word: 'combined (Apache)' },
            { value: 'json', word: 'json, an object a line' },
          ]}
        />
      ),
    },
    line(settings, {
      name: 'server.accessLogMaxSize',
      label: 'Begin anew at',
      help: 'The file is renamed to <file>.1. 0: never, as for logrotate.',
      codec: number,
      unit: 'MB',
    }),
    line(settings, {
      name: 'server.accessLogKeep',
      label: 'Keep',
      help: 'Renamed files; <file>.1 is the youngest.',
      codec: number,
      unit: 'files',
    }),
  ],
});

export const healthSection = (settings: Settings): SettingSection => ({
  id: 'health',
  title: 'Health',
  rows: [
    line(settings, {
      name: 'server.deadBackendTTL',
      label: 'Dead for',
      help: 'How long a backend that failed gets no requests.',
      codec: number,
      unit: 's',
    }),
    line(settings, {
      name: 'server.healthWebhook',
      label: 'Webhook',
      help: 'Gets a POST when a backend goes down or comes back.',
      codec: secret,
      placeholder: 'https://…',
      isWide: true,
    }),
  ],
});

export const containersSection = (settings: Settings): SettingSection => {
  const toggle = (name: string, label: string, help: string): SettingRow => ({
    label,
    help,
    words: `${name} docker podman compose`,
    control: (describedBy) => (
      <SwitchControl settings={settings} name={name} label={label} describedBy={describedBy} />
    ),
  });
  return {
    id: 'containers',
    title: 'Containers',
    rows: [
      toggle(
        'containers.enabled',
        'Look for containers',
        'And keep the hosts that are mapped to them.',
      ),
      line(settings, {
        name: 'containers.engines',
        label: 'Engines',
        help: 'Addresses to ask. Empty: DOCKER_HOST, the Docker context and the usual sockets.',
        codec: list,
        placeholder: 'found by themselves',
        isWide: true,
      }),
      toggle(
        'containers.labels',
        'Follow labels',
        'Containers get the hosts that their labels and variables ask for.',
      ),
      toggle(
        'containers.autoNames',
        'Name all of Compose',
        'Those that ask for no host get <service>.<project>.<suffix>.',
      ),
    ],
  };
};
