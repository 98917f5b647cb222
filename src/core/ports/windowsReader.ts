import { limits } from '../../shared/limits.ts';
import { processName } from './processName.ts';
import type { ListeningProcess, PortReader } from './reader.ts';
import { printed } from './tools.ts';
import { parseTasklist, parseWindowsNetstat } from './windowsOutput.ts';

/** Windows: netstat has sockets with the number of their process, tasklist its name. Folders cannot be seen. */
export function createWindowsReader(ask: typeof printed = printed): PortReader {
  return {
    pollMs: limits.listeningPollByToolMs,
    sockets: async () => {
      const text = await ask('netstat.exe', ['-ano']);
      return text === null ? null : parseWindowsNetstat(text);
    },
    stillThere: async () => false,
    processes: async (sockets) => {
      const found = new Map<string, ListeningProcess>();
      const text = await ask('tasklist.exe', ['/FO', 'CSV', '/NH']);
      const programs = parseTasklist(text ?? '');
      for (const { id } of sockets) {
        const program = programs.get(Number(id));
        if (program === undefined) continue;
        const name = processName(program.replace(/\.exe$/i, ''), []);
        found.set(id, { pid: Number(id), name, directory: '' });
      }
      return found;
    },
  };
}
