import { open } from 'node:fs/promises';
import { limits } from '../../../shared/limits.ts';
import type { Container } from '../../../shared/model/container.ts';
import { isResolver, type Listener, listenersIn } from './sockets.ts';

/** What goes on in a container, as far as this machine sees it. */
export interface Inside {
  readonly listeners: readonly Listener[];
  /** Command lines of its processes, the main one first; empty where they cannot be read. */
  readonly commands: readonly string[];
}

/** Reads a file of /proc; rejects where it is not there, or may not be read. */
export type ReadProc = (path: string) => Promise<string>;

/** Looks into a container; null where it cannot be seen from here. Never rejects. */
export type LookInside = (container: Container) => Promise<Inside | null>;

/** Reads what a container listens on by the process that its engine names. */
export async function lookInside(
  container: Container,
  read: ReadProc = readProc,
): Promise<Inside | null> {
  const { pid, id } = container;
  if (pid === null || !Number.isSafeInteger(pid) || pid <= 0) return null;
  const root = `/proc/${pid}`;
  const text = (path: string): Promise<string | null> => read(path).catch(() => null);
  // The number may be that of a process on another machine, or of another one by now.
  const cgroup = await text(`${root}/cgroup`);
  if (cgroup === null || !cgroup.includes(id)) return null;
  const tables = await Promise.all([text(`${root}/net/tcp`), text(`${root}/net/tcp6`)]);
  if (tables.every((table) => table === null)) return null;
  const listeners = tables.flatMap((table) => listenersIn(table ?? ''));
  return {
    listeners: listeners.filter((listener) => !isResolver(listener)),
    commands: await commandsOf(pid, text),
  };
}

/** The command lines of a process and of those that it started. */
async function commandsOf(
  pid: number,
  text: (path: string) => Promise<string | null>,
): Promise<readonly string[]> {
  const found: string[] = [];
  const queue = [pid];
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    if (found.length >= limits.maxReachProcesses) break;
    const line = await text(`/proc/${next}/cmdline`);
    // Patterns are looked for in it, which takes the square of its length.
    const head = line?.slice(0, limits.maxReachCommandChars);
    if (head !== undefined) found.push(head.replaceAll('\0', ' ').trim());
    const children = await text(`/proc/${next}/task/${next}/children`);
    queue.push(...(children ?? '').split(' ').filter(Boolean).map(Number));
  }
  return found;
}

/** At most so much of a file that a container can make as long as it likes. */
async function readProc(path: string): Promise<string> {
  const file = await open(path);
  try {
    const parts: Buffer[] = [];
    let bytes = 0;
    const buffer = Buffer.alloc(64 * 1024);
    while (bytes < limits.maxSocketTableBytes) {
      const { bytesRead } = await file.read(buffer, 0, buffer.length, null);
      if (bytesRead === 0) break;
      parts.push(Buffer.from(buffer.subarray(0, bytesRead)));
      bytes += bytesRead;
    }
    return Buffer.concat(parts).toString(path.includes('/net/') ? 'latin1' : 'utf8');
  } finally {
    await file.close();
  }
}
