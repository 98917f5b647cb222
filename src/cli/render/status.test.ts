import { expect, test } from 'vitest';
import { instanceStatus } from '../../../test/support/instanceStatus.ts';
import { statusLines } from './status.ts';
import { createStyle } from './style.ts';

const page = { style: createStyle(false), width: 100 };

test('an instance that is well', () => {
  expect(statusLines(instanceStatus(), 7_200_000, page)).toEqual([
    'Berth 0.1.0, headless, pid 4711, running for 2 h',
    '',
    '  serving      http://127.0.0.1:8080 http://[::1]:8080',
    '  store        embedded://127.0.0.1:6390 (connected, changes are pushed)',
    '  workers      2 of 2 ready, 4 connections',
    '  hosts        3',
    '  requests     12,345',
    '  access log   /home/ada/.local/state/berth/access.log',
    '  names under  localhost, dev.local',
    '  DNS          127.0.0.1:15353',
    '  dashboard    http://127.0.0.1:8190',
  ]);
});

test('problems come first', () => {
  const status = instanceStatus({
    listeners: [{ address: '0.0.0.0', port: 443, secure: true }],
    store: { state: 'stale', driver: 'redis://127.0.0.1:6379', embedded: null },
    workers: [{ pid: 1, state: 'starting', openConnections: 0 }],
    backendsDown: 1,
    recordsDropped: 20,
    dashboard: null,
  });
  expect(statusLines(status, 18_000, page)).toEqual([
    'Berth 0.1.0, headless, pid 4711, running for 18 s',
    '',
    '  ✗ no worker is ready',
    '  ✗ the store is lost, the last good hosts are served',
    '  ✗ 1 backend is down: berth health says why',
    '  ✗ 20 records of requests lost: more than could be taken in',
    '',
    '  serving      https://0.0.0.0',
    '  store        redis://127.0.0.1:6379 (lost, the last good hosts are served)',
    '  workers      0 of 1 ready, 0 connections',
    '  hosts        3',
    '  requests     12,345',
    '  access log   /home/ada/.local/state/berth/access.log',
    '  names under  localhost, dev.local',
    '  DNS          127.0.0.1:15353',
  ]);
});

test('then what has moved, and that requests are not kept', () => {
  const owner = { name: 'nginx', pid: 812 };
  const status = instanceStatus({
    capture: false,
    notices: [
      { kind: 'store-stale', since: 6000 },
      { kind: 'port-moved', wanted: 80, got: 8080, because: 'taken', owner },
      { kind: 'port-moved', wanted: 81, got: 8081, because: 'taken', owner: null },
      { kind: 'port-moved', wanted: 82, got: 8082, because: 'forbidden', owner: null },
      { kind: 'store-port-moved', wanted: 6390, got: 40_000 },
      { kind: 'control-port-moved', wanted: 8190, got: 40_001 },
      { kind: 'access-log-moved', wanted: '/var/log/a.log', got: '/home/ada/a.log' },
    ],
  });
  expect(statusLines(status, 18_000, page).slice(1, 11)).toEqual([
    '',
    '  ! the store has been away for 12 s',
    '  ! port 80 is taken by nginx (pid 812); using 8080',
    '  ! port 81 is taken; using 8081',
    '  ! port 82 needs a privilege; using 8082',
    '  ! port 6390 of the store is taken; using 40000',
    '  ! port 8190 of the dashboard is taken; using 40001',
    '  ! /var/log/a.log cannot be written; the access log is /home/ada/a.log',
    '  ! requests are not kept; berth capture on has them kept again',
    '',
  ]);
});
