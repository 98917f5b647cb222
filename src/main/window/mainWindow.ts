import { BrowserWindow, nativeTheme, screen } from 'electron';
import { channels } from '../../shared/desktop/channels.ts';
import { limits } from '../../shared/limits.ts';
import { isOwnAddress, startAddress } from '../guards/ownAddress.ts';
import { leastSize, type Place, placeOn } from './place.ts';

export interface MainWindowOptions {
  /** The built preload script. */
  readonly preload: string;
  readonly icon: string;
  readonly withDevTools: boolean;
  readonly place: Place;
  readonly placed: (place: Place) => void;
  /** The person has closed it; not so when the app quits. */
  readonly closed: () => void;
  /** Its page is gone, by closing or by a crash: what it had open with it. */
  readonly pageGone: () => void;
  readonly say: (line: string) => void;
}

/** The one window: made when it is to be shown, gone when it is closed. */
export interface MainWindow {
  /** Of its contents, for messages; null while there is none. */
  readonly id: number | null;
  readonly isFocused: boolean;
  /** Brings it to the front, at this address of the interface where there is one. */
  show(address?: string): void;
  /** Sends to its page, once there is one; nothing where there is no window. */
  send(channel: string, value: unknown): void;
  /** Puts it away for good, whatever its page says to that. */
  close(): void;
}

const backgrounds = { dark: '#131416', light: '#fbfbfa' } as const;

/** Milliseconds between two crashes of the page after which it is not loaded again. */
const crashLoopMs = 10_000;

export function createMainWindow(options: MainWindowOptions): MainWindow {
  let window: BrowserWindow | null = null;
  let place = options.place;
  let keepPlace = (): void => undefined;

  function open(address: string | undefined): BrowserWindow {
    const made = new BrowserWindow({
      ...placeOn(place, screensNow()),
      minWidth: leastSize.width,
      minHeight: leastSize.height,
      show: false,
      title: 'Berth',
      icon: options.icon,
      backgroundColor: backgrounds[nativeTheme.shouldUseDarkColors ? 'dark' : 'light'],
      webPreferences: {
        preload: options.preload,
        contextIsolation: true,
        sandbox: true,
        nodeIntegration: false,
        nodeIntegrationInWorker: false,
        nodeIntegrationInSubFrames: false,
        webviewTag: false,
        navigateOnDragDrop: false,
        spellcheck: false,
        devTools: options.withDevTools,
      },
    });
    window = made;
    if (place.isMaximized) made.maximize();
    made.once('ready-to-show', () => made.show());
    remember(made);
    made.on('closed', () => {
      window = null;
      options.pageGone();
      options.closed();
    });
    let crashedAt = Number.NEGATIVE_INFINITY;
    made.webContents.on('render-process-gone', (_event, { reason }) => {
      options.pageGone();
      if (reason === 'clean-exit') return;
      options.say(`the window's page ended: ${reason}`);
      const now = performance.now();
      const isLoop = now - crashedAt <= crashLoopMs;
      crashedAt = now;
      // Not inside of the event: the page that is gone is still being put away.
      setImmediate(() => {
        if (made.isDestroyed()) return;
        if (isLoop) made.destroy();
        else made.webContents.reload();
      });
    });
    // An empty page is the one that nobody is asked about before it is there.
    made.webContents.on('did-navigate', (_event, url) => {
      if (!isOwnAddress(url)) load(made);
    });
    load(made, address);
    return made;
  }

  function load(into: BrowserWindow, address = ''): void {
    const target = address === '' ? startAddress : `${startAddress}#${address}`;
    into.loadURL(target).catch((error: unknown) => {
      if (!into.isDestroyed()) options.say(`the interface cannot be loaded: ${String(error)}`);
    });
  }

  function remember(of: BrowserWindow): void {
    let timer: NodeJS.Timeout | null = null;
    const keep = (): void => {
      if (timer !== null) clearTimeout(timer);
      timer = null;
      if (of.isDestroyed() || of.isMinimized() || of.isFullScreen()) return;
      place = { bounds: of.getNormalBounds(), isMaximized: of.isMaximized() };
      options.placed(place);
    };
    const later = (): void => {
      timer ??= setTimeout(keep, limits.windowWriteMs);
    };
    of.on('resize', later);
    of.on('move', later);
    of.on('maximize', later);
    of.on('unmaximize', later);
    of.on('close', keep);
    keepPlace = keep;
  }

  return {
    get id() {
      return window?.webContents.id ?? null;
    },
    get isFocused() {
      return window?.isFocused() ?? false;
    },
    show: (address) => {
      if (window === null) {
        open(address);
        return;
      }
      if (window.isMinimized()) window.restore();
      window.show();
      window.focus();
      if (address !== undefined) sendTo(window, channels.navigate, address);
    },
    send: (channel, value) => {
      if (window !== null) sendTo(window, channel, value);
    },
    close: () => {
      if (window === null) return;
      // It is not asked, and so has no chance to say where it was.
      keepPlace();
      window.destroy();
    },
  };
}

function sendTo(window: BrowserWindow, channel: string, value: unknown): void {
  const { webContents } = window;
  if (webContents.isLoadingMainFrame()) {
    webContents.once('did-finish-load', () => webContents.send(channel, value));
  } else if (!webContents.isCrashed()) webContents.send(channel, value);
}

/** What windows may cover of each screen; the primary one first. */
function screensNow() {
  const primary = screen.getPrimaryDisplay();
  const others = screen.getAllDisplays().filter(({ id }) => id !== primary.id);
  return [primary, ...others].map(({ workArea }) => workArea);
}
