import { expect, test } from 'vitest';
import type { InstanceStatus } from '../../shared/contract/instance.ts';
import type { EngineState } from '../../shared/desktop/state.ts';
import { limits } from '../../shared/limits.ts';
import { type HostState, hostStateOf, noErrors, withHealth } from '../instance/instanceView.ts';
import type { MenuAction, MenuItem } from '../menu/item.ts';
import { statusLine, trayIcon, trayTip } from './trayLook.ts';
import { type MenuInputs, trayMenu } from './trayMenu.ts';

const status: InstanceStatus = {
  schema: 1,
  version: '0.1.0',
  pid: 7,
  startedAt: 0,
  mode: 'desktop',
  listeners: [
    { address: '127.0.0.1', port: 8080, secure: false },
    { address: '::1', port: 8080, secure: false },
  ],
  store: { state: 'live', driver: 'embedded:', embedded: null },
  workers: [],
  hosts: 2,
  backendsDown: 0,
  requests: 0,
  recordsDropped: 0,
  accessLog: '/log',
  capture: true,
  notices: [],
  dns: null,
  suffixes: [],
  sharedSuffixes: [],
  dashboard: null,
} as InstanceStatus;

const running: EngineState = { kind: 'running', pid: 7, attached: false };
const stopped: EngineState = { kind: 'stopped' };
const crashed: EngineState = { kind: 'crashed', reason: 'port 80 is taken', lines: [] };

const viewOf = (
  hosts: readonly (readonly [string, HostState])[] = [],
  change: Partial<InstanceStatus> = {},
) => ({ status: { ...status, ...change }, hosts: new Map(hosts), errors: noErrors });

const inputs = (change: Partial<MenuInputs> = {}): MenuInputs => ({
  engine: running,
  view: viewOf(),
  settings: {
    openAtLogin: false,
    startEngine: true,
    notifications: true,
    updates: true,
    toldOfTray: false,
  },
  update: { kind: 'unavailable', reason: 'a checkout' },
  ...change,
});

/** What a person reads, line by line; menus in menus are indented. */
const read = (items: readonly MenuItem[], indent = ''): readonly string[] =>
  items.flatMap((item) => {
    switch (item.kind) {
      case 'separator':
        return [`${indent}-`];
      case 'role':
        return [`${indent}<${item.role}>`];
      case 'menu':
        return [`${indent}${item.label}`, ...read(item.items, `${indent}  `)];
      case 'text':
        return [`${indent}${item.label}`];
      case 'check':
        return [`${indent}[${item.checked ? 'x' : ' '}] ${item.label}`];
      default:
        return [`${indent}${item.enabled === false ? '#' : '>'} ${item.label}`];
    }
  });

function actionOf(items: readonly MenuItem[], label: string): MenuAction | null {
  for (const item of items) {
    if (item.kind === 'menu') {
      const found = actionOf(item.items, label);
      if (found !== null) return found;
    } else if ((item.kind === 'action' || item.kind === 'check') && item.label === label) {
      return item.action;
    }
  }
  return null;
}

test.each([
  [stopped, null, 'stopped', 'Proxy: stopped'],
  [{ kind: 'starting' }, null, 'stopped', 'Proxy: starting'],
  [{ kind: 'stopping' }, viewOf(), 'stopped', 'Proxy: stopping, requests finish'],
  [crashed, null, 'error', 'Proxy: failed, port 80 is taken'],
  [running, null, 'running', 'Proxy: running'],
  [running, viewOf(), 'running', 'Proxy: running on 127.0.0.1:8080'],
  [running, viewOf([], { backendsDown: 1 }), 'degraded', 'Proxy: running on 127.0.0.1:8080'],
  [
    running,
    viewOf([], { store: { ...status.store, state: 'stale' } }),
    'degraded',
    'Proxy: running on 127.0.0.1:8080, its store is away',
  ],
  [
    running,
    viewOf([], {
      listeners: [
        { address: '::1', port: 80, secure: false },
        { address: '::1', port: 443, secure: true },
      ],
    }),
    'running',
    'Proxy: running on [::1]:80 and :443',
  ],
] as const)('%j is shown as it is', (engine, view, icon, line) => {
  expect(trayIcon({ engine: engine as EngineState, view })).toBe(icon);
  expect(statusLine({ engine: engine as EngineState, view })).toBe(line);
});

