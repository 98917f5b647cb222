import { readFileSync } from 'node:fs';

/** Clock ticks a second, as every Linux this runs on has them. */
const ticksPerSecond = 100;

/** Seconds of processor time that a process has used; 0 when it is gone. Needs Linux. */
export function cpuSecondsOf(pid: number): number {
  try {
    // proc(5): utime and stime are fields 14 and 15; the name before may hold spaces.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ');
    return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
  } catch {
    return 0;
  }
}
