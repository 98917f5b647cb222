import { expect, test } from 'vitest';
import { instanceStatus } from '../../../../test/support/instanceStatus.ts';
import { BerthError } from '../../../shared/errors.ts';
import type { SessionState } from '../../connection/session.ts';
import { bannersOf } from './banners.ts';

// What a banner asks of a connection is only whether there is one.
const connected = { kind: 'connected' } as SessionState;
const lost: SessionState = {
  kind: 'lost',
  error: new BerthError('BERTH_NOT_RUNNING', 'nothing answers at 127.0.0.1:8190'),
};
const status = instanceStatus({ capture: true, notices: [] });

test('nothing is said while all is well, and before the first connection', () => {
  expect(bannersOf({ session: connected, engine: null, status })).toEqual([]);
  expect(bannersOf({ session: { kind: 'connecting' }, engine: null, status: null })).toEqual([]);
});

test('a lost connection says why, and can be tried again', () => {
  const [banner] = bannersOf({ session: lost, engine: null, status });
  expect(banner?.title).toContain('nothing answers at 127.0.0.1:8190');
  expect(banner).toMatchObject({ code: 'BERTH_NOT_RUNNING', actions: ['retry'] });
});

test('in the desktop a proxy that was stopped or crashed goes before the lost connection', () => {
  expect(bannersOf({ session: lost, engine: { kind: 'stopped' }, status })).toMatchObject([
    { actions: ['start'] },
  ]);
  const engine = {
    kind: 'crashed',
    reason: 'exit code 70',
    lines: ['berth: error: out of memory'],
  } as const;
  expect(bannersOf({ session: lost, engine, status })).toMatchObject([
    {
      title: expect.stringContaining('exit code 70'),
      detail: 'out of memory',
      actions: ['restart'],
    },
  ]);
});

test('a proxy that stops says so, and one that starts only where something older is shown', () => {
  const stopping = { kind: 'stopping' } as const;
  for (const session of [connected, lost]) {
    expect(bannersOf({ session, engine: stopping, status })).toMatchObject([{ actions: ['stop'] }]);
  }
  const starting = { kind: 'starting' } as const;
  expect(bannersOf({ session: lost, engine: starting, status })).toMatchObject([
    { title: 'The proxy is starting.', actions: [] },
  ]);
  expect(bannersOf({ session: { kind: 'connecting' }, engine: starting, status: null })).toEqual(
    [],
  );
});

test.each([
  ['a start', ['berth 1.0.0 (Ctrl-C stops)', '  access log  /tmp/error/access.log'], ''],
  ['nothing', [], ''],
  ['a warning before the start', ['berth: warning: as root', 'berth 1.0.0 (Ctrl-C stops)'], ''],
  ['a line of no concern after it', ['berth: error: away', 'berth: the store is back'], ''],
  ['a warning', ['  store  embedded', 'berth: warning: the disk is full'], 'the disk is full'],
  ['an error', ['berth: error: no memory'], 'no memory'],
  ['what is the reason already', ['berth: error: exit code 70'], ''],
  [
    'the reason and advice',
    ['berth: error: exit code 70', 'Free it. [BERTH_X]'],
    'Free it. [BERTH_X]',
  ],
  ['the reason and a stack', ['berth: error: exit code 70', '    at run (index.js:1:1)', ''], ''],
] as const)('of what a crashed proxy said last, %s', (_what, lines, detail) => {
  const engine = { kind: 'crashed', reason: 'exit code 70', lines } as const;
  expect(bannersOf({ session: lost, engine, status })).toMatchObject([
    { title: 'The proxy ended: exit code 70.', detail },
  ]);
});

test('a port that moved is told with its owner', () => {
  const notice = {
    kind: 'port-moved',
    wanted: 80,
    got: 8080,
    because: 'taken',
    owner: { name: 'nginx', pid: 812 },
  } as const;
  expect(
    bannersOf({ session: connected, engine: null, status: { ...status, notices: [notice] } }),
  ).toMatchObject([{ title: 'Port 80 is taken by nginx (pid 812).', detail: 'Using 8080.' }]);
});

test('a store that is away is told once', () => {
  const stale = { ...status, store: { ...status.store, state: 'stale' as const } };
  const notices = [{ kind: 'store-stale', since: 1 }] as const;
  expect(bannersOf({ session: connected, engine: null, status: stale })).toHaveLength(1);
  expect(
    bannersOf({ session: connected, engine: null, status: { ...stale, notices } }),
  ).toHaveLength(1);
});

test('a paused capture can be resumed', () => {
  expect(
    bannersOf({ session: connected, engine: null, status: { ...status, capture: false } }),
  ).toMatchObject([{ tone: 'paused', actions: ['resume-capture'] }]);
});
