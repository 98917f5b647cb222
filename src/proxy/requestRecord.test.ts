import { describe, expect, test } from 'vitest';
import { limits } from '../shared/limits.ts';
import { type RequestFacts, refusalRecord, requestRecord } from './requestRecord.ts';
import { Tries } from './tries.ts';

const facts: RequestFacts = {
  startedAt: 1_700_000_000_000,
  start: 100,
  end: 130,
  view: { address: '::ffff:10.0.0.1', scheme: 'http', port: '80' },
  mode: 'keep',
  line: { method: 'GET', url: '/', httpVersion: '1.1' },
  fields: { realIp: null, referer: null, userAgent: null },
  isUpgrade: false,
  host: 'app.local',
  route: null,
  lookup: null,
  tries: new Tries(0),
  status: 404,
  bytes: 10,
  error: 'BERTH_HOST_UNKNOWN',
  hint: null,
};

describe('the protocol of a record is', () => {
  test.each([
    ['http', 'http', false, 'GET'],
    ['https', 'https', false, 'GET'],
    ['ws', 'http', true, 'GET'],
    ['wss', 'https', true, 'GET'],
    ['http', 'http', true, 'CONNECT'],
  ] as const)(
    '%s over %s, a tunnel asked for: %s, by %s',
    (protocol, scheme, isUpgrade, method) => {
      const view = { ...facts.view, scheme };
      const record = requestRecord({ ...facts, view, isUpgrade, line: { ...facts.line, method } });
      expect(record.protocol).toBe(protocol);
    },
  );
});

test('texts of a client are cut, whatever their length', () => {
  const long = 'x'.repeat(limits.maxRecordTextChars + 1);
  const record = requestRecord({
    ...facts,
    line: { ...facts.line, url: long },
    fields: { realIp: null, referer: long, userAgent: long },
  });
  for (const text of [record.target, record.referer, record.userAgent]) {
    expect(text).toHaveLength(limits.maxRecordTextChars);
  }
});

test('X-Real-IP names the client where it is believed', () => {
  const fields = { realIp: '192.0.2.1', referer: null, userAgent: null };
  expect(requestRecord({ ...facts, fields }).client).toBe('::ffff:192.0.2.1');
  expect(requestRecord({ ...facts, fields, mode: 'replace' }).client).toBe('::ffff:10.0.0.1');
});

test('without a try the backend took no time', () => {
  const tries = new Tries(0);
  expect(requestRecord({ ...facts, tries })).toMatchObject({ totalMs: 30, backendMs: 0 });
  tries.begunAt = 110;
  expect(requestRecord({ ...facts, tries })).toMatchObject({ totalMs: 30, backendMs: 20 });
});

describe('the whole time falls into parts', () => {
  const partsOf = (change: (tries: Tries) => void, error: RequestFacts['error'] = null) => {
    const tries = new Tries(0);
    change(tries);
    const record = requestRecord({ ...facts, tries, error });
    const { queueMs, connectMs, firstByteMs, bodyMs } = record;
    const parts = [queueMs, connectMs, firstByteMs, bodyMs];
    expect(parts.reduce((sum, part) => sum + part, 0)).toBe(record.totalMs);
    return parts;
  };

  test.each<[string, (tries: Tries) => void, readonly number[]]>([
    ['without a backend', () => {}, [30, 0, 0, 0]],
    [
      'of an answer over a new connection',
      (tries) => {
        tries.begin(102);
        tries.sent(108, 5);
        tries.answeredAt = 120;
      },
      [3, 5, 12, 10],
    ],
    [
      'of an answer over a connection that was there',
      (tries) => {
        tries.begin(102);
        tries.sent(103, 0);
        tries.answeredAt = 120;
      },
      [3, 0, 17, 10],
    ],
    [
      'of a tunnel, whose connection is opened for it',
      (tries) => {
        tries.begin(102);
        tries.sent(109, null);
        tries.answeredAt = 110;
      },
      [2, 7, 1, 20],
    ],
    [
      'of a backend that never answered',
      (tries) => {
        tries.begin(102);
        tries.sent(104, 2);
      },
      [2, 2, 26, 0],
    ],
    [
      'of a backend that was not reached after one that broke off',
      (tries) => {
        tries.begin(102);
        tries.sent(104, 1);
        tries.begin(110);
      },
      [10, 20, 0, 0],
    ],
  ])('%s', (_of, change, parts) => {
    expect(partsOf(change)).toEqual(parts);
  });

  test('of a wait for a connection that never came free', () => {
    expect(partsOf((tries) => tries.begin(102), 'BERTH_BACKEND_BUSY')).toEqual([30, 0, 0, 0]);
  });

  test('to microseconds', () => {
    const record = requestRecord({ ...facts, start: 100.000_123_4, end: 101.234_567_8 });
    expect(record.queueMs).toBe(1.234);
  });
});

test('what was no request has a record without one', () => {
  const { startedAt, view } = facts;
  const error = 'BERTH_REQUEST_MALFORMED';
  expect(
    refusalRecord({ startedAt, view, status: 400, bytes: 9, totalMs: 3, error }),
  ).toMatchObject({
    client: '::ffff:10.0.0.1',
    method: '-',
    target: '-',
    status: 400,
    totalMs: 3,
    error,
  });
});
