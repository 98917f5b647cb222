import { describe, expect, it } from 'vitest';
import { parseLsof, parseNetstat, parsePs } from './macOutput.ts';
import { createMacReader } from './macReader.ts';
import { parseTasklist, parseWindowsNetstat } from './windowsOutput.ts';
import { createWindowsReader } from './windowsReader.ts';

const mac: Record<string, string> = {
  'netstat -an -p tcp': [
    'Active Internet connections (including servers)',
    'Proto Recv-Q Send-Q  Local Address          Foreign Address        (state)    ',
    'tcp4       0      0  127.0.0.1.49320        127.0.0.1.5173         ESTABLISHED',
    'tcp6       0      0  ::1.5173               *.*                    LISTEN     ',
    'tcp4       0      0  127.0.0.1.3000         *.*                    LISTEN     ',
    'tcp4       0      0  *.5000                 *.*                    LISTEN     ',
    'tcp46      0      0  *.8080                 *.*                    LISTEN     ',
    'tcp6       0      0  fe80::1%lo0.7000       *.*                    LISTEN     ',
    'tcp4       0      0  *.22                   *.*                    LISTEN     ',
    '',
  ].join('\n'),
  'lsof -nP -iTCP -sTCP:LISTEN -Fpcn': [
    'p812',
    'cnode',
    'f23',
    'n[::1]:5173',
    'p900',
    'cnode',
    'f20',
    'n127.0.0.1:3000',
    'f21',
    'n*:8080',
    'p431',
    'cControlCenter',
    'f9',
    'n*:5000',
    '',
  ].join('\n'),
  'lsof -a -d cwd -p 812,900,431 -Fpn': [
    'p812',
    'fcwd',
    'n/Users/ann/shop',
    'p900',
    'fcwd',
    'n/Users/ann/my app',
    'p431',
    'fcwd',
    'n/',
    '',
  ].join('\n'),
  'ps -ww -o pid=,args= -p 812,900,431': [
    '  431 /System/Library/CoreServices/ControlCenter.app/Contents/MacOS/ControlCenter',
    '  812 node /Users/ann/shop/node_modules/.bin/vite --port 5173',
    '  900 node server.js',
    '',
  ].join('\n'),
};

describe('macOS', () => {
  const reader = createMacReader(
    async (program, args) => mac[[program, ...args].join(' ')] ?? null,
  );

  it('says what listens, at which address', async () => {
    const sockets = (await reader.sockets()) ?? [];
    expect(sockets.map(({ address, port }) => [address, port])).toEqual([
      ['::1', 5173],
      ['127.0.0.1', 3000],
      ['0.0.0.0', 5000],
      ['::', 8080],
      ['fe80::1', 7000],
      ['0.0.0.0', 22],
    ]);
  });

  it('says which process it is, in which folder; of other users not', async () => {
    const sockets = (await reader.sockets()) ?? [];
    const processes = await reader.processes(sockets);
    const told = sockets.map(({ port, id }) => [port, processes.get(id) ?? null]);
    expect(told).toEqual([
      [5173, { pid: 812, name: 'vite', directory: '/Users/ann/shop' }],
      [3000, { pid: 900, name: 'node server.js', directory: '/Users/ann/my app' }],
      [5000, { pid: 431, name: 'ControlCenter', directory: '/' }],
      [8080, { pid: 900, name: 'node server.js', directory: '/Users/ann/my app' }],
      [7000, null],
      [22, null],
    ]);
  });

  it('says nothing where its programs are missing', async () => {
    const missing = createMacReader(async () => null);
    expect(await missing.sockets()).toBeNull();
    const socket = { port: 1, address: '::', id: 'x' };
    expect((await missing.processes([socket])).size).toBe(0);
  });

  it('reads nothing from what is no output of these programs', () => {
    for (const text of ['', 'n', 'p\nn', 'px\nn*:80', 'lsof: illegal option', '1 2 3 4 5 6']) {
      expect(parseLsof(text)).toEqual([]);
      expect(parseNetstat(text)).toEqual([]);
    }
    expect(parsePs('x\n').size).toBe(0);
  });
});

const windows: Record<string, string> = {
  'netstat.exe -ano': [
    '',
    'Aktive Verbindungen',
    '',
    '  Proto  Lokale Adresse         Remoteadresse          Status           PID',
    '  TCP    0.0.0.0:135            0.0.0.0:0              ABHÖREN          1044',
    '  TCP    127.0.0.1:3000         0.0.0.0:0              ABHÖREN          9320',
    '  TCP    127.0.0.1:3000         127.0.0.1:52011        HERGESTELLT      9320',
    '  TCP    [::1]:5173             [::]:0                 ABHÖREN          8812',
    '  UDP    0.0.0.0:5353           *:*                                     2208',
    '',
  ].join('\r\n'),
  'tasklist.exe /FO CSV /NH': [
    '"System Idle Process","0","Services","0","8 K"',
    '"svchost.exe","1044","Services","0","15.112 K"',
    '"node.exe","8812","Console","1","61.240 K"',
    '',
  ].join('\r\n'),
};

describe('Windows', () => {
  const reader = createWindowsReader(
    async (program, args) => windows[[program, ...args].join(' ')] ?? null,
  );

  it('says what listens in whatever language, and which process it is', async () => {
    const sockets = (await reader.sockets()) ?? [];
    const processes = await reader.processes(sockets);
    const told = sockets.map(({ address, port, id }) => [address, port, processes.get(id) ?? null]);
    expect(told).toEqual([
      ['0.0.0.0', 135, { pid: 1044, name: 'svchost', directory: '' }],
      ['127.0.0.1', 3000, null],
      ['::1', 5173, { pid: 8812, name: 'node', directory: '' }],
    ]);
  });

  it('reads nothing from what is no output of these programs', () => {
    for (const text of ['', 'TCP', '"a"', 'TCP x:1 y:0 z']) {
      expect(parseWindowsNetstat(text)).toEqual([]);
      expect(parseTasklist(text).size).toBe(0);
    }
  });
});
