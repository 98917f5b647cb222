import { mkdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writeWhole } from '../../core/system/writeWhole.ts';
import { autostartEntry } from './autostart.ts';

/** Whether the app starts when its person logs in. */
export interface LoginItem {
  isOn(): Promise<boolean>;
  /** Rejects where the system does not let it. */
  set(on: boolean): Promise<void>;
}

/** The word with which the app starts without its window. */
export const hiddenFlag = '--hidden';

/** The part of Electron's app that Windows and macOS need. */
export interface LoginApp {
  getLoginItemSettings(options: { args: string[] }): { readonly openAtLogin: boolean };
  setLoginItemSettings(settings: { openAtLogin: boolean; args: string[] }): void;
}

export function systemLoginItem(app: LoginApp, argv: readonly string[]): LoginItem {
  const args = [...argv, hiddenFlag];
  return {
    isOn: async () => app.getLoginItemSettings({ args }).openAtLogin,
    set: async (on) => app.setLoginItemSettings({ openAtLogin: on, args }),
  };
}

/**
 * Linux has a directory of programs to start.
 *
 * @param configHome `~/.config`, or what stands for it
 * @param command the program and its arguments
 */
export function autostartLoginItem(configHome: string, command: readonly string[]): LoginItem {
  const file = join(configHome, 'autostart', 'berth.desktop');
  return {
    isOn: async () => {
      const text = await readFile(file, 'utf8').catch(() => '');
      return text !== '' && !/^(Hidden=true|X-GNOME-Autostart-enabled=false)$/m.test(text);
    },
    set: async (on) => {
      if (!on) return await rm(file, { force: true });
      await mkdir(dirname(file), { recursive: true, mode: 0o700 });
      await writeWhole(file, autostartEntry([...command, hiddenFlag]), { mode: 0o600 });
    },
  };
}
