import type { DesktopCommand } from '../../shared/desktop/bridge.ts';
import type { MenuCommandId } from '../../shared/desktop/menuCommands.ts';

/** What choosing an item of a menu does. */
export type MenuAction =
  | DesktopCommand
  /** Shows the window, at this address where there is one. */
  | { readonly do: 'show'; readonly address: string | null }
  | { readonly do: 'interface'; readonly id: MenuCommandId }
  | { readonly do: 'open-host' | 'copy-host'; readonly name: string }
  | { readonly do: 'capture'; readonly on: boolean }
  | { readonly do: 'quit' };

/** What the platform does by itself; named as Electron's roles. */
type Role =
  | 'about'
  | 'services'
  | 'hide'
  | 'hideOthers'
  | 'unhide'
  | 'close'
  | 'undo'
  | 'redo'
  | 'cut'
  | 'copy'
  | 'paste'
  | 'selectAll'
  | 'resetZoom'
  | 'zoomIn'
  | 'zoomOut'
  | 'togglefullscreen'
  | 'toggleDevTools'
  | 'minimize'
  | 'zoom'
  | 'front';

/** A menu as it is meant; how it is drawn is Electron's business. */
export type MenuItem =
  | { readonly kind: 'separator' }
  | { readonly kind: 'text'; readonly label: string }
  | { readonly kind: 'role'; readonly role: Role }
  | {
      readonly kind: 'action';
      readonly label: string;
      readonly action: MenuAction;
      /** As Electron's accelerators: `CommandOrControl+K`. */
      readonly key?: string;
      /** False: it cannot be chosen now. */
      readonly enabled?: boolean;
    }
  | {
      readonly kind: 'check';
      readonly label: string;
      readonly action: MenuAction;
      readonly checked: boolean;
      readonly enabled?: boolean;
    }
  | { readonly kind: 'menu'; readonly label: string; readonly items: readonly MenuItem[] };

export const separator: MenuItem = { kind: 'separator' };
