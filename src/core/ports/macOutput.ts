import type { ListeningSocket } from './reader.ts';

/** What lsof's `-F` says of one file of a process. */
export interface LsofFile {
  readonly pid: number;
  readonly program: string;
  /** Of a file on disk; else empty. */
  readonly path: string;
  /** Of a socket; 0 and empty for other files. */
  readonly port: number;
  readonly address: string;
}

/** Reads `lsof -Fpcn`: a field a line, its letter first; `p` begins a process, `f` a file, `n` ends with its name. */
export function parseLsof(output: string): readonly LsofFile[] {
  const files: LsofFile[] = [];
  let pid = 0;
  let program = '';
  for (const line of output.split('\n')) {
    const text = line.slice(1);
    if (line.startsWith('p')) {
      pid = Number(text);
      program = '';
    } else if (line.startsWith('c')) program = text;
    else if (line.startsWith('n') && Number.isInteger(pid) && pid > 0) {
      const [, address = '', port = '0'] = /^(\S+):(\d+)$/.exec(text) ?? [];
      const isSocket = address !== '' && !text.startsWith('/');
      files.push({
        pid,
        program,
        path: isSocket ? '' : text,
        port: isSocket ? Number(port) : 0,
        address: isSocket ? plainAddress(address) : '',
      });
    }
  }
  return files;
}

/** Reads `netstat -an -p tcp` of macOS: the port stands behind the last dot of the local address. */
export function parseNetstat(output: string): readonly ListeningSocket[] {
  const sockets: ListeningSocket[] = [];
  for (const line of output.split('\n')) {
    const [protocol = '', , , local = '', , state] = line.trim().split(/\s+/);
    const [, host = '', port = ''] = /^(.+)\.(\d+)$/.exec(local) ?? [];
    if (!protocol.startsWith('tcp') || state !== 'LISTEN' || host === '') continue;
    const isSix = protocol.startsWith('tcp6') || protocol.startsWith('tcp46');
    const address = host === '*' ? (isSix ? '::' : '0.0.0.0') : plainAddress(host);
    sockets.push({ port: Number(port), address, id: `${address} ${port}` });
  }
  return sockets;
}

/** Reads `ps -o pid=,args=`: words of a command line that has lost its quotes. */
export function parsePs(output: string): ReadonlyMap<number, readonly string[]> {
  const commands = new Map<number, readonly string[]>();
  for (const line of output.split('\n')) {
    const [, pid, args] = /^\s*(\d+)\s+(.*)$/.exec(line) ?? [];
    if (pid !== undefined && args !== undefined) commands.set(Number(pid), args.split(' '));
  }
  return commands;
}

/** `*` is read as IPv4, with which most that listen so are reached. */
const plainAddress = (address: string): string =>
  address === '*' ? '0.0.0.0' : address.replace(/^\[|\]$/g, '').replace(/%.*$/, '');
