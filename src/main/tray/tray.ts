import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Menu, nativeImage, Tray } from 'electron';
import type { MenuAction, MenuItem } from '../menu/item.ts';
import { templateOf } from '../menu/template.ts';
import type { TrayIcon } from './trayLook.ts';

interface TrayView {
  readonly icon: TrayIcon;
  readonly tip: string;
  readonly menu: readonly MenuItem[];
}

export interface TrayOptions {
  /** The directory of icons. */
  readonly icons: string;
  readonly platform: NodeJS.Platform;
  readonly perform: (action: MenuAction) => void;
}

export interface TrayHandle {
  draw(view: TrayView): void;
  close(): void;
}

/** macOS takes the shape alone, Windows the size that fits its scale. */
const endings: Partial<Record<NodeJS.Platform, string>> = { darwin: 'Template.png', win32: '.ico' };

/** The icon beside the clock. What has not changed is not drawn again, so that an open menu stays open. */
export function createTray({ icons, platform, perform }: TrayOptions): TrayHandle {
  const imageOf = (icon: TrayIcon) => {
    const file = join(icons, `tray-${icon}${endings[platform] ?? '.png'}`);
    return existsSync(file) ? nativeImage.createFromPath(file) : nativeImage.createEmpty();
  };
  let drawn: { icon: TrayIcon; tip: string; menu: string } | null = null;
  let tray: Tray | null = null;
  return {
    draw: ({ icon, tip, menu }) => {
      if (tray === null) {
        tray = new Tray(imageOf(icon));
        // On macOS a click opens the menu.
        if (platform !== 'darwin') tray.on('click', () => perform({ do: 'show', address: null }));
      } else if (drawn?.icon !== icon) tray.setImage(imageOf(icon));
      if (drawn?.tip !== tip) tray.setToolTip(tip);
      const text = JSON.stringify(menu);
      if (drawn?.menu !== text) {
        tray.setContextMenu(Menu.buildFromTemplate(templateOf(menu, perform)));
      }
      drawn = { icon, tip, menu: text };
    },
    close: () => {
      tray?.destroy();
      tray = null;
    },
  };
}
