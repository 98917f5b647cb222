import { execFile } from 'node:child_process';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { promisify } from 'node:util';

/** The process that listens on a port. */
export interface PortOwner {
  readonly name: string;
  readonly pid: number;
}

/** `nginx (pid 812)` */
export const describeOwner = ({ name, pid }: PortOwner): string => `${name} (pid ${pid})`;

/** Milliseconds that asking for an owner may take: it only makes an error message better. */
const askMs = 2000;

/** Finds who listens on a TCP port of this machine; null when that cannot be known, or not by this user. */
export async function findPortOwner(
  port: number,
  platform: NodeJS.Platform = process.platform,
): Promise<PortOwner | null> {
  const found = await findListener(port, platform);
  return found === 'nobody' ? null : found;
}

/** The same; `nobody` where it is known that nothing listens. Never rejects. */
export async function findListener(
  port: number,
  platform: NodeJS.Platform = process.platform,
): Promise<PortOwner | 'nobody' | null> {
  try {
    if (platform === 'linux') return await ownerFromProc(port);
    if (platform === 'darwin') return await ownerFromLsof(port);
  } catch {
    // Without the right to look, or the tool, the port is simply taken.
  }
  return null;
}

async function ownerFromProc(port: number): Promise<PortOwner | 'nobody' | null> {
  const inodes = new Set<string>();
  let tables = 0;
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    const text = await readFile(table, 'utf8').catch(() => null);
    if (text === null) continue;
    tables++;
    for (const inode of listeningInodes(text, port)) inodes.add(inode);
  }
  if (inodes.size === 0) return tables === 0 ? null : 'nobody';
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/.test(pid)) continue;
    const files = await readdir(`/proc/${pid}/fd`).catch(() => []);
    for (const file of files) {
      const target = await readlink(`/proc/${pid}/fd/${file}`).catch(() => '');
      const inode = /^socket:\[(\d+)\]$/.exec(target)?.[1];
      if (inode === undefined || !inodes.has(inode)) continue;
      return { name: (await readFile(`/proc/${pid}/comm`, 'utf8')).trim(), pid: Number(pid) };
    }
  }
  return null;
}

/** Inodes of the sockets that listen on `port`, from the text of /proc/net/tcp or tcp6. */
export function listeningInodes(table: string, port: number): readonly string[] {
  const inodes: string[] = [];
  const hexPort = port.toString(16).toUpperCase().padStart(4, '0');
  for (const line of table.split('\n').slice(1)) {
    // sl, local address, remote address, state, queues, timer, retransmits, uid, timeout, inode: proc(5).
    const fields = line.trim().split(/\s+/);
    const listens = fields[3] === '0A' && fields[1]?.endsWith(`:${hexPort}`) === true;
    if (listens && fields[9] !== undefined) inodes.push(fields[9]);
  }
  return inodes;
}

async function ownerFromLsof(port: number): Promise<PortOwner | null> {
  const { stdout } = await promisify(execFile)(
    'lsof',
    ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc'],
    { timeout: askMs },
  );
  return parseLsof(stdout);
}

/** The first process in the output of `lsof -Fpc`. */
export function parseLsof(output: string): PortOwner | null {
  const pid = /^p(\d+)$/m.exec(output)?.[1];
  const name = /^c(.+)$/m.exec(output)?.[1];
  return pid === undefined || name === undefined ? null : { name, pid: Number(pid) };
}
