import { type MenuCommand, menuCommands } from '../../shared/desktop/menuCommands.ts';
import { engineItems, hostItems, type MenuInputs, updateItems } from '../tray/trayMenu.ts';
import { type MenuItem, separator } from './item.ts';

export interface ApplicationMenuInputs extends MenuInputs {
  readonly platform: 'darwin' | 'win32' | 'linux';
  /** Whether the developer tools are offered. */
  readonly isPackaged: boolean;
}

const pages = [
  ['Hosts', '/hosts'],
  ['Traffic', '/traffic'],
  ['Health', '/health'],
  ['Containers', '/containers'],
  ['Settings', '/settings'],
  ['Doctor', '/doctor'],
] as const;

/** The menu of the application: every command with its key, and, for where there is no tray, all that the tray has. */
export function applicationMenu(inputs: ApplicationMenuInputs): readonly MenuItem[] {
  const isMac = inputs.platform === 'darwin';
  const settings: MenuItem = {
    kind: 'action',
    label: 'Settings…',
    key: 'CommandOrControl+,',
    action: { do: 'show', address: '/settings' },
  };
  const quit: MenuItem = {
    kind: 'action',
    label: isMac ? 'Quit Berth' : 'Quit',
    key: 'CommandOrControl+Q',
    action: { do: 'quit' },
  };
  return [
    ...(isMac
      ? [
          menu('Berth', [
            role('about'),
            separator,
            settings,
            separator,
            role('services'),
            separator,
            role('hide'),
            role('hideOthers'),
            role('unhide'),
            separator,
            quit,
          ]),
        ]
      : []),
    menu('File', [
      ...commandItems('file'),
      separator,
      role('close'),
      ...(isMac ? [] : [settings, separator, quit]),
    ]),
    menu('Edit', [
      role('undo'),
      role('redo'),
      separator,
      role('cut'),
      role('copy'),
      role('paste'),
      role('selectAll'),
    ]),
    menu('View', [
      role('resetZoom'),
      role('zoomIn'),
      role('zoomOut'),
      separator,
      role('togglefullscreen'),
      ...(inputs.isPackaged ? [] : [role('toggleDevTools')]),
    ]),
    menu('Go', [
      ...pages.map(
        ([label, address], at): MenuItem => ({
          kind: 'action',
          label,
          key: `CommandOrControl+${at + 1}`,
          action: { do: 'show', address },
        }),
      ),
      separator,
      ...commandItems('go'),
    ]),
    menu('Traffic', commandItems('traffic')),
    menu('Proxy', [
      ...engineItems(inputs),
      separator,
      ...hostItems(inputs.view),
      separator,
      {
        kind: 'check',
        label: 'Start at login',
        checked: inputs.settings.openAtLogin,
        action: { do: 'set', settings: { openAtLogin: !inputs.settings.openAtLogin } },
      },
    ]),
    menu('Window', [role('minimize'), role('zoom'), ...(isMac ? [separator, role('front')] : [])]),
    menu('Help', [
      ...commandItems('help'),
      ...updateItems(inputs.update),
      ...(isMac ? [] : [separator, role('about')]),
    ]),
  ];
}

const menu = (label: string, items: readonly MenuItem[]): MenuItem => ({
  kind: 'menu',
  label,
  items,
});
const role = (name: (MenuItem & { kind: 'role' })['role']): MenuItem => ({
  kind: 'role',
  role: name,
});

const commandItems = (of: MenuCommand['menu']): readonly MenuItem[] =>
  menuCommands
    .filter(({ menu: one }) => one === of)
    .map(({ id, title, key }): MenuItem => {
      const action = { do: 'interface', id } as const;
      // A letter alone belongs to the page, which leaves it to what a person types; here it is only named.
      return key.startsWith('mod+')
        ? { kind: 'action', label: title, key: acceleratorOf(key), action }
        : { kind: 'action', label: `${title} (${key})`, action };
    });

/** `mod+shift+z` as Electron writes it. */
const acceleratorOf = (key: string): string =>
  key
    .split('+')
    .map((part) => (part === 'mod' ? 'CommandOrControl' : part[0]?.toUpperCase() + part.slice(1)))
    .join('+');
