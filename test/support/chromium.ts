import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { temporaryDirectory } from './temporaryDirectory.ts';

/** A real browser without a window, on one page. */
export interface Browser extends AsyncDisposable {
  /** What it said on standard error so far. */
  readonly said: string;
}

export interface BrowserOptions {
  readonly url: string;
  /** As `--host-resolver-rules` takes them: `MAP evil.example 127.0.0.1`. */
  readonly names: readonly string[];
  /** Address of a script that says which proxy is asked for what; without one, none is. */
  readonly proxyScript?: string;
  /** Takes every certificate. */
  readonly trustsAll?: boolean;
}

/** Opens a page in a Chromium with a fresh profile. It needs no network but what `names` map to this machine, or a proxy. */
export async function openBrowser({
  url,
  names,
  proxyScript,
  trustsAll = false,
}: BrowserOptions): Promise<Browser> {
  const profile = await temporaryDirectory();
  const child = spawn(
    'chromium',
    [
      ...['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
      ...['--no-first-run', '--disable-background-networking'],
      proxyScript === undefined ? '--no-proxy-server' : `--proxy-pac-url=${proxyScript}`,
      ...(trustsAll ? ['--ignore-certificate-errors'] : []),
      ...['--disable-component-update', '--disable-sync', '--mute-audio'],
      `--user-data-dir=${profile.path}`,
      `--host-resolver-rules=${names.join(',')}`,
      url,
    ],
    { stdio: ['ignore', 'ignore', 'pipe'], detached: true },
  );
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (part: string) => {
    said = (said + part).slice(-10_000);
  });
  const ended = once(child, 'close');
  const killNow = (): void => killAll(child);
  process.once('exit', killNow);
  return {
    get said() {
      return said;
    },
    [Symbol.asyncDispose]: async () => {
      process.off('exit', killNow);
      killNow();
      await ended;
      // Its helpers may write to the profile for another moment.
      await rm(profile.path, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
    },
  };
}

/** The browser and its helper processes: they are one group. */
function killAll({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Gone already.
  }
}
