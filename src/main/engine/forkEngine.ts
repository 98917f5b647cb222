import { fork } from 'node:child_process';
import type { EngineEnd } from './endReason.ts';
import type { EngineProcess } from './engineProcess.ts';
import { createLastLines } from './lastLines.ts';

export interface ForkOptions {
  /** The built command line. */
  readonly program: string;
  readonly platform: NodeJS.Platform;
  /** Hears what the instance says to people, besides. */
  readonly say: (text: string) => void;
}

/** Milliseconds after its end in which the last that it said arrives. */
const lastWordsMs = 100;

/** Starts the supervisor as a child that ends with this process, however this one ends. */
export function forkEngine({ program, platform, say }: ForkOptions): EngineProcess {
  const child = fork(program, ['--headless', '--for-desktop'], {
    // The channel is what it sees the end of this process by.
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const last = createLastLines();
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    last.add(text);
    say(text);
  });
  const ended = new Promise<EngineEnd>((resolve) => {
    child.once('error', (error) => {
      last.add(`berth: error: ${error.message}\n`);
      if (child.pid === undefined) resolve({ code: null, signal: null, lines: last.lines });
    });
    child.once('exit', (code, signal) => {
      const told = (): void => resolve({ code, signal, lines: last.lines });
      child.once('close', told);
      // Its workers may hold the pipe for longer than it lives: what counts is its own end.
      setTimeout(told, lastWordsMs);
    });
  });
  // Signals end a process of Windows at once; the loss of its channel lets it put away what it has open.
  const leave = (): void => {
    if (child.connected) child.disconnect();
  };
  const signal = (name: NodeJS.Signals): void => {
    if (platform === 'win32') leave();
    else child.kill(name);
  };
  return {
    pid: child.pid ?? 0,
    ended,
    stop: () => signal('SIGTERM'),
    stopNow: () => {
      // Another signal than the first: two of one kind may arrive as one.
      signal('SIGTERM');
      signal('SIGINT');
    },
    kill: () => void child.kill('SIGKILL'),
  };
}
