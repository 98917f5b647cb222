import { expect, test } from 'vitest';
import { portsOf } from './ports.ts';

const on = (port: number) => [{ address: '127.0.0.1', port, secure: false }];

test('port 80 needs no words', () => {
  expect(portsOf({ listeners: on(80), notices: [] })).toEqual({
    served: ['http://127.0.0.1'],
    why: [],
  });
});

test('who has port 80 is told, and what to do', () => {
  const { served, why } = portsOf({
    listeners: on(8080),
    notices: [
      {
        kind: 'port-moved',
        wanted: 80,
        got: 8080,
        because: 'taken',
        owner: { name: 'nginx', pid: 812 },
      },
    ],
  });
  expect(served).toEqual(['http://127.0.0.1:8080']);
  expect(why).toEqual([
    'Port 80 is taken by nginx (pid 812). Berth uses 8080; end that program and start Berth again to have 80.',
  ]);
});

test('a port that needs a privilege is not asked for', () => {
  const { why } = portsOf({
    listeners: on(8080),
    notices: [{ kind: 'port-moved', wanted: 80, got: 8080, because: 'forbidden', owner: null }],
  });
  expect(why).toEqual([
    'Port 80 needs a privilege that Berth was not given, and does not ask for. It uses 8080.',
  ]);
});

test('a port that was chosen is said, since addresses carry it', () => {
  expect(portsOf({ listeners: on(3080), notices: [] }).why).toEqual([
    'Addresses carry the port: it is 3080, and not 80.',
  ]);
});

test('IPv6 addresses stand in brackets', () => {
  const listeners = [{ address: '::1', port: 443, secure: true }];
  expect(portsOf({ listeners, notices: [] }).served).toEqual(['https://[::1]']);
});
