import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { app, clipboard, ipcMain, Menu, shell } from 'electron';
import {
  type ControlClient,
  connectControl,
  controlSocket,
  openSocket,
} from '../../core/client/index.ts';
import { type Directories, ensureDirectories } from '../../core/system/directories.ts';
import type { HealthEvent } from '../../shared/contract/health.ts';
import { channels } from '../../shared/desktop/channels.ts';
import type { DesktopSettings, DesktopState, EngineState } from '../../shared/desktop/state.ts';
import { limits } from '../../shared/limits.ts';
import { version } from '../../shared/version.ts';
import { createPerform } from '../commands/perform.ts';
import { createEngine } from '../engine/engine.ts';
import { forkEngine } from '../engine/forkEngine.ts';
import { terminate } from '../engine/terminate.ts';
import { followInstance } from '../instance/followInstance.ts';
import type { InstanceView } from '../instance/instanceView.ts';
import { installIpc } from '../ipc/install.ts';
import { addressOfLink } from '../links/deepLink.ts';
import type { LoginItem } from '../login/loginItem.ts';
import { applicationMenu } from '../menu/applicationMenu.ts';
import type { MenuAction } from '../menu/item.ts';
import { templateOf } from '../menu/template.ts';
import { createGather } from '../notifications/gather.ts';
import { healthNews } from '../notifications/healthNews.ts';
import { createNotifier } from '../notifications/notifier.ts';
import { createRelays } from '../relay/relays.ts';
import { readJson, writeJson } from '../settings/jsonFile.ts';
import { openSettings } from '../settings/settings.ts';
import { createTray } from '../tray/tray.ts';
import { trayIcon, trayTip } from '../tray/trayLook.ts';
import { trayMenu } from '../tray/trayMenu.ts';
import { createUpdates, type Updater } from '../updates/updates.ts';
import { createMainWindow } from '../window/mainWindow.ts';
import { placeSchema } from '../window/place.ts';
import { createReveal } from './reveal.ts';

export interface DesktopOptions {
  readonly directories: Directories;
  /** The directory of everything that is built. */
  readonly dist: string;
  readonly loginItem: LoginItem;
  /** As `noUpdates` says. */
  readonly noUpdates: string | null;
  readonly loadUpdater: () => Promise<Updater>;
  /** Whether it starts without its window. */
  readonly isHidden: boolean;
  /** A link of berth:// with which it was started, or null. */
  readonly link: string | null;
  /** Calls `stop`, and then what ends the app. */
  readonly leave: (end: () => void) => void;
  readonly say: (line: string) => void;
}

export interface Desktop {
  /** Brings the window to the front, where a link leads to if there is one. */
  show(link: string | null): void;
  /** Ends everything that was started here. */
  stop(): Promise<void>;
}

