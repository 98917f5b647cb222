import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { limits } from '../../shared/limits.ts';
import { defaultOptions } from '../../shared/model/options.ts';
import type { FrontendEntry } from '../frontends/table.ts';
import { openPorts, type Ports } from './ports.ts';
import type { ListeningProcess, ListeningSocket } from './reader.ts';

let time = 0;
let listening: ListeningSocket[] = [];
let looks = 0;
let searches = 0;
let glances = 0;
let version = 0;
let entries = new Map<string, FrontendEntry>();
let ports: Ports;

const processes = new Map<string, ListeningProcess>([
  ['1', { pid: 812, name: 'vite', directory: '/home/ann/shop' }],
  ['2', { pid: 900, name: 'node server.js', directory: '/srv/app' }],
]);

function names(...urls: string[]): void {
  version++;
  entries = new Map([
    [
      'app.test',
      {
        name: 'app.test',
        list: ['app', ...urls],
        problem: null,
        options: defaultOptions,
        optionsProblem: null,
        dead: new Map(),
        staleDead: new Map(),
        revision: '1',
      },
    ],
  ]);
}

const at = (port: number, id: string, address = '127.0.0.1'): ListeningSocket => ({
  port,
  address,
  id,
});

function open(reader: 'reader' | null = 'reader'): void {
  ports = openPorts({
    reader:
      reader === null
        ? null
        : {
            pollMs: limits.listeningPollMs,
            sockets: async () => {
              looks++;
              return listening;
            },
            stillThere: async (ids) => {
              glances++;
              return ids.every((id) => listening.some((socket) => socket.id === id));
            },
            processes: async (asked) => {
              searches++;
              return new Map([...processes].filter(([id]) => asked.some((one) => one.id === id)));
            },
          },
    table: () => ({ entries, version }),
    isOwn: (port) => port === 80,
    home: '/home/ann',
    wallClock: () => time,
  });
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  time = 0;
  looks = 0;
  searches = 0;
  glances = 0;
  listening = [];
  names('http://localhost:5173');
  open();
});
afterEach(() => {
  ports.close();
  vi.useRealTimers();
});

async function pass(ms: number): Promise<void> {
  time += ms;
  await vi.advanceTimersByTimeAsync(ms);
}

test('who left a port that a backend names is remembered, with when, until somebody comes', async () => {
  listening = [at(5173, '1')];
  await pass(limits.listeningPollMs);
  expect(ports.lastOwner(5173)).toBeNull();
  listening = [];
  await pass(limits.listeningPollMs);
  const left = { name: 'vite', pid: 812, leftAt: 2 * limits.listeningPollMs };
  expect(ports.lastOwner(5173)).toEqual(left);
  await pass(14 * 60_000);
  expect(ports.lastOwner(5173)).toEqual(left);
  listening = [at(5173, '2')];
  await pass(limits.listeningPollMs * limits.listeningQuietLooks);
  expect(ports.lastOwner(5173)).toBeNull();
});

test('whoever asks in between knows at once that a process left', async () => {
  listening = [at(5173, '1')];
  await pass(limits.listeningPollMs);
  listening = [];
  expect(await ports.find(5173)).toBe('nobody');
  expect(ports.lastOwner(5173)).toMatchObject({ name: 'vite' });
});

test('while nothing is new, the table is seldom read and nobody is looked for', async () => {
  listening = [at(5173, '1'), at(9999, '2')];
  await pass(limits.listeningPollMs * (1 + 10 * limits.listeningQuietLooks));
  expect(looks).toBe(11);
  expect(glances).toBe(10 * (limits.listeningQuietLooks - 1));
  expect(searches).toBe(1);
  listening = [at(5173, '1')];
  await pass(limits.listeningPollMs);
  expect(searches).toBe(1);
});

test('where no backend names a port of this machine, nothing is read', async () => {
  names('http://10.0.0.1:5173');
  await pass(limits.listeningPollMs * 10);
  expect(looks).toBe(0);
});

test('a port that no backend names any more is forgotten, and who left one is not told of another', async () => {
  listening = [at(5173, '1')];
  await pass(limits.listeningPollMs);
  names('http://localhost:1');
  await pass(limits.listeningPollMs);
  listening = [];
  names('http://localhost:5173');
  await pass(limits.listeningPollMs);
  expect(ports.lastOwner(5173)).toBeNull();
});

test('who left while other ports came to be named is remembered', async () => {
  listening = [at(5173, '1')];
  await pass(limits.listeningPollMs);
  listening = [];
  names('http://localhost:5173', 'http://localhost:1');
  await pass(limits.listeningPollMs);
  expect(ports.lastOwner(5173)).toMatchObject({ name: 'vite' });
});

test('no more owners are remembered than the limit says', async () => {
  const many = limits.maxRememberedOwners + 50;
  const all = Array.from({ length: many }, (_, i) => i + 1);
  names(...all.map((port) => `http://localhost:${port}`));
  listening = all.map((port) => at(port, '1'));
  await pass(limits.listeningPollMs);
  listening = [];
  await pass(limits.listeningPollMs);
  const told = all.filter((port) => ports.lastOwner(port) !== null);
  expect(told).toHaveLength(limits.maxRememberedOwners);
});

test('once closed, it looks no more', async () => {
  listening = [at(5173, '1')];
  ports.close();
  await pass(limits.listeningPollMs * 10);
  expect(looks).toBe(0);
});

test('all ports by number, with addresses, process, folder and hosts', async () => {
  listening = [at(5173, '2', '::1'), at(5173, '2'), at(80, '9', '0.0.0.0'), at(3000, '1')];
  expect(await ports.list()).toEqual([
    { port: 80, addresses: ['0.0.0.0'], process: null, isOwn: true, hosts: [] },
    {
      port: 3000,
      addresses: ['127.0.0.1'],
      process: { pid: 812, name: 'vite', directory: '~/shop' },
      isOwn: false,
      hosts: [],
    },
    {
      port: 5173,
      addresses: ['127.0.0.1', '::1'],
      process: { pid: 900, name: 'node server.js', directory: '/srv/app' },
      isOwn: false,
      hosts: ['app.test'],
    },
  ]);
});

test('nothing of a folder is hidden', async () => {
  processes.set('3', { pid: 1, name: 'x', directory: '/home/annie/\u202ea\nb' });
  listening = [at(1, '3')];
  const [port] = await ports.list();
  expect(port?.process?.directory).toBe('/home/annie/\\u202ea\\u000ab');
});

test('where the system does not say, nothing is known', async () => {
  ports.close();
  open(null);
  expect(await ports.list()).toEqual([]);
  expect(await ports.find(5173)).toBeNull();
  expect(ports.lastOwner(5173)).toBeNull();
});
