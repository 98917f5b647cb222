import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAccessLine, unescapeField } from '../../../test/support/accessLine.ts';
import { aRecord } from '../../../test/support/record.ts';
import { createLineFormatter, formatDate, lostLine } from './format.ts';

const format = createLineFormatter();
const fields = (changes: Parameters<typeof aRecord>[0]) =>
  parseAccessLine(format(aRecord(changes)).slice(0, -1));

describe("Hipache's access log line", () => {
  it('is written to the letter', () => {
    expect(format(aRecord())).toBe(
      '::ffff:127.0.0.1 - - [22/Nov/2026:10:59:10 +0000] "GET /p?q=1 HTTP/1.1" 200 1234 ' +
        '"referer" "user agent" "vhost identifier" 0.012 0.010\n',
    );
  });

  it('has an empty referer and user agent where the client sent none', () => {
    expect(fields({ referer: null, userAgent: null })).toMatchObject({
      referer: '',
      userAgent: '',
    });
  });

  it('has a dash for what a refused request never had', () => {
    const line = format(
      aRecord({ client: '', method: '', target: '', httpVersion: '', identifier: null }),
    );
    expect(line).toMatch(/^- - - \[.*\] "- - HTTP\/-" 200 1234 ".*" ".*" "-" /);
  });

  it.each([
    [0, '0.000'],
    [0.4, '0.000'],
    [0.5, '0.001'],
    [9.7, '0.010'],
    [99, '0.099'],
    [1000, '1.000'],
    [61_001.4, '61.001'],
    [-3, '0.000'],
    [Number.NaN, '0.000'],
    [Number.POSITIVE_INFINITY, '0.000'],
  ])('says %d ms as %s seconds', (ms, seconds) => {
    expect(fields({ totalMs: ms, backendMs: ms })).toMatchObject({
      total: seconds,
      backend: seconds,
    });
  });

  it('keeps the date right over the end of a second, a day and a year', () => {
    const end = Date.UTC(2026, 11, 31, 23, 59, 59, 999);
    expect(fields({ startedAt: end })?.['date']).toBe('31/Dec/2026:23:59:59 +0000');
    expect(fields({ startedAt: end + 1 })?.['date']).toBe('01/Jan/2027:00:00:00 +0000');
    expect(fields({ startedAt: end })?.['date']).toBe('31/Dec/2026:23:59:59 +0000');
    expect(formatDate(Number.NaN)).toBe('01/Jan/1970:00:00:00 +0000');
  });

  it.each([
    ['a quote', 'a"b', 'a\\x22b'],
    ['a backslash', 'a\\x22', 'a\\x5Cx22'],
    ['a newline', 'a\r\nb', 'a\\x0D\\x0Ab'],
    ['a NUL and a DEL', '\u0000\u007f', '\\x00\\x7F'],
    ['a terminal escape', '\u001b[2J', '\\x1B[2J'],
    ['a byte above ASCII', '\u00e9', '\\xE9'],
    ['a character that no header byte can be', '\u202e', '\\xE2\\x80\\xAE'],
  ])('escapes %s in the user agent', (_, sent, written) => {
    expect(fields({ userAgent: sent })?.['userAgent']).toBe(written);
  });

  it('keeps the three parts of the request line apart', () => {
    expect(fields({ target: '/a b" 200 1 "' })).toMatchObject({
      method: 'GET',
      target: '/a\\x20b\\x22\\x20200\\x201\\x20\\x22',
      status: '200',
    });
  });

  it('writes an identifier as UTF-8', () => {
    expect(fields({ identifier: 'Zoë' })?.['identifier']).toBe('Zo\\xC3\\xAB');
  });

  it('of lost lines has the form of every other', () => {
    const line = lostLine(12, Date.UTC(2026, 0, 2));
    expect(parseAccessLine(line.slice(0, -1))).toMatchObject({
      client: '-',
      status: '0',
      userAgent: 'berth: 12 lines lost here',
    });
  });
});

describe('any bytes in any field', () => {
  const bytes = fc
    .uint8Array({ maxLength: 60 })
    .map((array) => Buffer.from(array).toString('latin1'));

  it('make exactly one line of ASCII that parses back to those bytes', () => {
    fc.assert(
      fc.property(
        fc.record({
          client: bytes,
          method: bytes,
          target: bytes,
          httpVersion: bytes,
          referer: bytes,
          userAgent: bytes,
        }),
        (sent) => {
          const line = format(aRecord(sent));
          expect(line).toMatch(/^[\x20-\x7e]+\n$/);
          const parsed = parseAccessLine(line.slice(0, -1));
          expect(parsed).not.toBeNull();
          for (const name of ['referer', 'userAgent'] as const) {
            expect(unescapeField(parsed?.[name] ?? '')).toBe(sent[name]);
          }
          expect(unescapeField(parsed?.['target'] ?? '')).toBe(sent.target || '-');
          expect(unescapeField(parsed?.['method'] ?? '')).toBe(sent.method || '-');
        },
      ),
    );
  });

  it('and any Unicode, halves of characters included, make one line that parses', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((c) => String.fromCharCode(c)) }),
        fc.double(),
        (identifier, target, number) => {
          const line = format(
            aRecord({ identifier, target, status: number, bytes: number, totalMs: number }),
          );
          expect(line).toMatch(/^[\x20-\x7e]+\n$/);
          expect(parseAccessLine(line.slice(0, -1))).not.toBeNull();
        },
      ),
    );
  });
});