/** Puts the desktop together; to be called when Electron is ready. */
export async function startDesktop(options: DesktopOptions): Promise<Desktop> {
  const { directories, dist, loginItem, say } = options;
  await ensureDirectories(directories);
  const placeFile = join(directories.state, 'window.json');
  const [settings, place] = await Promise.all([
    openSettings(join(directories.config, 'desktop.json'), say),
    readJson(placeFile, placeSchema),
  ]);
  const platform =
    process.platform === 'darwin' || process.platform === 'win32' ? process.platform : 'linux';
  const icons = join(dist, 'icons');
  const address = { socket: controlSocket(directories) };
  let isQuitting = false;
  let client: ControlClient | null = null;
  let view: InstanceView | null = null;
  let stopFollowing = (): void => undefined;

  const relays = createRelays(async () => {
    // A page that is there first waits, instead of hearing that there is nobody.
    await engine.settled;
    return await openSocket(address);
  });
  const notifier = createNotifier({ icon: join(icons, 'app.png'), show: (to) => window.show(to) });
  const window = createMainWindow({
    preload: join(dist, 'preload.cjs'),
    icon: join(icons, 'app.png'),
    withDevTools: !app.isPackaged,
    place: place.value,
    placed: (next) => void writeJson(placeFile, next).catch(complain),
    pageGone: () => relays.closeAll(),
    closed: sayThatItGoesOn,
    say,
  });
  const news = createGather<HealthEvent>(
    { ms: limits.notificationMs, most: limits.maxQueuedHealthEvents },
    (events) => {
      if (!settings.value.notifications) return;
      for (const one of healthNews(events)) notifier.tell(one);
    },
  );
  const delay = (ms: number, signal?: AbortSignal): Promise<void> =>
    wait(ms, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
  const engine = createEngine({
    connect: () => connectControl(address),
    fork: () =>
      forkEngine({
        program: join(dist, 'cli.cjs'),
        platform: process.platform,
        say: (text) => void process.stderr.write(text),
      }),
    ...terminate,
    delay,
    changed: engineChanged,
    connected: (next) => {
      stopFollowing();
      client = next;
      view = null;
      if (next !== null) {
        stopFollowing = followInstance({
          client: next,
          changed: (seen) => {
            view = seen;
            draw();
          },
          healthChanged: news.add,
          delay,
        });
      }
      draw();
    },
  });
  const updates = createUpdates({
    unavailable: options.noUpdates,
    load: options.loadUpdater,
    changed: stateChanged,
  });
  const perform = createPerform({
    engine,
    updates: {
      check: updates.check,
      install: () => {
        if (updates.state.kind === 'ready') options.leave(updates.install);
      },
    },
    api: () => client?.api ?? null,
    settle,
    openExternal: (url) => shell.openExternal(url),
    copy: (text) => clipboard.writeText(text),
    reveal: createReveal(directories, () => view?.status.accessLog ?? null),
    show: (to) => window.show(to ?? undefined),
    askInterface: (id) => {
      window.show();
      window.send(channels.menu, id);
    },
    quit: () => app.quit(),
  });
  const tray = createTray({ icons, platform, perform: choose });
  let drawnMenu = '';

  function state(): DesktopState {
    return {
      platform,
      version,
      engine: engine.state,
      settings: settings.value,
      update: updates.state,
    };
  }

  function stateChanged(): void {
    window.send(channels.state, state());
    draw();
  }

  function draw(): void {
    if (isQuitting) return;
    const inputs = { ...state(), view };
    tray.draw({ icon: trayIcon(inputs), tip: trayTip(inputs), menu: trayMenu(inputs) });
    const menu = applicationMenu({ ...inputs, isPackaged: app.isPackaged });
    const text = JSON.stringify(menu);
    if (text === drawnMenu) return;
    drawnMenu = text;
    Menu.setApplicationMenu(Menu.buildFromTemplate(templateOf(menu, choose)));
  }

  function engineChanged(next: EngineState): void {
    stateChanged();
    if (next.kind === 'crashed' && settings.value.notifications && !window.isFocused) {
      notifier.tell({ title: 'The proxy has failed', body: next.reason, address: '/hosts' });
    }
  }

  /** What was chosen in a menu has no one to reject to but the person. */
  function choose(action: MenuAction): void {
    perform(action).catch((error: unknown) => {
      complain(error);
      const body = error instanceof Error ? error.message : String(error);
      notifier.tell({ title: 'This could not be done', body, address: null });
    });
  }

  async function settle(patch: Partial<DesktopSettings>): Promise<void> {
    if (patch.openAtLogin !== undefined) await loginItem.set(patch.openAtLogin);
    const kept = settings.change(patch);
    if (patch.updates !== undefined) updates.set(patch.updates);
    stateChanged();
    await kept;
  }

  function sayThatItGoesOn(): void {
    if (isQuitting || settings.value.toldOfTray) return;
    notifier.tell(
      {
        title: 'Berth goes on running',
        body: 'Its icon beside the clock, or starting it again, brings the window back.',
        address: null,
      },
      () => {
        settings.note({ toldOfTray: true }).catch(complain);
        stateChanged();
      },
    );
  }

  function complain(error: unknown): void {
    say(error instanceof Error ? error.message : String(error));
  }

  function show(link: string | null): void {
    window.show(link === null ? undefined : (addressOfLink(link) ?? undefined));
  }

  installIpc({ ipc: ipcMain, windowId: () => window.id, perform, state, relays, say });
  draw();
  if (!options.isHidden || options.link !== null) show(options.link);
  void (settings.value.startEngine ? engine.start() : engine.stop()).catch(complain);
  updates.set(settings.value.updates);
  // It may have been switched off by the system's own settings.
  void loginItem
    .isOn()
    .then(async (on) => {
      if (on === settings.value.openAtLogin) return;
      const noted = settings.note({ openAtLogin: on });
      stateChanged();
      await noted;
    })
    .catch(complain);

  return {
    show,
    stop: async () => {
      isQuitting = true;
      // At once, though requests may take a moment to finish.
      window.close();
      updates.close();
      news.close();
      await engine.quit();
      stopFollowing();
      relays.closeAll();
      tray.close();
    },
  };
}
