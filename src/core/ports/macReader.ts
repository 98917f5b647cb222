import { limits } from '../../shared/limits.ts';
import { parseLsof, parseNetstat, parsePs } from './macOutput.ts';
import { processName } from './processName.ts';
import type { ListeningProcess, ListeningSocket, PortReader } from './reader.ts';
import { printed } from './tools.ts';

type Ask = typeof printed;

/** macOS: netstat has the sockets of all users, lsof the processes of this one. */
export function createMacReader(ask: Ask = printed): PortReader {
  return {
    pollMs: limits.listeningPollByToolMs,
    sockets: async () => {
      const text = await ask('netstat', ['-an', '-p', 'tcp']);
      return text === null ? null : parseNetstat(text);
    },
    stillThere: async () => false,
    processes: (sockets) => processesOf(sockets, ask),
  };
}

async function processesOf(
  sockets: readonly ListeningSocket[],
  ask: Ask,
): Promise<ReadonlyMap<string, ListeningProcess>> {
  const found = new Map<string, ListeningProcess>();
  const listed = await ask('lsof', ['-nP', '-iTCP', '-sTCP:LISTEN', '-Fpcn']);
  const owners = parseLsof(listed ?? '').filter(({ port }) =>
    sockets.some((socket) => socket.port === port),
  );
  const pids = [...new Set(owners.map(({ pid }) => pid))].slice(0, limits.maxListeningPorts);
  if (pids.length === 0) return found;
  const [folders, commands] = await Promise.all([
    ask('lsof', ['-a', '-d', 'cwd', '-p', pids.join(','), '-Fpn']),
    ask('ps', ['-ww', '-o', 'pid=,args=', '-p', pids.join(',')]),
  ]);
  const directories = new Map(parseLsof(folders ?? '').map(({ pid, path }) => [pid, path]));
  const args = parsePs(commands ?? '');
  for (const socket of sockets) {
    const owner =
      owners.find(({ port, address }) => port === socket.port && address === socket.address) ??
      owners.find(({ port }) => port === socket.port);
    if (owner === undefined) continue;
    const { pid, program } = owner;
    const name = processName(program, args.get(pid) ?? []);
    found.set(socket.id, { pid, name, directory: directories.get(pid) ?? '' });
  }
  return found;
}
