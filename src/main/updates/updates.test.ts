import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { UpdateState } from '../../shared/desktop/state.ts';
import { limits } from '../../shared/limits.ts';
import { noUpdates } from './availability.ts';
import { createUpdates, type Updater } from './updates.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

class FakeUpdater extends EventEmitter implements Updater {
  autoDownload = false;
  autoInstallOnAppQuit = false;
  checks = 0;
  installs = 0;
  failure: Error | null = null;
  async checkForUpdates(): Promise<void> {
    this.checks++;
    if (this.failure !== null) throw this.failure;
    this.emit('checking-for-update');
  }
  quitAndInstall(): void {
    this.installs++;
  }
}

function setUp(unavailable: string | null = null) {
  const updater = new FakeUpdater();
  const states: UpdateState[] = [];
  let loads = 0;
  const updates = createUpdates({
    unavailable,
    load: async () => {
      loads++;
      return updater;
    },
    changed: (state) => states.push(state),
  });
  return { updater, states, updates, loads: () => loads };
}

const settled = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);

test.each([
  [{ isPackaged: false }, 'This is a checkout: git pull brings what is new.'],
  [{ hasFeed: false }, 'This package does not say where its updates are.'],
  [{ env: {} }, 'The package manager that installed Berth updates it.'],
  [{ env: {}, platform: 'darwin' as const }, null],
  [{}, null],
])('with %j: %s', (change, expected) => {
  expect(
    noUpdates({
      isPackaged: true,
      platform: 'linux',
      env: { APPIMAGE: '/opt/Berth.AppImage' },
      hasFeed: true,
      ...change,
    }),
  ).toBe(expected);
});

test('a build that takes none asks nobody, and says why', async () => {
  const { updates, loads, states } = setUp('a checkout');
  updates.set(true);
  await updates.check();
  await vi.advanceTimersByTimeAsync(limits.updateCheckMs);
  expect(updates.state).toEqual({ kind: 'unavailable', reason: 'a checkout' });
  expect(loads()).toBe(0);
  expect(states).toEqual([]);
});

test('what is new is loaded and waits for the person', async () => {
  const { updates, updater, states } = setUp();
  updates.set(true);
  await settled();
  updater.emit('update-available', { version: '2.0.0' });
  updater.emit('download-progress', { percent: 40.4 });
  updater.emit('download-progress', { percent: 40.9 });
  updater.emit('update-downloaded', { version: '2.0.0' });
  expect(states).toEqual([
    { kind: 'checking' },
    { kind: 'downloading', version: '2.0.0', percent: 0 },
    { kind: 'downloading', version: '2.0.0', percent: 40 },
    { kind: 'ready', version: '2.0.0' },
  ]);
  await vi.advanceTimersByTimeAsync(limits.updateCheckMs * 3);
  expect(updater).toMatchObject({ installs: 0, checks: 1 });
  updates.install();
  await settled();
  expect(updater.installs).toBe(1);
});

test('nothing is installed that was not loaded', async () => {
  const { updates, updater } = setUp();
  updates.set(true);
  await settled();
  updates.install();
  await settled();
  expect(updater.installs).toBe(0);
});

test('it looks again every few hours, until it is switched off', async () => {
  const { updates, updater } = setUp();
  updates.set(true);
  await settled();
  updater.emit('update-not-available');
  expect(updates.state).toEqual({ kind: 'current' });
  await vi.advanceTimersByTimeAsync(limits.updateCheckMs);
  expect(updater.checks).toBe(2);
  updates.set(false);
  expect(updates.state).toEqual({ kind: 'off' });
  await vi.advanceTimersByTimeAsync(limits.updateCheckMs * 2);
  expect(updater.checks).toBe(2);
  await updates.check();
  expect(updater.checks).toBe(3);
  updates.close();
});

test('why it failed is told, and the next look may go well', async () => {
  const { updates, updater } = setUp();
  updater.failure = new Error('offline');
  await updates.check();
  expect(updates.state).toEqual({ kind: 'failed', reason: 'offline' });
  updater.failure = null;
  await updates.check();
  expect(updates.state).toEqual({ kind: 'checking' });
  updater.emit('error', new Error('bad signature'));
  expect(updates.state).toEqual({ kind: 'failed', reason: 'bad signature' });
});

test('switched off while it loads, it stays off, and nothing is installed at the end', async () => {
  const { updates, updater, states } = setUp();
  updates.set(true);
  await settled();
  updater.emit('update-available', { version: '2.0.0' });
  expect(updater.autoInstallOnAppQuit).toBe(true);
  updates.set(false);
  const told = states.length;
  updater.emit('download-progress', { percent: 50 });
  updater.emit('update-downloaded', { version: '2.0.0' });
  updater.emit('error', new Error('connection reset'));
  expect(updates.state).toEqual({ kind: 'off' });
  expect(states).toHaveLength(told);
  expect(updater.autoInstallOnAppQuit).toBe(false);
  updates.install();
  await settled();
  expect(updater.installs).toBe(0);
});

test('switched off with what is loaded, nothing is installed at the end', async () => {
  const { updates, updater } = setUp();
  updates.set(true);
  await settled();
  updater.emit('update-downloaded', { version: '2.0.0' });
  updates.set(false);
  expect(updates.state).toEqual({ kind: 'off' });
  expect(updater.autoInstallOnAppQuit).toBe(false);
});

test('switched off while it looks, nothing is loaded', async () => {
  const { updates, updater } = setUp();
  updates.set(true);
  await settled();
  updates.set(false);
  expect(updater.autoDownload).toBe(false);
  updater.emit('update-available', { version: '2.0.0' });
  expect(updates.state).toEqual({ kind: 'off' });
});

test('switched off before it could look, it does not look', async () => {
  const { updates, updater } = setUp();
  updates.set(true);
  updates.set(false);
  await settled();
  expect(updater).toMatchObject({ checks: 0, autoDownload: false, autoInstallOnAppQuit: false });
  expect(updates.state).toEqual({ kind: 'off' });
});

test.each(['update-available', 'update-downloaded'])(
  'switched on again after %s, it looks again',
  async (event) => {
    const { updates, updater } = setUp();
    updates.set(true);
    await settled();
    updater.emit(event, { version: '2.0.0' });
    updates.set(false);
    updates.set(true);
    await settled();
    expect(updater).toMatchObject({ checks: 2, autoDownload: true, autoInstallOnAppQuit: true });
    updater.emit('update-available', { version: '2.0.1' });
    updater.emit('download-progress', { percent: 12 });
    expect(updates.state).toEqual({ kind: 'downloading', version: '2.0.1', percent: 12 });
    updater.emit('update-downloaded', { version: '2.0.1' });
    expect(updates.state).toEqual({ kind: 'ready', version: '2.0.1' });
    updates.close();
  },
);

test('a look by hand while it is off loads, and leaves the install to the person', async () => {
  const { updates, updater } = setUp();
  updates.set(false);
  await updates.check();
  expect(updater).toMatchObject({ autoDownload: true, autoInstallOnAppQuit: false });
  updater.emit('update-downloaded', { version: '2.0.0' });
  expect(updates.state).toEqual({ kind: 'ready', version: '2.0.0' });
  updates.install();
  await settled();
  expect(updater.installs).toBe(1);
});
