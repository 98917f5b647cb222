import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { isLinux, itWhen, linuxReason } from '../../../test/support/requirement.ts';
import {
  describeOwner,
  findListener,
  findPortOwner,
  listeningInodes,
  parseLsof,
} from './portOwner.ts';

describe('the owner of a port', () => {
  it('is found among the sockets that listen, not those that are connected', () => {
    const table = [
      '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
      '   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 111 1 0 100 0',
      '   1: 0100007F:1F90 0100007F:C001 01 00000000:00000000 00:00000000 00000000     0        0 222 1 0 20 4',
      '   2: 0100007F:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 333 1 0 100 0',
    ].join('\n');
    expect(listeningInodes(table, 8080)).toEqual(['111']);
    expect(listeningInodes(table, 80)).toEqual(['333']);
    expect(listeningInodes(table, 81)).toEqual([]);
  });

  it('is read from what lsof says', () => {
    expect(parseLsof('p812\ncnginx\nf6\n')).toEqual({ name: 'nginx', pid: 812 });
    expect(parseLsof('')).toBeNull();
  });

  it('is called by name and number', () => {
    expect(describeOwner({ name: 'nginx', pid: 812 })).toBe('nginx (pid 812)');
  });

  itWhen(isLinux, linuxReason, 'is this process where this process listens', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    expect(await findPortOwner(port)).toMatchObject({ pid: process.pid });
    expect(await findListener(port)).toMatchObject({ pid: process.pid });
    server.close();
    await once(server, 'close');
    expect(await findListener(port)).toBe('nobody');
  });

  it('is nobody where nothing listens, or the system cannot say', async () => {
    expect(await findPortOwner(1)).toBeNull();
    expect(await findPortOwner(1, 'win32')).toBeNull();
    expect(await findListener(1, 'win32')).toBeNull();
  });
});
