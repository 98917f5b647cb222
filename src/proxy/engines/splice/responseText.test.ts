import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readResponseFields } from '../../headers/toClient.ts';
import { fieldLines } from '../common/headText.ts';
import { readFields } from './parser/head.ts';
import { readResponseText } from './responseText.ts';

const name = fc.oneof(
  fc.constantFrom(
    ...['Connection', 'connection', 'Keep-Alive', 'Transfer-Encoding', 'Content-Length', 'Upgrade'],
    ...[
      'Trailer',
      'TE',
      'Date',
      'DATE',
      'Retry-After',
      'Content-Disposition',
      'Proxy',
      'X-Debug-Error',
    ],
    ...[
      'Proxy-Authenticate',
      'proxy-',
      'HTTP2-Settings',
      'Server',
      'ETag',
      'Set-Cookie',
      'X-A',
      'Via',
    ],
  ),
  fc.stringMatching(/^[A-Za-z0-9!#$&'*+.^_`|~-]{1,40}$/),
);
const value = fc.oneof(
  fc.constantFrom('chunked', 'close', 'keep-alive', 'X-A', 'x-a, close', 'timeout=5', '3', '', 'ä'),
  fc.stringMatching(/^[\t -~\xa0-\xff]{0,30}$/),
);
const gap = fc.constantFrom(' ', ' ', ' ', '', '  ', '\t');
const field = fc.tuple(name, gap, value).map(([is, before, says]) => `${is}:${before}${says}\r\n`);

test('fields are read and passed on as they are one by one', () => {
  fc.assert(
    fc.property(fc.array(field, { maxLength: 12 }), fc.boolean(), (fields, bodiless) => {
      const line = 'HTTP/1.1 200 OK\r\n';
      const text = `${line}${fields.join('')}\r\n`;
      const { kept, ...facts } = readResponseFields(readFields(text, line.length), bodiless);
      expect(readResponseText(text, line.length, bodiless)).toEqual({
        facts,
        lines: fieldLines(kept),
      });
    }),
    { numRuns: Number(process.env['BERTH_FUZZ_RUNS'] ?? 2000) },
  );
});

test('what belongs to the connection is left out between what does not', () => {
  const text =
    'HTTP/1.1 200 OK\r\nServer: a\r\nConnection: keep-alive\r\nDate: now\r\nKeep-Alive: timeout=5\r\nX: 1\r\n\r\n';
  expect(readResponseText(text, 17, false)).toMatchObject({
    facts: { count: 5, hasDate: true, keepAliveSeconds: 5, connection: 'keep-alive' },
    lines: 'Server: a\r\nDate: now\r\nX: 1\r\n',
  });
});
