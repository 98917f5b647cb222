import type { UpdateState } from '../../shared/desktop/state.ts';
import { limits } from '../../shared/limits.ts';

/** The part of electron-updater that is used. */
export interface Updater {
  autoDownload: boolean;
  autoInstallOnAppQuit: boolean;
  on(event: 'checking-for-update' | 'update-not-available', listener: () => void): unknown;
  on(event: 'update-available', listener: (info: { readonly version: string }) => void): unknown;
  on(event: 'update-downloaded', listener: (info: { readonly version: string }) => void): unknown;
  on(event: 'download-progress', listener: (info: { readonly percent: number }) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  checkForUpdates(): Promise<unknown>;
  quitAndInstall(): void;
}

export interface Updates {
  readonly state: UpdateState;
  /** Looks now and every few hours, or does not any more. */
  set(on: boolean): void;
  check(): Promise<void>;
  /** Restarts with what was loaded; nothing else ever restarts. */
  install(): void;
  close(): void;
}

export interface UpdatesOptions {
  /** As `noUpdates` says. */
  readonly unavailable: string | null;
  readonly load: () => Promise<Updater>;
  readonly changed: (state: UpdateState) => void;
}

/** Loads what is new, and waits with it for the person: at the next start, or when they restart for it. */
export function createUpdates({ unavailable, load, changed }: UpdatesOptions): Updates {
  let state: UpdateState =
    unavailable === null ? { kind: 'off' } : { kind: 'unavailable', reason: unavailable };
  let updater: Promise<Updater> | null = null;
  let timer: NodeJS.Timeout | null = null;
  let version = '';

  function become(next: UpdateState): void {
    state = next;
    changed(next);
  }

  async function prepare(): Promise<Updater> {
    const loaded = await load();
    loaded.autoDownload = true;
    loaded.autoInstallOnAppQuit = true;
    loaded.on('checking-for-update', () => become({ kind: 'checking' }));
    loaded.on('update-not-available', () => become({ kind: 'current' }));
    loaded.on('update-available', (info) => {
      version = info.version;
      become({ kind: 'downloading', version, percent: 0 });
    });
    loaded.on('download-progress', ({ percent }) => {
      const whole = Math.floor(percent);
      if (state.kind !== 'downloading' || state.percent !== whole) {
        become({ kind: 'downloading', version, percent: whole });
      }
    });
    loaded.on('update-downloaded', (info) => become({ kind: 'ready', version: info.version }));
    loaded.on('error', (error) => failed(error));
    return loaded;
  }

  const failed = (error: unknown): void =>
    become({ kind: 'failed', reason: error instanceof Error ? error.message : String(error) });

  async function check(): Promise<void> {
    // What is loaded stays what is installed.
    if (unavailable !== null || state.kind === 'ready' || state.kind === 'downloading') return;
    try {
      updater ??= prepare();
      await (await updater).checkForUpdates();
    } catch (error) {
      failed(error);
    }
  }

  function stop(): void {
    if (timer !== null) clearInterval(timer);
    timer = null;
  }

  return {
    get state() {
      return state;
    },
    set: (on) => {
      stop();
      if (unavailable !== null) return;
      if (!on) {
        if (state.kind !== 'ready') become({ kind: 'off' });
        return;
      }
      timer = setInterval(() => void check(), limits.updateCheckMs);
      void check();
    },
    check,
    install: () => {
      if (state.kind === 'ready') void updater?.then((loaded) => loaded.quitAndInstall());
    },
    close: stop,
  };
}
