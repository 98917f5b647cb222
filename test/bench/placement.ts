import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { onPath } from '../support/runtimes.ts';

/**
 * Which cores run what, as `taskset -c` takes them. A proxy that waits for each event pays a wake-up for each write, so
 * that what it costs says little: each has one core for all its processes, which the load keeps busy from another core.
 */
export interface Placement {
  /** Null leaves all of them to the system. */
  readonly proxy: string | null;
  /** wrk, the backend, stores and the benchmark itself. */
  readonly load: string | null;
  /** Of what has two workers. */
  readonly pair: string | null;
  /** Whether two workers have cores that the load does not use. */
  readonly pairIsAlone: boolean;
}

export const unpinned: Placement = { proxy: null, load: null, pair: null, pairIsAlone: false };

/** With taskset and two cores at least; else nothing is pinned. */
export function planPlacement(): Placement {
  const cores = availableParallelism();
  if (cores < 2 || !onPath('taskset')) return unpinned;
  const pairIsAlone = cores >= 4;
  return { proxy: '0', load: pairIsAlone ? '2,3' : '1', pair: '0,1', pairIsAlone };
}

/** Moves this process, and what it starts from now on, to these cores. */
export function moveTo(cores: string | null): void {
  if (cores === null) return;
  spawnSync('taskset', ['-a', '-c', '-p', cores, String(process.pid)], { stdio: 'ignore' });
}

/** The command line that runs a program on these cores. */
export const pinned = (
  cores: string | null,
  program: string,
  parameters: readonly string[],
): readonly [string, readonly string[]] =>
  cores === null ? [program, parameters] : ['taskset', ['-c', cores, program, ...parameters]];
