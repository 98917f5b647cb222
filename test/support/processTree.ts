import { readdirSync, readFileSync } from 'node:fs';

/** Processes below a process, at any depth, that run; needs Linux. */
export function descendantsOf(pid: number): readonly number[] {
  const below = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const parent = parentOf(Number(name));
    if (parent === null) continue;
    below.set(parent, [...(below.get(parent) ?? []), Number(name)]);
  }
  const found: number[] = [];
  const open = [pid];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const children = below.get(next) ?? [];
    found.push(...children);
    open.push(...children);
  }
  return found;
}

/** Of a process that runs; null for one that has ended, even when nobody has waited for it. */
function parentOf(pid: number): number | null {
  try {
    const fields = /^\d+ \(.*\) (\S) (\d+)/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'));
    return fields === null || /[ZX]/.test(fields[1] ?? '') ? null : Number(fields[2]);
  } catch {
    return null;
  }
}
