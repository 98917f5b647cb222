import type { RequestRecord } from '../../src/shared/model/record.ts';

/** A record of a plain request that was answered, with what a test wants changed. */
export function aRecord(changes: Partial<RequestRecord> = {}): RequestRecord {
  return {
    startedAt: Date.UTC(2026, 10, 22, 10, 59, 10),
    client: '::ffff:127.0.0.1',
    protocol: 'http',
    method: 'GET',
    target: '/p?q=1',
    httpVersion: '1.1',
    status: 200,
    bytes: 1234,
    referer: 'referer',
    userAgent: 'user agent',
    host: 'app.dev.local',
    frontend: 'app.dev.local',
    identifier: 'vhost identifier',
    backend: 'http://127.0.0.1:3000',
    totalMs: 12,
    backendMs: 10,
    queueMs: 2,
    connectMs: 1,
    firstByteMs: 7,
    bodyMs: 2,
    error: null,
    hint: null,
    attempts: [],
    lookup: 'cache',
    policy: 'only',
    considered: 1,
    drained: 0,
    dead: [],
    ...changes,
  };
}
