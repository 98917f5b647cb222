import { accessSync, constants as modes, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import type { SignalSource, World } from '../world.ts';
import { fetchElectron } from './fetchElectron.ts';
import { planDesktop, type Surroundings } from './plan.ts';

/** What became of the wish for a window. */
export type WindowOutcome =
  | { readonly kind: 'closed'; readonly exitCode: number }
  /** There was none, and nothing runs. `why` is a part of a sentence. */
  | { readonly kind: 'none'; readonly why: string };

/**
 * Starts the desktop and waits until it has ended. It is a process of its own session, so that Ctrl-C reaches it once:
 * as the signal that is passed on. (Chromium takes a second one for an order to die.)
 *
 * @param root directory of Berth itself
 */
export async function openDesktop(world: World, root: string): Promise<WindowOutcome> {
  const surroundings = surroundingsOf(world, root);
  let plan = planDesktop(surroundings);
  if (plan.kind === 'fetch') {
    const failure = await fetched(plan.script, world);
    if (failure !== null) return failure;
    plan = planDesktop(surroundings);
  }
  if (plan.kind === 'fetch') return { kind: 'none', why: "Electron's program did not come" };
  if (plan.kind === 'none') return plan;
  const { spawn } = await import('node:child_process');
  const { ELECTRON_RUN_AS_NODE: _, ...env } = world.env;
  const child = spawn(plan.program, plan.argv, {
    env,
    // What Electron says is talk.
    stdio: ['ignore', 2, 2],
    detached: world.platform !== 'win32',
  });
  let isAsked = false;
  const deafen = passOn(world.signals, (signal) => {
    isAsked = true;
    child.kill(signal);
  });
  return await new Promise<WindowOutcome>((resolve) => {
    child.once('error', ({ message }) => {
      resolve({ kind: 'none', why: `Electron cannot be started (${message})` });
    });
    child.once('exit', (code, signal) => {
      if (code === unloadable && world.platform === 'linux') {
        resolve({ kind: 'none', why: 'this system lacks a library that Electron needs' });
        return;
      }
      if (signal !== null && !isAsked) world.stderr.write(`berth: the desktop died by ${signal}\n`);
      resolve({ kind: 'closed', exitCode: code ?? 128 + constants.signals[signal ?? 'SIGTERM'] });
    });
  }).finally(deafen);
}

/** Fetches Electron's program; null when it is there. A signal ends it, and Berth. */
async function fetched(script: string, world: World): Promise<WindowOutcome | null> {
  world.stderr.write('berth: fetching Electron, some 100 MB; this happens once\n');
  const giving = new AbortController();
  const deafen = passOn(world.signals, (signal) => giving.abort(signal));
  const why = await fetchElectron(script, giving.signal).finally(deafen);
  if (giving.signal.aborted) return { kind: 'closed', exitCode: 130 };
  return why === null ? null : { kind: 'none', why: `Electron could not be fetched: ${why}` };
}

/** What the loader of ELF programs exits with when it does not find a library. */
const unloadable = 127;

/** @returns ends it */
function passOn(source: SignalSource, send: (signal: NodeJS.Signals) => void): () => void {
  const listeners = (['SIGINT', 'SIGTERM', 'SIGHUP'] as const).map((signal) => {
    const listener = (): void => send(signal);
    source.on(signal, listener);
    return [signal, listener] as const;
  });
  return () => {
    for (const [signal, listener] of listeners) source.off(signal, listener);
  };
}

function surroundingsOf({ env, platform, isRoot }: World, root: string): Surroundings {
  return {
    env,
    platform,
    isRoot,
    root,
    execPath: process.execPath,
    isElectron: process.versions['electron'] !== undefined,
    electronPackage: resolved('electron/package.json', root),
    exists: (path) => {
      try {
        accessSync(path, modes.X_OK);
        return true;
      } catch {
        return false;
      }
    },
    readText: (path) => {
      try {
        return readFileSync(path, 'utf8');
      } catch {
        return null;
      }
    },
    isSetuidRoot: (path) => {
      const status = statSync(path, { throwIfNoEntry: false });
      return status?.uid === 0 && (status.mode & 0o4000) !== 0;
    },
  };
}

/** Directory of a package as Berth sees it, by its package.json; null where it is not installed. */
function resolved(description: string, root: string): string | null {
  try {
    return dirname(createRequire(join(root, 'package.json')).resolve(description));
  } catch {
    return null;
  }
}
