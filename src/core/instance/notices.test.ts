import { expect, test } from 'vitest';
import { type NoticeParts, noticesOf } from './notices.ts';

const tcp = { host: '127.0.0.1', port: 6390, fallback: true };
const parts: NoticeParts = {
  config: {
    driver: { kind: 'embedded', prefix: '', tcp },
    server: { accessLog: '/var/log/hipache/access.log' },
    names: { dnsPort: 15_353 },
  },
  listeners: [{ port: 80, moved: null }],
  embedded: tcp,
  dashboard: 'http://127.0.0.1:8190',
  wantedControlPort: 8190,
  dns: { address: '127.0.0.1', port: 15_353 },
  accessLog: '/var/log/hipache/access.log',
  storeStaleSince: null,
};

test('when all is as it was wished, there is nothing to notice', () => {
  expect(noticesOf(parts)).toEqual([]);
});

test('of binds that moved together there is one, with who has the port', () => {
  const owner = { name: 'nginx', pid: 812 };
  const moved = { wanted: 80, because: 'taken', owner } as const;
  expect(
    noticesOf({
      ...parts,
      listeners: [
        { port: 8080, moved },
        { port: 8080, moved },
        { port: 443, moved: null },
      ],
    }),
  ).toEqual([{ kind: 'port-moved', wanted: 80, got: 8080, because: 'taken', owner }]);
});

test('a store that is away comes first, then ports of the store, the dashboard and the DNS server, and the log', () => {
  expect(
    noticesOf({
      ...parts,
      embedded: { host: '127.0.0.1', port: 40_000 },
      dashboard: 'http://127.0.0.1:40001',
      dns: { address: '127.0.0.1', port: 40_002 },
      accessLog: '/home/ada/access.log',
      storeStaleSince: 1000,
    }),
  ).toEqual([
    { kind: 'store-stale', since: 1000 },
    { kind: 'store-port-moved', wanted: 6390, got: 40_000 },
    { kind: 'control-port-moved', wanted: 8190, got: 40_001 },
    { kind: 'dns-port-moved', wanted: 15_353, got: 40_002 },
    {
      kind: 'access-log-moved',
      wanted: '/var/log/hipache/access.log',
      got: '/home/ada/access.log',
    },
  ]);
});

test('a port that the system was to choose has not moved', () => {
  expect(
    noticesOf({
      ...parts,
      config: {
        ...parts.config,
        driver: { kind: 'embedded', prefix: '', tcp: { ...tcp, port: 0 } },
      },
      wantedControlPort: 0,
      embedded: { host: '127.0.0.1', port: 40_000 },
      dashboard: 'http://127.0.0.1:40001',
    }),
  ).toEqual([]);
});
