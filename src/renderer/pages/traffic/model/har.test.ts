import { expect, it } from 'vitest';
import { aRecord } from '../../../../../test/support/record.ts';
import { harOf } from './har.ts';

it('has each request with its query, its times and what is not known as -1', () => {
  const record = aRecord({ queueMs: 1, connectMs: 2, firstByteMs: 8, bodyMs: 1, totalMs: 12 });
  expect(harOf([record], [{ address: '0.0.0.0', port: 8080, secure: false }])).toMatchObject({
    log: {
      version: '1.2',
      entries: [
        {
          startedDateTime: '2026-11-22T10:59:10.000Z',
          time: 12,
          request: {
            url: 'http://app.dev.local:8080/p?q=1',
            queryString: [{ name: 'q', value: '1' }],
            bodySize: -1,
          },
          response: { status: 200, _transferSize: 1234 },
          timings: { blocked: 1, connect: 2, send: 0, wait: 8, receive: 1 },
        },
      ],
    },
  });
});
