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
  let loaded: Updater | null = null;
  let isOn = false;
  /** Whether what the updater says counts: while it is on, and after a look by hand. */
  let isHeard = false;
  let timer: NodeJS.Timeout | null = null;
  let version = '';

  function become(next: UpdateState): void {
    state = next;
    changed(next);
  }

  /** What the updater says; it goes on with what it had begun when it is switched off. */
  function told(next: UpdateState): void {
    if (isHeard) become(next);
  }

  function instruct(): void {
    if (loaded === null) return;
    loaded.autoDownload = isHeard;
    loaded.autoInstallOnAppQuit = isOn;
  }

  async function prepare(): Promise<Updater> {
    const made = await load();
    made.on('checking-for-update', () => told({ kind: 'checking' }));
    made.on('update-not-available', () => told({ kind: 'current' }));
    made.on('update-available', (info) => {
      version = info.version;
      told({ kind: 'downloading', version, percent: 0 });
    });
    made.on('download-progress', ({ percent }) => {
      const whole = Math.floor(percent);
      if (state.kind !== 'downloading' || state.percent !== whole) {
        told({ kind: 'downloading', version, percent: whole });
      }
    });
    made.on('update-downloaded', (info) => told({ kind: 'ready', version: info.version }));
    made.on('error', (error) => failed(error));
    loaded = made;
    instruct();
    return made;
  }

  const failed = (error: unknown): void =>
    told({ kind: 'failed', reason: error instanceof Error ? error.message : String(error) });

  async function check(): Promise<void> {
    // What is loaded stays what is installed.
    if (unavailable !== null || state.kind === 'ready' || state.kind === 'downloading') return;
    isHeard = true;
    instruct();
    try {
      updater ??= prepare();
      const prepared = await updater;
      // It may have been switched off meanwhile.
      if (isHeard) await prepared.checkForUpdates();
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
      isOn = on;
      if (!on) {
        isHeard = false;
        instruct();
        become({ kind: 'off' });
        return;
      }
      instruct();
      timer = setInterval(() => void check(), limits.updateCheckMs);
      void check();
    },
    check,
    install: () => {
      if (state.kind === 'ready') loaded?.quitAndInstall();
    },
    close: stop,
  };
}
