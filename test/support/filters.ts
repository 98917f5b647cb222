import fc from 'fast-check';
import type { Filter, Pattern, Range, Test } from '../../src/shared/filter/ast.ts';
import type { RequestRecord } from '../../src/shared/model/record.ts';
import { aRecord } from './record.ts';

/** What is written without quotes, and whether it has a wildcard. */
const plain = fc
  .string({
    unit: fc.constantFrom('a', 'b', '/', '.', '*', '-', ':', '=', '€', '\\'),
    minLength: 1,
  })
  .map((text) => ({ text, wildcard: text.includes('*') }));
/** What is written between quotes. */
const quoted = fc
  .string({
    unit: fc.constantFrom('a', 'B', ' ', '"', '\\', ',', '*', '-', '\n', '/'),
    minLength: 1,
  })
  .map((text) => ({ text, wildcard: false }));
const pattern: fc.Arbitrary<Pattern> = fc.oneof(plain, quoted);
const patterns = fc.array(pattern, { minLength: 1, maxLength: 3 });
// A bare word with a wildcard cannot be quoted, and must not read as something else.
const words: fc.Arbitrary<Pattern> = fc.oneof(
  plain.filter(({ text, wildcard }) => !wildcard || /^[^-/a-z]|^[ab][^a-z:=-]/.test(text)),
  quoted,
);

const whole = (max: number) => fc.integer({ min: 0, max });
const thousandths = (max: number) => fc.integer({ min: 0, max: max * 1000 }).map((n) => n / 1000);
const range = (value: fc.Arbitrary<number>): fc.Arbitrary<Range> =>
  fc.tuple(value, value).map(([a, b]) => ({ from: Math.min(a, b), to: Math.max(a, b) }));
const ranges = (value: fc.Arbitrary<number>) =>
  fc.array(range(value), { minLength: 1, maxLength: 3 });

const numeric = (
  key: 'status' | 'dur' | 'size' | 'tries',
  value: fc.Arbitrary<number>,
): fc.Arbitrary<Test> =>
  fc.oneof(
    ranges(value).map((any): Test => ({ kind: 'ranges', key, any })),
    fc
      .tuple(fc.constantFrom('>', '>=', '<', '<='), value)
      .map(([operator, number]): Test => ({ kind: 'compare', key, operator, value: number })),
  );

const moment = fc.oneof(
  fc.integer({ min: 0, max: 4e12 }).map((at) => ({ kind: 'instant' as const, at })),
  fc.record({ kind: fc.constant('clock' as const), seconds: whole(86_399), utc: fc.boolean() }),
  fc
    .tuple(whole(999_999), fc.constantFrom(1000, 60_000, 3_600_000, 86_400_000))
    .map(([count, unit]) => ({ kind: 'ago' as const, ms: count * unit })),
);

const test: fc.Arbitrary<Test> = fc.oneof(
  words.map((found): Test => ({ kind: 'words', pattern: found })),
  fc
    .tuple(fc.constantFrom('a', 'a/b', '^app', '[.]dev', 'a|b', '\\d+$', 'a/i'), fc.boolean())
    .map(([source, ignoreCase]): Test => ({ kind: 'regex', source, ignoreCase })),
  fc
    .record({
      key: fc.constantFrom('host', 'path', 'backend', 'frontend', 'ip', 'agent', 'referer'),
      exact: fc.boolean(),
      any: patterns,
    })
    .map((fields): Test => ({ kind: 'text', ...fields })),
  fc.constant<Test>({
    kind: 'text',
    key: 'referer',
    exact: true,
    any: [{ text: '', wildcard: false }],
  }),
  fc
    .record({ key: fc.constantFrom('method', 'protocol', 'policy', 'lookup'), any: patterns })
    .map((fields): Test => ({ kind: 'word', ...fields })),
  numeric('status', whole(999)),
  numeric('dur', thousandths(100_000)),
  numeric('size', whole(1e12)),
  numeric('tries', whole(20)),
  fc
    .record({ key: fc.constantFrom('ws', 'retried'), value: fc.boolean() })
    .map((fields): Test => ({ kind: 'flag', ...fields })),
  fc
    .oneof(fc.boolean(), patterns, fc.constant([{ text: 'true', wildcard: false }]))
    .map((is): Test => ({ kind: 'error', is })),
  fc
    .record({ key: fc.constantFrom('before', 'after'), moment })
    .map((fields): Test => ({ kind: 'time', ...fields })),
);

/** Any filter that can be written. Its terms stand nowhere. */
export const anyFilter: fc.Arbitrary<Filter> = fc
  .array(fc.record({ negated: fc.boolean(), test }), { maxLength: 4 })
  .map((terms) => ({ terms: terms.map((term) => ({ ...term, column: 0, length: 0 })) }));

/** Records that filters made of the same letters tell apart. */
export const anyFilteredRecord: fc.Arbitrary<RequestRecord> = fc
  .record({
    startedAt: fc.integer({ min: 0, max: 4e12 }),
    client: fc.constantFrom('::ffff:127.0.0.1', '::1', '10.0.0.7', ''),
    protocol: fc.constantFrom('http', 'https', 'ws', 'wss'),
    method: fc.constantFrom('GET', 'POST', '-'),
    target: fc.oneof(
      fc.string({ unit: fc.constantFrom('a', 'b', '/', '.'), maxLength: 8 }),
      fc.constantFrom('http://a/b', '*', 'http://a'),
    ),
    host: fc.constantFrom('', 'a', 'b.a', 'app.dev.local'),
    status: fc.integer({ min: 100, max: 599 }),
    bytes: fc.nat(),
    referer: fc.constantFrom(null, '', 'a'),
    userAgent: fc.constantFrom(null, 'aB'),
    totalMs: fc.double({ min: 0, max: 1e5, noNaN: true }),
    error: fc.constantFrom(null, 'BERTH_BACKEND_REFUSED' as const),
    attempts: fc.array(
      fc.constant({ index: 0, url: 'http://a', ms: 1, outcome: 'answered' as const }),
      { maxLength: 3 },
    ),
  })
  .map(aRecord);