test('the pointer is told how many there are of what', () => {
  const view = { ...viewOf([], { backendsDown: 1 }), errors: { count: 3, last: [] } };
  expect(trayTip({ engine: running, view })).toBe(
    'Proxy: running on 127.0.0.1:8080 · 2 hosts · 1 backend down · 3 recent errors',
  );
  expect(trayTip({ engine: stopped, view: null })).toBe('Proxy: stopped');
});

test('the menu while the proxy runs', () => {
  const view = viewOf([
    ['app.localhost', 'up'],
    ['*.api.localhost', 'degraded'],
  ]);
  expect(read(trayMenu(inputs({ view })))).toEqual([
    'Proxy: running on 127.0.0.1:8080',
    '> Stop',
    '> Restart',
    '> Pause capture',
    '-',
    '◐ *.api.localhost (degraded)',
    '  > Open any.api.localhost',
    '  > Copy *.api.localhost',
    '  > Show requests',
    '  > Show host',
    '● app.localhost',
    '  > Open in the browser',
    '  > Copy address',
    '  > Show requests',
    '  > Show host',
    '-',
    'No recent errors',
    '> Doctor…',
    '> Show window',
    '-',
    '[ ] Start at login',
    '> Quit and stop the proxy',
  ]);
});

test.each([
  [stopped, ['> Start', '# Restart'], 'start'],
  [crashed, ['> Start', '> Restart'], 'start'],
  [{ kind: 'starting' }, ['> Stop', '# Restart'], 'stop'],
  [{ kind: 'stopping' }, ['> Stop now', '# Restart'], 'stop'],
  [
    { kind: 'running', pid: 7, attached: true },
    ['> Stop (it was started elsewhere)', '> Restart'],
    'stop',
  ],
] as const)('while it is %j, this can be done', (engine, lines, does) => {
  const menu = trayMenu(inputs({ engine: engine as EngineState, view: null }));
  expect(read(menu).slice(1, 3)).toEqual(lines);
  expect(menu[1]).toMatchObject({ action: { do: does } });
  expect(menu.at(-1)).toMatchObject({
    label: engine.kind === 'starting' ? 'Quit and stop the proxy' : 'Quit',
  });
});

test('the capture is paused and resumed', () => {
  expect(actionOf(trayMenu(inputs()), 'Pause capture')).toEqual({ do: 'capture', on: false });
  const view = viewOf([], { capture: false });
  expect(actionOf(trayMenu(inputs({ view })), 'Resume capture')).toEqual({
    do: 'capture',
    on: true,
  });
});

test('what a host is chosen for, is done with that host', () => {
  const view = viewOf([['app.localhost', 'up']]);
  const menu = trayMenu(inputs({ view }));
  expect(actionOf(menu, 'Open in the browser')).toEqual({ do: 'open-host', name: 'app.localhost' });
  expect(actionOf(menu, 'Copy address')).toEqual({ do: 'copy-host', name: 'app.localhost' });
  expect(actionOf(menu, 'Show requests')).toEqual({
    do: 'show',
    address: '/traffic?filter=host%3Aapp.localhost',
  });
  expect(actionOf(menu, 'Show host')).toEqual({ do: 'show', address: '/hosts/app.localhost' });
});

test('a wildcard is opened under a name that it matches, and copied as it is', () => {
  const menu = trayMenu(inputs({ view: viewOf([['*.api.localhost', 'up']]) }));
  expect(actionOf(menu, 'Open any.api.localhost')).toEqual({
    do: 'open-host',
    name: '*.api.localhost',
  });
  expect(actionOf(menu, 'Copy *.api.localhost')).toEqual({ do: 'copy', text: '*.api.localhost' });
  const rest = trayMenu(inputs({ view: viewOf([['*', 'up']]) }));
  expect(actionOf(rest, 'Open any.localhost')).toEqual({ do: 'open-host', name: '*' });
});

test('ten hosts have room, those in trouble first; the rest is counted', () => {
  const many = Array.from(
    { length: 14 },
    (_, n) => [`h${String(n).padStart(2, '0')}.localhost`, n === 13 ? 'down' : 'up'] as const,
  );
  const labels = trayMenu(inputs({ view: viewOf(many) })).flatMap((item) =>
    item.kind === 'menu' ? [item.label] : [],
  );
  expect(labels).toHaveLength(limits.maxTrayHosts);
  expect(labels.slice(0, 2)).toEqual(['▲ h13.localhost (down)', '● h00.localhost']);
  expect(actionOf(trayMenu(inputs({ view: viewOf(many) })), '4 more…')).toEqual({
    do: 'show',
    address: '/hosts',
  });
});

