import { readlinkSync } from 'node:fs';
import { open, readdir, readFile, readlink, stat } from 'node:fs/promises';
import { limits } from '../../shared/limits.ts';
import { processName } from './processName.ts';
import { type ProcSocket, parseProcNet } from './procNet.ts';
import type { ListeningProcess, ListeningSocket, PortReader } from './reader.ts';

interface ProcReaderOptions {
  readonly pollMs: number;
  /** Where the system's tables are. */
  readonly proc?: string;
  /** Of the user who asks: nobody but root sees what others have open. */
  readonly uid?: number;
}

interface Owner {
  readonly process: ListeningProcess;
  /** The descriptor through which it has the socket, as long as it has. */
  readonly descriptor: string;
}

/**
 * Bytes that are read of a table at a time, and of one line at the most: a read that leaves room for a line has come to
 * the end. To ask again would have the kernel look through all of its connections for one more, which costs milliseconds.
 */
const chunkBytes = 4096;
const maxLineBytes = 256;
/** Of more sockets the table tells sooner. */
const maxGlances = 100;
const maxCommandBytes = 4096;

/**
 * Linux: sockets that listen from /proc/net, and whose they are from the descriptors of processes. Looking through those
 * is what costs, so it is done for sockets that are new, and among the processes of their user.
 */
export function createProcReader({
  pollMs,
  proc = '/proc',
  uid = process.getuid?.() ?? 0,
}: ProcReaderOptions): PortReader {
  /** By inode; null for those that nobody could be found for. */
  const owners = new Map<string, Owner | null>();
  const uids = new Map<string, number>();

  async function sockets(): Promise<readonly ListeningSocket[] | null> {
    const tables = await Promise.all([readTable(`${proc}/net/tcp`), readTable(`${proc}/net/tcp6`)]);
    if (tables.every((table) => table === null)) return null;
    const all = tables.flatMap((table) => table ?? []);
    uids.clear();
    for (const socket of all) uids.set(socket.inode, socket.uid);
    for (const inode of owners.keys()) if (!uids.has(inode)) owners.delete(inode);
    return all.map(({ port, address, inode }) => ({ port, address, id: inode }));
  }

  async function processes(
    asked: readonly ListeningSocket[],
  ): Promise<ReadonlyMap<string, ListeningProcess>> {
    const unknown = new Map<string, number>();
    for (const { id } of asked) {
      const known = owners.get(id);
      const isKnown =
        known === null || (known !== undefined && (await isSocket(known.descriptor, id)));
      const of = uids.get(id) ?? uid;
      if (!isKnown && (uid === 0 || of === uid)) unknown.set(id, of);
    }
    if (unknown.size > 0) {
      const found = await findOwners(proc, unknown);
      for (const inode of unknown.keys()) owners.set(inode, found.get(inode) ?? null);
    }
    const seen = new Map<string, ListeningProcess>();
    for (const { id } of asked) {
      const owner = owners.get(id);
      if (owner !== undefined && owner !== null) seen.set(id, owner.process);
    }
    return seen;
  }

  const stillThere = async (ids: readonly string[]): Promise<boolean> =>
    ids.length <= maxGlances && ids.every((id) => holds(owners.get(id), id));

  return { pollMs, sockets, stillThere, processes };
}

/** Null where there is no such table. */
async function readTable(path: string): Promise<readonly ProcSocket[] | null> {
  const file = await open(path).catch(() => null);
  if (file === null) return null;
  const found: ProcSocket[] = [];
  try {
    const chunk = Buffer.alloc(chunkBytes);
    let rest = '';
    while (found.length < limits.maxListeningPorts) {
      const { bytesRead } = await file.read(chunk, 0, chunkBytes);
      const isEnd = bytesRead < chunkBytes - maxLineBytes;
      const lines = (rest + chunk.toString('latin1', 0, bytesRead)).split('\n');
      rest = isEnd ? '' : (lines.pop() ?? '');
      const { sockets, isOver } = parseProcNet(lines);
      found.push(...sockets);
      if (isOver || isEnd) break;
    }
  } catch {
    // What was read is true all the same.
  } finally {
    await file.close().catch(() => {});
  }
  return found;
}

/** Looks through the descriptors of processes, the oldest first: it has the socket, and hands it to those it starts. */
async function findOwners(
  proc: string,
  inodes: ReadonlyMap<string, number>,
): Promise<ReadonlyMap<string, Owner>> {
  const found = new Map<string, Owner>();
  const users = new Set(inodes.values());
  const entries = await readdir(proc).catch(() => []);
  const pids = entries.filter((name) => /^\d+$/.test(name)).sort((a, b) => Number(a) - Number(b));
  for (const pid of pids) {
    if (found.size === inodes.size) break;
    const user = await stat(`${proc}/${pid}`).catch(() => null);
    // Where root has given up its rights, sockets keep the user that made them.
    if (user === null || !(users.has(user.uid) || users.has(0))) continue;
    for (const [inode, descriptor] of await socketsOf(`${proc}/${pid}/fd`, inodes)) {
      if (found.has(inode)) continue;
      found.set(inode, { process: await describe(proc, pid), descriptor });
    }
  }
  return found;
}

async function socketsOf(
  directory: string,
  inodes: ReadonlyMap<string, number>,
): Promise<readonly (readonly [inode: string, descriptor: string])[]> {
  const files = await readdir(directory).catch(() => []);
  const links = await Promise.all(
    files.slice(0, limits.maxOwnerDescriptors).map(async (file) => {
      const path = `${directory}/${file}`;
      const target = await readlink(path).catch(() => '');
      return [/^socket:\[(\d+)\]$/.exec(target)?.[1] ?? '', path] as const;
    }),
  );
  return links.filter(([inode]) => inodes.has(inode));
}

/** At once: the system has this in memory, and a thread to ask it costs ten times as much. */
function holds(owner: Owner | null | undefined, inode: string): boolean {
  if (owner === undefined || owner === null) return false;
  try {
    return readlinkSync(owner.descriptor) === `socket:[${inode}]`;
  } catch {
    return false;
  }
}

const isSocket = async (descriptor: string, inode: string): Promise<boolean> =>
  (await readlink(descriptor).catch(() => '')) === `socket:[${inode}]`;

async function describe(proc: string, pid: string): Promise<ListeningProcess> {
  const program = (await readFile(`${proc}/${pid}/comm`, 'utf8').catch(() => '')).trim();
  const command = await readStart(`${proc}/${pid}/cmdline`);
  const directory = await readlink(`${proc}/${pid}/cwd`).catch(() => '');
  const name = processName(program, command.split('\0'));
  return { pid: Number(pid), name: name === '' ? 'a process' : name, directory };
}

async function readStart(path: string): Promise<string> {
  const file = await open(path).catch(() => null);
  if (file === null) return '';
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(maxCommandBytes));
    return buffer.toString('utf8', 0, bytesRead).replace(/\0+$/, '');
  } catch {
    return '';
  } finally {
    await file.close().catch(() => {});
  }
}
