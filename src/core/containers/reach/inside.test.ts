import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { Container } from '../../../shared/model/container.ts';
import { bindAdvice } from './bindAdvice.ts';
import { lookInside } from './inside.ts';
import { socketsIn } from './sockets.ts';

const id = 'c0ffee'.padEnd(64, '0');
const container = { id, pid: 42, networks: [] as Container['networks'] } as Container;

const listenersIn = (text: string) =>
  socketsIn(text).map(({ address, port }) => ({ address, port }));

const table = (...rows: readonly string[]): string =>
  `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n${rows
    .map(
      (row, at) =>
        `   ${at}: ${row} 00000000:00000000 00:00000000 00000000     0        0 ${100 + at} 1 0000000000000000 100 0 0 10 0\n`,
    )
    .join('')}`;

const none = '00000000:0000';

describe('a table of sockets', () => {
  it('says where sockets listen', () => {
    expect(
      listenersIn(
        table(
          `0100007F:1F90 ${none} 0A`,
          `00000000:0050 ${none} 0A`,
          `030012AC:0BB8 ${none} 0A`,
          `0100007F:9C40 0100007F:1F90 01`,
        ),
      ),
    ).toEqual([
      { address: '127.0.0.1', port: 8080 },
      { address: '0.0.0.0', port: 80 },
      { address: '172.18.0.3', port: 3000 },
    ]);
    const six = `${'0'.repeat(32)}:0000`;
    expect(
      listenersIn(
        table(
          `00000000000000000000000000000000:1F90 ${six} 0A`,
          `00000000000000000000000001000000:1435 ${six} 0A`,
          `0000000000000000FFFF00000100007F:1436 ${six} 0A`,
        ),
      ),
    ).toEqual([
      { address: '::', port: 8080 },
      { address: '::1', port: 5173 },
      { address: '127.0.0.1', port: 5174 },
    ]);
  });

  it('may hold anything', () => {
    for (const text of [
      '',
      '\n\n',
      'a\nb c d e f',
      table('zz:zz x 0A', '0100007F:0000 x 0A', '01:50 x 0A'),
    ]) {
      expect(listenersIn(text)).toEqual([]);
    }
  });
});

describe('a look inside', () => {
  const files: Record<string, string> = {
    '/proc/42/cgroup': `0::/system.slice/docker-${id}.scope\n`,
    '/proc/42/net/tcp': table(`0100007F:1F90 ${none} 0A`, `0B00007F:A1B2 ${none} 0A`),
    '/proc/42/cmdline': 'npm\0run\0dev\0',
    '/proc/42/task/42/children': '43 ',
    '/proc/43/cmdline': 'node\0vite\0',
    '/proc/43/task/43/children': '42 ',
  };
  const read =
    (changes: Readonly<Record<string, string | null>> = {}) =>
    async (path: string): Promise<string> => {
      const text = path in changes ? changes[path] : files[path];
      if (text === undefined || text === null) throw new Error('ENOENT');
      return text;
    };

  it('sees listeners, without the resolver of the engine, and processes', async () => {
    const seen = await lookInside(container, read());
    expect(seen?.listeners).toEqual([{ address: '127.0.0.1', port: 8080 }]);
    expect(seen?.commands.slice(0, 2)).toEqual(['npm run dev', 'node vite']);
    // A circle of processes, which only a file that lies can have, has an end.
    expect(seen?.commands.length).toBeLessThan(100);
  });

  it('reads the beginning of a command line, which a container can make as long as it likes', async () => {
    const seen = await lookInside(container, read({ '/proc/42/cmdline': 'next '.repeat(400_000) }));
    const begun = performance.now();
    bindAdvice(seen?.commands ?? [], 3000);
    expect(performance.now() - begun).toBeLessThan(100);
    expect(seen?.commands[0]?.length).toBeLessThan(2000);
  });

  it('on the network of its machine, sees what its own processes listen on', async () => {
    const host = { name: 'host', driver: 'host', isInternal: false, addresses: [] };
    const tcp = table(`0100007F:1F90 ${none} 0A`, `00000000:0050 ${none} 0A`);
    const seen = await lookInside(
      { ...container, networks: [host] },
      read({ '/proc/42/net/tcp': tcp }),
      async (directory) => (directory === '/proc/43/fd' ? ['/dev/null', 'socket:[101]'] : []),
    );
    expect(seen?.listeners).toEqual([{ address: '0.0.0.0', port: 80 }]);
    const mayNot = async () => Promise.reject(new Error('EACCES'));
    expect(await lookInside({ ...container, networks: [host] }, read(), mayNot)).toMatchObject({
      listeners: [],
    });
  });

  it('sees nothing of a process that is not the container', async () => {
    const other = read({ '/proc/42/cgroup': '0::/user.slice\n' });
    expect(await lookInside(container, other)).toBeNull();
    expect(await lookInside(container, read({ '/proc/42/cgroup': null }))).toBeNull();
    expect(await lookInside({ ...container, pid: null }, read())).toBeNull();
  });

  it('sees nothing where the tables cannot be read', async () => {
    expect(await lookInside(container, read({ '/proc/42/net/tcp': null }))).toBeNull();
  });

  it.runIf(process.platform === 'linux')('reads the files of a process that runs', async () => {
    const script =
      "require('net').createServer().listen(0,'127.0.0.1',function(){console.log(this.address().port)})";
    const child = spawn(process.execPath, ['-e', script]);
    try {
      const [line] = await once(child.stdout, 'data');
      const port = Number(String(line));
      const pid = child.pid ?? 0;
      const cgroup = (await readFile(`/proc/${pid}/cgroup`, 'utf8')).trim();
      const seen = await lookInside({ ...container, pid, id: cgroup });
      expect(seen?.listeners).toContainEqual({ address: '127.0.0.1', port });
      expect(seen?.commands[0]).toContain('createServer');
    } finally {
      child.kill('SIGKILL');
    }
  });
});
