import fc from 'fast-check';
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

const text = fc.string({ unit: 'binary', maxLength: 20 });
const textOrNull = fc.option(text, { nil: null });
const whole = fc.nat({ max: 2 ** 40 });
const milliseconds = fc.nat({ max: 10 ** 12 }).map((us) => us / 1000);
const index = fc.nat({ max: 10_000 });

/** Any record, to the microsecond. */
export const anyRecord: fc.Arbitrary<RequestRecord> = fc.record({
  startedAt: fc.nat({ max: 4_000_000_000_000 }),
  client: text,
  protocol: fc.constantFrom('http', 'https', 'ws', 'wss'),
  method: text,
  target: text,
  httpVersion: text,
  status: fc.nat({ max: 999 }),
  bytes: whole,
  referer: textOrNull,
  userAgent: textOrNull,
  host: text,
  frontend: textOrNull,
  identifier: textOrNull,
  backend: textOrNull,
  totalMs: milliseconds,
  backendMs: milliseconds,
  queueMs: milliseconds,
  connectMs: milliseconds,
  firstByteMs: milliseconds,
  bodyMs: milliseconds,
  error: fc.constantFrom(null, 'BERTH_HOST_UNKNOWN', 'BERTH_BACKEND_RESET'),
  attempts: fc.array(
    fc.record({
      index,
      url: text,
      ms: milliseconds,
      outcome: fc.constantFrom('answered', 'BERTH_BACKEND_RESET'),
    }),
    { maxLength: 4 },
  ),
  lookup: fc.constantFrom(null, 'cache', 'store', 'stale'),
  policy: fc.constantFrom(null, 'random', 'only'),
  hint: textOrNull,
  considered: index,
  drained: index,
  dead: fc.array(fc.record({ index, reason: text }), { maxLength: 4 }),
});
