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
  ]);
});
