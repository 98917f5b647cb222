import type { MenuItemConstructorOptions } from 'electron';
import type { MenuAction, MenuItem } from './item.ts';

/** A menu as Electron builds it. */
export const templateOf = (
  items: readonly MenuItem[],
  perform: (action: MenuAction) => void,
): MenuItemConstructorOptions[] => items.map((item) => itemOf(item, perform));

function itemOf(item: MenuItem, perform: (action: MenuAction) => void): MenuItemConstructorOptions {
  switch (item.kind) {
    case 'separator':
      return { type: 'separator' };
    case 'text':
      return { label: escaped(item.label), enabled: false };
    case 'role':
      return { role: item.role };
    case 'menu':
      return { label: escaped(item.label), submenu: templateOf(item.items, perform) };
    case 'action':
      return {
        label: escaped(item.label),
        enabled: item.enabled ?? true,
        click: () => perform(item.action),
        ...(item.key === undefined ? {} : { accelerator: item.key }),
      };
    case 'check':
      return {
        type: 'checkbox',
        label: escaped(item.label),
        checked: item.checked,
        enabled: item.enabled ?? true,
        click: () => perform(item.action),
      };
  }
}

/** An ampersand would mark the next letter as a key. */
const escaped = (label: string): string => label.replaceAll('&', '&&');
