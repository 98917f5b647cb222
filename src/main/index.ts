/** The desktop's main process: one for a person, its guards before anything is shown, and its end. */
import { existsSync, mkdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { app, dialog, protocol, session } from 'electron';
import { directoriesFor } from '../core/system/directories.ts';
import { startDesktop } from './app/desktop.ts';
import { createSay } from './app/talk.ts';
import { guardContents } from './guards/contents.ts';
import { appScheme } from './guards/ownAddress.ts';
import { guardSession } from './guards/session.ts';
import { linkIn, linkScheme } from './links/deepLink.ts';
import { autostartLoginItem, hiddenFlag, systemLoginItem } from './login/loginItem.ts';
import { createServe } from './protocol/serve.ts';
import { noUpdates } from './updates/availability.ts';

/** Beside this bundle lies everything else that is built. */
const dist = __dirname;
const { env, platform } = process;
const say = createSay(process.stderr);

function run(): void {
  const directories = directoriesFor({ platform, env, home: homedir() });
  // What Chromium keeps goes with the rest of our files; so does the lock, one for each BERTH_HOME.
  const profile = join(directories.state, 'desktop');
  mkdirSync(profile, { recursive: true, mode: 0o700 });
  app.setName('Berth');
  app.setPath('userData', profile);
  // By what Windows knows whose notifications and task bar these are: the packages' own.
  if (platform === 'win32') app.setAppUserModelId('dev.berth.desktop');
  if (!app.requestSingleInstanceLock()) {
    say('it runs already: its window is shown');
    app.exit(0);
    return;
  }
  protocol.registerSchemesAsPrivileged([
    { scheme: appScheme, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
  app.on('web-contents-created', (_event, contents) => guardContents(contents));
  if (app.isPackaged) app.setAsDefaultProtocolClient(linkScheme);

  let link = linkIn(process.argv);
  app.on('open-url', (event, url) => {
    event.preventDefault();
    link = url;
  });
  // Closing the window leaves the proxy running.
  app.on('window-all-closed', () => undefined);
  let isOver = false;
  let isLeaving = false;
  let stopAll = async (): Promise<void> => undefined;
  /** Ends everything that was started, and then does what ends the app. */
  const leave = (end: () => void): void => {
    if (isLeaving) return;
    isLeaving = true;
    void stopAll().finally(() => {
      isOver = true;
      // Not inside of the event that was prevented: Electron would take that for its own answer.
      setImmediate(end);
    });
  };
  app.on('before-quit', (event) => {
    if (isOver) return;
    event.preventDefault();
    leave(() => app.quit());
  });

  const started = app.whenReady().then(async () => {
    await guardSession(session.defaultSession);
    protocol.handle(
      appScheme,
      createServe({ root: join(dist, 'renderer'), read: (path) => readFile(path) }),
    );
    const desktop = await startDesktop({
      directories,
      dist,
      loginItem: loginItem(),
      noUpdates: noUpdates({
        isPackaged: app.isPackaged,
        platform,
        env,
        hasFeed: existsSync(join(process.resourcesPath, 'app-update.yml')),
      }),
      loadUpdater: async () => (await import('electron-updater')).autoUpdater,
      isHidden:
        process.argv.includes(hiddenFlag) ||
        // macOS passes no words to what it starts at login.
        (platform === 'darwin' && app.getLoginItemSettings().wasOpenedAtLogin),
      link,
      leave,
      say,
    });
    stopAll = desktop.stop;
    app.on('second-instance', (_event, argv) => desktop.show(linkIn(argv)));
    app.on('open-url', (_event, url) => desktop.show(url));
    app.on('activate', () => desktop.show(null));
  });
  started.catch(giveUp);
}

function giveUp(error: unknown): void {
  const reason = error instanceof Error ? error.message : String(error);
  say(reason);
  dialog.showErrorBox('Berth cannot start', reason);
  app.exit(1);
}

function loginItem() {
  const argv = app.isPackaged ? [] : [app.getAppPath()];
  if (platform !== 'linux') return systemLoginItem(app, argv);
  const configHome = env['XDG_CONFIG_HOME'] || join(homedir(), '.config');
  return autostartLoginItem(configHome, [env['APPIMAGE'] || process.execPath, ...argv]);
}

try {
  run();
} catch (error) {
  giveUp(error);
}
