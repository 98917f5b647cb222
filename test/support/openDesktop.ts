import type { Page } from 'playwright-core';
import { desktopHome } from './desktopHome.ts';
import { engineIs } from './desktopPage.ts';
import { type Display, type SessionBus, startDisplay, startSessionBus } from './display.ts';
import { type Desktop, startDesktop } from './electron.ts';
import type { TemporaryDirectory } from './temporaryDirectory.ts';
import { startTrayHost, type TrayHost } from './trayHost.ts';

/** The app of one user with its window, on a display of its own. */
export interface OpenDesktop extends AsyncDisposable {
  readonly desktop: Desktop;
  readonly page: Page;
  /** Its BERTH_HOME. */
  readonly home: string;
}

/** The same beside a panel that has its icon. */
export interface DesktopWithTray extends OpenDesktop {
  readonly tray: TrayHost;
}

export interface OpenDesktopOptions {
  /** One to use, and to leave, instead of a fresh one. */
  readonly home?: TemporaryDirectory;
  /** Of the configuration file, as desktopHome takes it. */
  readonly config?: object;
  /** Whether the first steps are shown where there is no host. */
  readonly isFirst?: boolean;
  /** More of its environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Waits until the window is there and its proxy runs. */
export const openDesktop = (options: OpenDesktopOptions = {}): Promise<OpenDesktop> =>
  begin(options, async () => ({ env: {} }));

/** The same with a session bus and a panel on it. Needs 'dbus'. */
export const openDesktopWithTray = (options: OpenDesktopOptions = {}): Promise<DesktopWithTray> =>
  begin(options, async (keep) => {
    const bus: SessionBus = keep(await startSessionBus());
    const tray = keep(await startTrayHost(bus.env));
    return { env: bus.env, tray };
  });

/** @param beside what is to be there before the app; each part that it keeps is put away after the app. */
async function begin<Beside extends { readonly env: object }>(
  { home: given, config = {}, isFirst = false, env = {} }: OpenDesktopOptions,
  beside: (keep: <Part extends AsyncDisposable>(part: Part) => Part) => Promise<Beside>,
): Promise<OpenDesktop & Omit<Beside, 'env'>> {
  const parts: AsyncDisposable[] = [];
  const keep = <Part extends AsyncDisposable>(part: Part): Part => {
    parts.unshift(part);
    return part;
  };
  const dispose = async (): Promise<void> => {
    for (const part of parts.splice(0)) await part[Symbol.asyncDispose]();
  };
  try {
    const display: Display = keep(await startDisplay());
    const { env: besideEnv, ...more } = await beside(keep);
    const home = given ?? keep(await desktopHome({}, config));
    const desktop = keep(
      await startDesktop({ env: { ...display.env, ...besideEnv, ...env }, home: home.path }),
    );
    const page = await desktop.window();
    await engineIs(page, 'running');
    if (!isFirst) {
      await page.evaluate(`localStorage.setItem('berth.firstRun.1', 'true')`);
      await page.reload();
      await page.getByText(/running 127\./).waitFor();
    }
    return { desktop, page, home: home.path, ...more, [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}
