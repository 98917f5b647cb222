import type { ListeningSocket } from './reader.ts';

/**
 * Reads `netstat -ano` of Windows. Its words are in the language of the system, so what listens is known by its remote
 * address, which has port 0.
 */
export function parseWindowsNetstat(output: string): readonly ListeningSocket[] {
  const sockets: ListeningSocket[] = [];
  for (const line of output.split('\n')) {
    const fields = line.trim().split(/\s+/);
    const [protocol, local = '', remote = ''] = fields;
    const [, host = '', port = ''] = /^(.+):(\d+)$/.exec(local) ?? [];
    const pid = fields.at(-1) ?? '';
    if (protocol !== 'TCP' || !remote.endsWith(':0') || host === '' || !/^\d+$/.test(pid)) continue;
    const address = host.replace(/^\[|\]$/g, '').replace(/%.*$/, '');
    sockets.push({ port: Number(port), address, id: pid });
  }
  return sockets;
}

/** Reads `tasklist /FO CSV /NH`: name and number of each process. */
export function parseTasklist(output: string): ReadonlyMap<number, string> {
  const programs = new Map<number, string>();
  for (const line of output.split('\n')) {
    const [, name, pid] = /^"([^"]*)","(\d+)"/.exec(line.trim()) ?? [];
    if (name !== undefined && pid !== undefined) programs.set(Number(pid), name);
  }
  return programs;
}
