import { open, readdir, readlink } from 'node:fs/promises';
import { limits } from '../../../shared/limits.ts';
import type { Container } from '../../../shared/model/container.ts';
import { isIn } from './networks.ts';
import { isResolver, type Listener, socketsIn } from './sockets.ts';

/** What goes on in a container, as far as this machine sees it. */
export interface Inside {
  readonly listeners: readonly Listener[];
  /** Command lines of its processes, the main one first; empty where they cannot be read. */
  readonly commands: readonly string[];
}

/** Reads a file of /proc; rejects where it is not there, or may not be read. */
export type ReadProc = (path: string) => Promise<string>;

/** What the links of a folder of /proc lead to; rejects where it is not there, or may not be read. */
type ReadLinks = (directory: string) => Promise<readonly string[]>;

/** Looks into a container; null where it cannot be seen from here. Never rejects. */
export type LookInside = (container: Container) => Promise<Inside | null>;

/** Reads what a container listens on by the process that its engine names. */
export async function lookInside(
  container: Container,
  read: ReadProc = readProc,
  links: ReadLinks = readLinks,
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
  const { pids, commands } = await processesOf(pid, text);
  const all = tables.flatMap((table) => socketsIn(table ?? ''));
  // On the network of its machine the tables are those of the machine: what others listen on is none of its ports.
  const own = isIn(container, 'host') ? await inodesOf(pids, links) : null;
  const listeners = all
    .filter(({ inode }) => own === null || own.has(inode))
    .map(({ address, port }) => ({ address, port }));
  return { listeners: listeners.filter((listener) => !isResolver(listener)), commands };
}

async function inodesOf(pids: readonly number[], links: ReadLinks): Promise<ReadonlySet<string>> {
  const targets = await Promise.all(pids.map((pid) => links(`/proc/${pid}/fd`).catch(() => [])));
  return new Set(targets.flat().flatMap((to) => /^socket:\[(\d+)\]$/.exec(to)?.[1] ?? []));
}

/** A process and those that it started, with their command lines. */
async function processesOf(
  pid: number,
  text: (path: string) => Promise<string | null>,
): Promise<{ readonly pids: readonly number[]; readonly commands: readonly string[] }> {
  const pids: number[] = [];
  const found: string[] = [];
  const queue = [pid];
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    if (pids.length >= limits.maxReachProcesses) break;
    pids.push(next);
    const line = await text(`/proc/${next}/cmdline`);
    // Patterns are looked for in it, which takes the square of its length.
    const head = line?.slice(0, limits.maxReachCommandChars);
    if (head !== undefined) found.push(head.replaceAll('\0', ' ').trim());
    const children = await text(`/proc/${next}/task/${next}/children`);
    queue.push(...(children ?? '').split(' ').filter(Boolean).map(Number));
  }
  return { pids, commands: found };
}

/** At most so many as one process may have that is looked at. */
async function readLinks(directory: string): Promise<readonly string[]> {
  const names = await readdir(directory);
  return Promise.all(
    names
      .slice(0, limits.maxOwnerDescriptors)
      .map((name) => readlink(`${directory}/${name}`).catch(() => '')),
  );
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
