import { posix, win32 } from 'node:path';
import { BerthError } from '../../shared/errors.ts';
import { type DirectoryInputs, directoriesFor } from '../system/directories.ts';
import { launchdPlist } from './launchd.ts';
import { requirePlain, type ServiceSpec, serviceNames } from './spec.ts';
import { systemdUnit } from './systemd.ts';
import { windowsTask } from './windowsTask.ts';

/** A command of the service manager. */
export interface ServiceCommand {
  readonly argv: readonly [program: string, ...rest: string[]];
  /** It fails where there is nothing to do. */
  readonly mayFail?: true;
}

/** What a service manager says of the service. */
export interface ServiceState {
  readonly running: boolean;
  /** Whether it starts with the user's session. */
  readonly enabled: boolean;
  readonly pid: number | null;
  /** In the manager's own words. */
  readonly state: string;
}

/** The service manager of one platform: pure, what it says is run by others. */
export interface ServiceManager {
  /** Where its file lies; absolute. */
  readonly path: string;
  /** The file for a service. @throws BerthError BERTH_INPUT_INVALID */
  file(spec: ServiceSpec): string;
  /** The file's bytes. */
  encode(text: string): Buffer;
  /** Fails when the manager cannot be used at all; changes nothing. */
  readonly check: ServiceCommand;
  /** After the file was written; `there` is what was before. */
  install(there: 'nothing' | 'same' | 'other'): readonly ServiceCommand[];
  /** Before the file goes, and after. */
  readonly uninstall: {
    readonly before: readonly ServiceCommand[];
    readonly after: readonly ServiceCommand[];
  };
  readonly query: ServiceCommand;
  /** What `query` said. */
  read(answer: { readonly exitCode: number; readonly stdout: string }): ServiceState;
  /** Why the manager cannot be used, as what it said on standard error tells; null when it can. */
  unavailable(stderr: string): string | null;
  /** What a person should know after an installation. */
  readonly hint: string;
}

export interface ManagerInputs extends DirectoryInputs {
  /** Of the user; 0 where the system has none. */
  readonly uid: number;
}

const off: ServiceState = { running: false, enabled: false, pid: null, state: 'not loaded' };

/** @throws BerthError BERTH_SERVICE_UNAVAILABLE for a platform that has none that is known */
export function managerFor(inputs: ManagerInputs): ServiceManager {
  switch (inputs.platform) {
    case 'linux':
      return systemd(inputs);
    case 'darwin':
      return launchd(inputs);
    case 'win32':
      return taskScheduler(inputs);
    default:
      throw new BerthError(
        'BERTH_SERVICE_UNAVAILABLE',
        `${inputs.platform} has none that is known here; start "berth --headless" with its own`,
      );
  }
}

const encodeUtf8 = (text: string): Buffer => Buffer.from(text, 'utf8');

function systemd({ env, home, uid }: ManagerInputs): ServiceManager {
  const name = serviceNames.systemd;
  const user = (...rest: string[]): ServiceCommand => ({ argv: ['systemctl', '--user', ...rest] });
  const wished = env['XDG_CONFIG_HOME'];
  const config = wished && posix.isAbsolute(wished) ? wished : posix.join(home, '.config');
  return {
    path: posix.join(config, 'systemd', 'user', name),
    file: (spec) => {
      requirePlain(spec);
      return systemdUnit(spec);
    },
    encode: encodeUtf8,
    check: user('show', '--property=Version'),
    install: (there) => [
      user('daemon-reload'),
      user('enable', '--now', name),
      // What runs goes on with the old file.
      ...(there === 'other' ? [user('restart', name)] : []),
    ],
    uninstall: {
      before: [{ ...user('disable', '--now', name), mayFail: true }],
      after: [user('daemon-reload')],
    },
    query: user('show', name, '--property=ActiveState,SubState,MainPID,UnitFileState'),
    read: ({ exitCode, stdout }) => {
      if (exitCode !== 0) return off;
      const fields = new Map(
        stdout.split('\n').map((line): [string, string] => {
          const at = line.indexOf('=');
          return [line.slice(0, at), line.slice(at + 1).trim()];
        }),
      );
      const active = fields.get('ActiveState') ?? '';
      const pid = Number(fields.get('MainPID') ?? 0);
      return {
        running: active === 'active' || active === 'reloading',
        enabled: fields.get('UnitFileState') === 'enabled',
        pid: pid > 0 ? pid : null,
        state: `${active} (${fields.get('SubState') ?? ''})`,
      };
    },
    unavailable: (stderr) =>
      /connect to (?:\w+ scope )?bus|No medium found|not been booted with systemd|DBUS_SESSION_BUS_ADDRESS|XDG_RUNTIME_DIR/i.test(
        stderr,
      )
        ? `systemd has no session for this user; log in as this user (not by su or sudo), or run "loginctl enable-linger" and set XDG_RUNTIME_DIR=/run/user/${uid}`
        : null,
    hint: 'It runs while you are logged in; "loginctl enable-linger" keeps it running without.',
  };
}

