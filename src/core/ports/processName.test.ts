import { expect, test } from 'vitest';
import { processName } from './processName.ts';

test.each([
  ['node', ['node', '/app/node_modules/.bin/vite', '--port', '5173'], 'vite'],
  ['node', ['/usr/bin/node', '/app/node_modules/vite/bin/vite.js'], 'vite'],
  ['node', ['node', '/app/node_modules/@angular/cli/bin/ng', 'serve'], '@angular/cli'],
  ['MainThread', ['node', '--inspect', 'server.js'], 'node server.js'],
  ['node', ['node', '/usr/local/bin/berth', '--headless'], 'berth'],
  ['node', ['node'], 'node'],
  ['node', ['C:\\node\\node.exe', 'C:\\app\\node_modules\\vite\\bin\\vite.js'], 'vite'],
  ['bun', ['bun', 'run', 'dev.ts'], 'bun dev.ts'],
  ['python3', ['python3', '-m', 'http.server', '8000'], 'http.server'],
  ['python3.12', ['/usr/bin/python3.12', 'manage.py', 'runserver'], 'python3.12 manage.py'],
  ['next-server', ['next-server (v14.2.3)', '', ''], 'next-server'],
  ['nginx', ['nginx: master process /usr/sbin/nginx'], 'nginx'],
  ['postgres', ['/usr/lib/postgresql/15/bin/postgres', '-D', '/secret'], 'postgres'],
  ['redis-server', ['/usr/bin/redis-server 127.0.0.1:6379'], 'redis-server'],
  ['kworker', [''], 'kworker'],
  ['evil\u202e', ['evil'], 'evil\\u202e'],
])('%s, %j is %s', (program, args, name) => {
  expect(processName(program, args)).toBe(name);
});

test('a name is bounded, and nothing of the other arguments is in it', () => {
  const name = processName('node', ['node', `/x/${'y'.repeat(10_000)}.js`, '--token=secret']);
  expect(name.length).toBeLessThanOrEqual(64);
  expect(name).not.toContain('secret');
});
