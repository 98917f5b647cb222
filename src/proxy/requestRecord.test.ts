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