function launchd(inputs: ManagerInputs): ServiceManager {
  const { home, uid } = inputs;
  const path = posix.join(home, 'Library', 'LaunchAgents', `${serviceNames.launchd}.plist`);
  const domain = `gui/${uid}`;
  const service = `${domain}/${serviceNames.launchd}`;
  const bootout: ServiceCommand = { argv: ['launchctl', 'bootout', service], mayFail: true };
  return {
    path,
    file: (spec) => {
      requirePlain(spec);
      return launchdPlist(spec, posix.join(directoriesFor(inputs).state, 'berth.log'));
    },
    encode: encodeUtf8,
    check: { argv: ['launchctl', 'print', domain] },
    install: (there) => [
      ...(there === 'nothing' ? [] : [bootout]),
      { argv: ['launchctl', 'bootstrap', domain, path] },
    ],
    uninstall: { before: [bootout], after: [] },
    query: { argv: ['launchctl', 'print', service] },
    read: ({ exitCode, stdout }) => {
      if (exitCode !== 0) return off;
      const state = /^\s*state = (.+)$/m.exec(stdout)?.[1] ?? 'unknown';
      const pid = /^\s*pid = (\d+)$/m.exec(stdout)?.[1];
      return {
        running: state === 'running',
        enabled: true,
        pid: pid === undefined ? null : Number(pid),
        state,
      };
    },
    unavailable: (stderr) =>
      /Could not find domain|Domain does not support/i.test(stderr)
        ? `launchd has no session of windows for this user (${domain}); log in on the screen`
        : null,
    hint: 'It runs while you are logged in.',
  };
}

function taskScheduler(inputs: ManagerInputs): ServiceManager {
  const { env } = inputs;
  const name = serviceNames.windows;
  const path = win32.join(directoriesFor(inputs).config, 'service.xml');
  const task = (...rest: string[]): ServiceCommand => ({ argv: ['schtasks', ...rest] });
  return {
    path,
    file: (spec) => {
      requirePlain(spec);
      const { USERNAME: user, USERDOMAIN: domain } = env;
      if (!user) throw new BerthError('BERTH_SERVICE_UNAVAILABLE', 'USERNAME is not set');
      return windowsTask(spec, domain ? `${domain}\\${user}` : user);
    },
    // schtasks reads what its XML declares: UTF-16 with a byte order mark.
    encode: (text) => Buffer.from(`\ufeff${text.replaceAll('\n', '\r\n')}`, 'utf16le'),
    check: task('/Query', '/TN', '\\'),
    install: (there) => [
      ...(there === 'nothing' ? [] : [{ ...task('/End', '/TN', name), mayFail: true as const }]),
      task('/Create', '/TN', name, '/XML', path, '/F'),
      task('/Run', '/TN', name),
    ],
    uninstall: {
      before: [
        { ...task('/End', '/TN', name), mayFail: true },
        { ...task('/Delete', '/TN', name, '/F'), mayFail: true },
      ],
      after: [],
    },
    // Not schtasks, whose words for states are those of the system's language.
    query: {
      argv: [
        'powershell',
        '-NoProfile',
        '-NonInteractive',
        '-Command',
        `(Get-ScheduledTask -TaskName '${name}').State`,
      ],
    },
    read: ({ exitCode, stdout }) => {
      const state = stdout.trim();
      if (exitCode !== 0 || state === '') return off;
      return { running: state === 'Running', enabled: state !== 'Disabled', pid: null, state };
    },
    unavailable: () => null,
    hint: 'It runs while you are logged in.',
  };
}
