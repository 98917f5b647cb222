import type { InstanceStatus } from '../../src/shared/contract/instance.ts';

/** What an instance tells of itself when all is well, with what a test wants changed. */
export function instanceStatus(fields: Partial<InstanceStatus> = {}): InstanceStatus {
  return {
    schema: 1,
    version: '0.1.0',
    pid: 4711,
    startedAt: 0,
    mode: 'headless',
    listeners: [
      { address: '127.0.0.1', port: 8080, secure: false },
      { address: '::1', port: 8080, secure: false },
    ],
    store: {
      state: 'live',
      driver: 'embedded://127.0.0.1:6390',
      embedded: { host: '127.0.0.1', port: 6390 },
    },
    workers: [
      { pid: 4712, state: 'ready', openConnections: 3 },
      { pid: 4713, state: 'ready', openConnections: 1 },
    ],
    hosts: 3,
    backendsDown: 0,
    requests: 12_345,
    recordsDropped: 0,
    accessLog: '/home/ada/.local/state/berth/access.log',
    capture: true,
    notices: [],
    dns: { address: '127.0.0.1', port: 15_353 },
    suffixes: ['localhost', 'dev.local'],
    sharedSuffixes: ['localhost', 'dev.local'],
    dashboard: 'http://127.0.0.1:8190',
    ...fields,
  };
}
