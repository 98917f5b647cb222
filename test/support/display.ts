import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { isLinux } from './requirement.ts';
import { temporaryDirectory } from './temporaryDirectory.ts';

/** Somewhere for windows to open. */
export interface Display extends AsyncDisposable {
  /** What programs need in their environment to find it; empty where the platform has a screen of its own. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Starts an X server without a screen on a display that is free, and waits until it takes connections. One is enough for
 * all windows of a test file.
 *
 * @param size pixels, as `1400x1000`
 */
export async function startDisplay(size = '1400x1000'): Promise<Display> {
  if (!isLinux) return { env: {}, [Symbol.asyncDispose]: async () => {} };
  const server = await startTelling('Xvfb', [
    ...['-displayfd', '3', '-screen', '0', `${size}x24`],
    ...['-nolisten', 'tcp', '-noreset', '-dpi', '96'],
  ]);
  return {
    env: { DISPLAY: `:${server.told}`, GDK_BACKEND: 'x11' },
    [Symbol.asyncDispose]: server.stop,
  };
}

/** A D-Bus session bus of its own, with nobody on it. */
export interface SessionBus extends AsyncDisposable {
  readonly env: { readonly DBUS_SESSION_BUS_ADDRESS: string };
}

export async function startSessionBus(): Promise<SessionBus> {
  const directory = await temporaryDirectory();
  const daemon = await startTelling('dbus-daemon', [
    ...['--session', '--nofork', '--nopidfile', '--print-address=3'],
    `--address=unix:path=${directory.path}/bus`,
  ]);
  return {
    env: { DBUS_SESSION_BUS_ADDRESS: daemon.told },
    [Symbol.asyncDispose]: async () => {
      await daemon.stop();
      await directory[Symbol.asyncDispose]();
    },
  };
}

/** Starts a server that tells on descriptor 3, in a line, where it is. */
async function startTelling(
  program: string,
  argv: readonly string[],
): Promise<{ readonly told: string; readonly stop: () => Promise<void> }> {
  // It ends with this process however that ends: a test that hangs is killed without a chance to clean up.
  const [command, ...words] = isLinux ? ['setpriv', '--pdeathsig', 'TERM', program] : [program];
  const child = spawn(command ?? program, [...words, ...argv], {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  });
  const killNow = (): void => void child.kill('SIGKILL');
  process.once('exit', killNow);
  const ended = once(child, 'close');
  let complaint = '';
  child.stderr?.setEncoding('utf8').on('data', (part: string) => {
    complaint = (complaint + part).slice(-2000);
  });
  const told = await Promise.race([firstLine(child.stdio[3] as Readable), ended.then(() => null)]);
  if (told === null) throw new Error(`${program} ended: ${complaint}`);
  return {
    told,
    stop: async () => {
      process.off('exit', killNow);
      child.kill('SIGTERM');
      await ended;
    },
  };
}

async function firstLine(stream: Readable): Promise<string | null> {
  let text = '';
  for await (const part of stream.setEncoding('utf8')) {
    text += String(part);
    const end = text.indexOf('\n');
    if (end >= 0) return text.slice(0, end).trim();
  }
  return null;
}
