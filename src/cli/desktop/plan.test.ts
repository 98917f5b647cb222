import { describe, expect, test } from 'vitest';
import { planDesktop, type Surroundings } from './plan.ts';

const modules = '/berth/node_modules/electron';
const binary = `${modules}/dist/electron`;

/** A user's Linux desktop with a checkout in which Electron was fetched. */
function plan(other: Partial<Surroundings> = {}, files: Readonly<Record<string, string>> = {}) {
  return planDesktop({
    env: { DISPLAY: ':0' },
    platform: 'linux',
    isRoot: false,
    execPath: '/usr/bin/node',
    isElectron: false,
    root: '/berth',
    electronPackage: modules,
    exists: (path) => path === binary,
    readText: (path) => files[path] ?? null,
    isSetuidRoot: () => false,
    ...other,
  });
}

const started = { kind: 'start', program: binary, argv: ['/berth'] };

test("the electron package's program is started on the app", () => {
  expect(plan()).toEqual(started);
});

test('ELECTRON_OVERRIDE_DIST_PATH goes before the electron package', () => {
  const env = { DISPLAY: ':0', ELECTRON_OVERRIDE_DIST_PATH: '/opt/electron' };
  expect(plan({ env, exists: () => true })).toMatchObject({ program: '/opt/electron/electron' });
});

test.each([
  ['darwin', 'Electron.app/Contents/MacOS/Electron'],
  ['win32', 'electron.exe'],
] as const)('on %s no display is looked for', (platform, executable) => {
  expect(plan({ platform, env: {}, exists: () => true })).toEqual({
    kind: 'start',
    program: `${modules}/dist/${executable}`,
    argv: ['/berth'],
  });
});

test('an installed app starts itself', () => {
  const installed = { isElectron: true, execPath: '/opt/Berth/berth-desktop', exists: () => false };
  expect(plan(installed)).toEqual({
    kind: 'start',
    program: '/opt/Berth/berth-desktop',
    argv: [],
  });
});

test("Electron's program is fetched where it is missing", () => {
  expect(plan({ exists: () => false })).toEqual({ kind: 'fetch', script: `${modules}/install.js` });
});

test('a Wayland display is a display', () => {
  expect(plan({ env: { WAYLAND_DISPLAY: 'wayland-0' } })).toEqual(started);
});

describe('there is no window, and the reason says what to do', () => {
  const override = { DISPLAY: ':0', ELECTRON_OVERRIDE_DIST_PATH: '/nowhere' };
  test.each<[string, Partial<Surroundings>, string]>([
    ['without a display', { env: {} }, 'neither DISPLAY nor WAYLAND_DISPLAY is set'],
    ['without a display, installed', { env: {}, isElectron: true }, 'no display'],
    [
      'where Electron is not to be fetched',
      { exists: () => false, env: { DISPLAY: ':0', ELECTRON_SKIP_BINARY_DOWNLOAD: '1' } },
      'npx install-electron',
    ],
    ['without the electron package', { electronPackage: null }, 'without the electron package'],
    ['with an override that is wrong', { env: override }, '/nowhere, which holds no Electron'],
    ['as root', { isRoot: true }, 'start berth as a user'],
    ['as root, installed', { isRoot: true, isElectron: true }, 'start berth as a user'],
  ])('%s', (_title, other, phrase) => {
    expect(plan(other)).toEqual({ kind: 'none', why: expect.stringContaining(phrase) });
  });
});

test('root has a window when it gave up the sandbox by itself', () => {
  const env = { DISPLAY: ':0', ELECTRON_DISABLE_SANDBOX: '1' };
  expect(plan({ isRoot: true, env })).toEqual(started);
});

describe.each([
  ['kernel/apparmor_restrict_unprivileged_userns', '1\n'],
  ['kernel/unprivileged_userns_clone', '0\n'],
  ['user/max_user_namespaces', '0\n'],
])('where %s keeps namespaces from users', (name, value) => {
  const files = { [`/proc/sys/${name}`]: value };

  test('there is no window, rather than one without a sandbox', () => {
    const helper = `${modules}/dist/chrome-sandbox`;
    expect(plan({}, files)).toEqual({
      kind: 'none',
      why: expect.stringContaining(`sudo chown root:root ${helper} && sudo chmod 4755 ${helper}`),
    });
  });

  test('the helper that belongs to root is enough', () => {
    expect(plan({ isSetuidRoot: (path) => path.endsWith('/chrome-sandbox') }, files)).toEqual(
      started,
    );
  });
});