test('without hosts the menu offers to add one', () => {
  expect(actionOf(trayMenu(inputs()), 'Add a host…')).toEqual({ do: 'interface', id: 'host.add' });
});

test('recent errors lead to their requests', () => {
  const last = [{ host: 'api.localhost', target: '/v1/orders', status: 502, method: 'POST' }];
  const menu = trayMenu(inputs({ view: { ...viewOf(), errors: { count: 12, last } } }));
  expect(read(menu)).toContain('Recent errors (12)');
  expect(actionOf(menu, '502 POST api.localhost/v1/orders')).toEqual({
    do: 'show',
    address: '/traffic?filter=status%3E%3D500+host%3Aapi.localhost',
  });
  expect(actionOf(menu, 'Show all')).toEqual({
    do: 'show',
    address: '/traffic?filter=status%3E%3D500',
  });
});

test('a line that is too long for a menu is cut in its middle', () => {
  const engine = { ...crashed, reason: 'x'.repeat(1000) };
  const [first] = trayMenu(inputs({ engine, view: null }));
  expect(first).toMatchObject({ kind: 'text', label: expect.stringMatching(/^Proxy: .*…x+$/) });
  expect(read([first as MenuItem])[0]?.length).toBeLessThanOrEqual(limits.maxTrayLineChars);
});

test.each([
  [{ kind: 'current' }, '> Check for updates'],
  [{ kind: 'failed', reason: 'offline' }, '> Check for updates'],
  [{ kind: 'checking' }, 'Looking for updates'],
  [{ kind: 'downloading', version: '2.0.0', percent: 40 }, 'Loading version 2.0.0: 40 %'],
  [{ kind: 'ready', version: '2.0.0' }, '> Restart with version 2.0.0'],
] as const)('updates: %j', (update, line) => {
  expect(read(trayMenu(inputs({ update })))).toContain(line);
});

test('start at login is a switch', () => {
  const settings = { ...inputs().settings, openAtLogin: true };
  const menu = trayMenu(inputs({ settings }));
  expect(read(menu)).toContain('[x] Start at login');
  expect(actionOf(menu, 'Start at login')).toEqual({ do: 'set', settings: { openAtLogin: false } });
});

test.each([
  [[], 'paused'],
  [['up', 'up'], 'up'],
  [['up', 'down'], 'degraded'],
  [['up', 'unknown'], 'up'],
  [['down', 'down'], 'down'],
  [['unknown'], 'unknown'],
  [['drained', 'down'], 'down'],
  [['drained'], 'paused'],
  [['paused', 'paused'], 'paused'],
] as const)('backends that are %j make a host %s', (states, expected) => {
  expect(hostStateOf(states.map((state) => ({ state })))).toBe(expected);
});

test('hosts come and go with news of their health', () => {
  const backend = (state: 'up' | 'down') => [{ state }] as never;
  const first = withHealth(new Map(), [
    { name: 'a', backends: backend('up') },
    { name: 'b', backends: backend('up') },
  ]);
  const second = withHealth(first, [
    { name: 'a', backends: backend('down') },
    { name: 'b', backends: [] },
  ]);
  expect([...first]).toEqual([
    ['a', 'up'],
    ['b', 'up'],
  ]);
  expect([...second]).toEqual([['a', 'down']]);
});

test('what a name hides is written out, and what is copied and opened has the real name', () => {
  const name = 'shop\u202etset.dev';
  const items = trayMenu(inputs({ view: viewOf([[name, 'down']]) }));
  expect(read(items)).toContain('▲ shop\\u202etset.dev (down)');
  expect(read(items).join('')).not.toContain('\u202e');
  expect(JSON.stringify(items)).toContain(JSON.stringify({ do: 'copy-host', name }));
  const failed: EngineState = { kind: 'crashed', reason: 'no \u202efile', lines: [] };
  expect(trayTip({ engine: failed, view: null })).toBe('Proxy: failed, no \\u202efile');
});
