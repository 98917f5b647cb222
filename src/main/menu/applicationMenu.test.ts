import { expect, test } from 'vitest';
import { menuCommands } from '../../shared/desktop/menuCommands.ts';
import { type ApplicationMenuInputs, applicationMenu } from './applicationMenu.ts';
import type { MenuAction, MenuItem } from './item.ts';
import { templateOf } from './template.ts';

const inputs = (platform: ApplicationMenuInputs['platform']): ApplicationMenuInputs => ({
  platform,
  isPackaged: true,
  engine: { kind: 'stopped' },
  view: null,
  settings: {
    openAtLogin: false,
    startEngine: true,
    notifications: true,
    updates: true,
    toldOfTray: false,
  },
  update: { kind: 'current' },
});

type Leaf = Exclude<MenuItem, { kind: 'menu' }>;

const leaves = (items: readonly MenuItem[]): readonly Leaf[] =>
  items.flatMap((item) => (item.kind === 'menu' ? leaves(item.items) : [item]));

test.each(['linux', 'win32', 'darwin'] as const)(
  'on %s every command of the interface is in the menu, with its key',
  (platform) => {
    const actions = leaves(applicationMenu(inputs(platform))).flatMap((item) =>
      item.kind === 'action' && item.action.do === 'interface' ? [item] : [],
    );
    expect(actions.map(({ action }) => action.do === 'interface' && action.id).toSorted()).toEqual(
      menuCommands.map(({ id }) => id).toSorted(),
    );
    for (const { id, key } of menuCommands) {
      const item = actions.find(({ action }) => action.do === 'interface' && action.id === id);
      if (key.startsWith('mod+')) expect(item?.key).toMatch(/^CommandOrControl\+(Shift\+)?[A-Z]$/);
      else expect(item).toMatchObject({ label: expect.stringContaining(`(${key})`) });
    }
  },
);

test.each(['linux', 'win32', 'darwin'] as const)(
  'on %s no two items have the same key',
  (platform) => {
    const keys = leaves(applicationMenu(inputs(platform))).flatMap((item) =>
      item.kind === 'action' && item.key !== undefined ? [item.key] : [],
    );
    expect(new Set(keys).size).toBe(keys.length);
    // Those of the roles undo and redo, of which a field with text has need.
    expect(keys.filter((key) => /^CommandOrControl\+(Shift\+)?[ZY]$/.test(key))).toEqual([]);
    expect(keys).toContain('CommandOrControl+1');
    expect(keys).toContain('CommandOrControl+5');
    expect(keys).toContain('CommandOrControl+,');
  },
);

test('what the tray can do is in the menu, for where there is no tray', () => {
  const proxy = applicationMenu(inputs('linux')).find(
    (item) => item.kind === 'menu' && item.label === 'Proxy',
  );
  const actions = leaves(proxy === undefined ? [] : [proxy]).flatMap((item) =>
    item.kind === 'action' || item.kind === 'check' ? [item.action.do] : [],
  );
  expect(actions).toEqual(['start', 'restart', 'set']);
});

test('the application can be left from its menu', () => {
  for (const platform of ['linux', 'win32', 'darwin'] as const) {
    const actions = leaves(applicationMenu(inputs(platform))).flatMap((item) =>
      item.kind === 'action' ? [item.action.do] : [],
    );
    expect(actions.filter((does) => does === 'quit')).toHaveLength(1);
  }
});

test('developer tools are for checkouts', () => {
  const roles = (isPackaged: boolean) =>
    leaves(applicationMenu({ ...inputs('linux'), isPackaged })).flatMap((item) =>
      item.kind === 'role' ? [item.role] : [],
    );
  expect(roles(true)).not.toContain('toggleDevTools');
  expect(roles(false)).toContain('toggleDevTools');
});

test('a menu is drawn as it is meant, and what is chosen is done', () => {
  const done: MenuAction[] = [];
  const [text, action, check, menu] = templateOf(
    [
      { kind: 'text', label: 'a & b' },
      { kind: 'action', label: 'Stop', action: { do: 'stop' }, key: 'CommandOrControl+S' },
      { kind: 'check', label: 'On', action: { do: 'start' }, checked: true, enabled: false },
      { kind: 'menu', label: 'More', items: [{ kind: 'role', role: 'copy' }] },
    ],
    (chosen) => done.push(chosen),
  );
  expect(text).toEqual({ label: 'a && b', enabled: false });
  expect(action).toMatchObject({
    label: 'Stop',
    enabled: true,
    accelerator: 'CommandOrControl+S',
  });
  expect(check).toMatchObject({ type: 'checkbox', checked: true, enabled: false });
  expect(menu).toMatchObject({ submenu: [{ role: 'copy' }] });
  action?.click?.(undefined as never, undefined, undefined as never);
  expect(done).toEqual([{ do: 'stop' }]);
});
