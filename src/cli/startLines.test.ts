import { expect, test } from 'vitest';
import { describeStore } from '../core/instance/describeStore.ts';
import { readConfig } from '../shared/config/read.ts';
import type { ListenerSpec } from '../shared/model/listener.ts';
import { version } from '../shared/version.ts';
import { startLines } from './startLines.ts';

const { config } = readConfig({ driver: 'embedded:', server: { accessLog: '/log/a.log' } }, 'c');
const listener = (address: string, port: number, tls = false): ListenerSpec => ({
  id: 0,
  address,
  port,
  tls: tls ? { key: '', cert: '', ca: [] } : null,
});
type Started = Parameters<typeof startLines>[0];
const lines = (more: Partial<Started['instance'] & Pick<Started, 'config' | 'byNpm'>> = {}) => {
  const { config: used = config, byNpm = false, ...instance } = more;
  return startLines({
    byNpm,
    config: used,
    instance: {
      listeners: [listener('127.0.0.1', 8080), listener('::1', 8080)],
      embedded: { host: '127.0.0.1', port: 6390 },
      accessLog: '/log/a.log',
      control: { socket: '/run/control.sock', dashboard: 'http://127.0.0.1:8190' },
      ...instance,
    },
  });
};

test('the lines name addresses, store, the command for a first host, the welcome page and the log', () => {
  expect(lines()).toEqual([
    `berth ${version} (Ctrl-C stops)`,
    '  serving     http://127.0.0.1:8080 http://[::1]:8080',
    '  store       embedded://127.0.0.1:6390',
    '  add a host  berth add app.localhost 3000',
    '  or          redis-cli -p 6390 rpush frontend:app.localhost app http://127.0.0.1:3000',
    '  welcome     http://welcome.localhost:8080/',
    '  control     /run/control.sock',
    '  dashboard   http://127.0.0.1:8190/  (berth open)',
    '  access log  /log/a.log',
  ]);
});

test('who has just run npm start in a checkout is told how to call it there', () => {
  expect(lines({ byNpm: true })).toContain('  add a host  npx berth add app.localhost 3000');
});

test('a control plane that could not be had is not promised', () => {
  const said = lines({ control: { socket: null, dashboard: null } }).join('\n');
  expect(said).not.toMatch(/control|dashboard|berth add/);
  expect(said).toContain('  add a host  redis-cli -p 6390 rpush');
});

test('standard ports are left out', () => {
  const said = lines({ listeners: [listener('0.0.0.0', 80), listener('0.0.0.0', 443, true)] });
  expect(said).toContain('  serving     http://0.0.0.0 https://0.0.0.0');
  expect(said).toContain('  welcome     http://welcome.localhost/');
});

test('a welcome page that this machine cannot reach is not promised', () => {
  expect(lines({ listeners: [listener('192.168.0.5', 80)] }).join('\n')).not.toContain('welcome');
  expect(lines({ config: { ...config, suffixes: [] } }).join('\n')).not.toContain('welcome');
});

test('the command suits the address and the prefix, and survives a shell', () => {
  const prefixed = readConfig({ driver: "embedded://[::1]:7#it's" }, 'c').config;
  expect(lines({ config: prefixed, embedded: { host: '::1', port: 7 } }).join('\n')).toContain(
    "redis-cli -h ::1 -p 7 rpush 'it'\\''sfrontend:app.localhost' app http://127.0.0.1:3000",
  );
});

test('a Redis of this machine is reached by redis-cli; for any other the command stands alone', () => {
  const said = (driver: string) =>
    lines({ config: readConfig({ driver }, 'c').config, embedded: null }).find(
      (line) => line.includes('rpush') || line.includes('RPUSH'),
    );
  const rest = 'frontend:app.localhost app http://127.0.0.1:3000';
  expect(said('redis:')).toBe(`  or          redis-cli rpush ${rest}`);
  expect(said('redis://localhost:7000/3')).toBe(
    `  or          redis-cli -p 7000 -n 3 rpush ${rest}`,
  );
  expect(said('redis://:sesame@db.example:7000')).toBe(`  or          RPUSH ${rest}`);
});

test('without a TCP endpoint there is no command to offer', () => {
  expect(lines({ embedded: null }).join('\n')).not.toContain('redis-cli');
});

test.each<[unknown, string]>([
  ['redis:', 'redis://127.0.0.1:6379'],
  ['rediss://user:secret@[::1]:7/3#p', 'rediss://[::1]:7/3#p'],
  [
    ['redis://:secret@a', 'redis://:secret@b#p'],
    'redis://b:6379#p, read from the replica redis://a:6379#p',
  ],
  [
    { sentinels: ['a', 'b:7'], name: 'main', password: 'secret' },
    'Redis group "main" of the Sentinels a:26379, b:7',
  ],
  [{ cluster: ['a', 'b:7'], password: 'secret' }, 'Redis Cluster a:6379, b:7'],
  ['embedded:#p', 'embedded:#p'],
])('the driver %j is described as %s', (driver, text) => {
  expect(describeStore(readConfig({ driver }, 'c').config.driver, null)).toBe(text);
});
