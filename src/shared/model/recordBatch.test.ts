import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { RequestRecord } from './record.ts';
import { RecordWriter, readRecords } from './recordBatch.ts';

const text = fc.string({ unit: 'binary', maxLength: 20 });
const textOrNull = fc.option(text, { nil: null });
const whole = fc.nat({ max: 2 ** 40 });
const milliseconds = fc.nat({ max: 10 ** 12 }).map((us) => us / 1000);
const index = fc.nat({ max: 10_000 });

const record: fc.Arbitrary<RequestRecord> = fc.record({
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

const carried = (records: readonly RequestRecord[]): RequestRecord[] => {
  const writer = new RecordWriter();
  for (const one of records) writer.add(one);
  return readRecords(JSON.parse(JSON.stringify(writer.batch())));
};

it('a batch brings back every record that was put into it, to the microsecond', () => {
  fc.assert(
    fc.property(fc.array(record, { maxLength: 8 }), (records) => {
      expect(carried(records)).toEqual(records);
    }),
  );
});

it('a text that many records share is in a batch once', () => {
  const writer = new RecordWriter();
  const [one] = fc.sample(record, { numRuns: 1, seed: 1 });
  if (one === undefined) throw new Error('no sample');
  for (let i = 0; i < 100; i++) writer.add({ ...one, target: '/same', host: 'app.dev.local' });
  expect(writer.batch().texts.filter((known) => known === '/same')).toHaveLength(1);
});
