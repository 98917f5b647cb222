import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unescapeField } from '../../../test/support/accessLine.ts';
import { aRecord } from '../../../test/support/record.ts';
import { accessLogFormats } from '../../shared/model/accessLogFormat.ts';
import { createLineFormat } from './lineFormat.ts';

const combined = createLineFormat('combined');
const json = createLineFormat('json');

/** As GoAccess reads `%h %^[%d:%t %^] "%r" %s %b "%R" "%u"`. */
const combinedLine =
  /^(?<client>\S+) - - \[\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000\] "(?<request>-|\S+ \S+ HTTP\/\S+)" (?<status>\d+) (?<bytes>\d+|-) "(?<referer>[^"]*)" "(?<userAgent>[^"]*)"$/;

const combinedFields = (changes: Parameters<typeof aRecord>[0]) =>
  combinedLine.exec(combined.line(aRecord(changes)).slice(0, -1))?.groups;

describe("Apache's combined format", () => {
  it('is written to the letter', () => {
    expect(combined.line(aRecord())).toBe(
      '127.0.0.1 - - [22/Nov/2026:10:59:10 +0000] "GET /p?q=1 HTTP/1.1" 200 1234 ' +
        '"referer" "user agent"\n',
    );
  });

  it('has a dash for what is not there', () => {
    expect(
      combinedFields({ referer: null, userAgent: null, bytes: 0, method: '-', target: '-' }),
    ).toMatchObject({ referer: '-', userAgent: '-', bytes: '-', request: '-' });
    expect(combinedFields({ referer: '', client: '' })).toMatchObject({ referer: '', client: '-' });
  });

  it('writes IPv6 addresses as they are', () => {
    expect(combinedFields({ client: '2001:db8::1' })?.['client']).toBe('2001:db8::1');
    expect(combinedFields({ client: '::ffff:0:1' })?.['client']).toBe('::ffff:0:1');
  });

  it('tells of lost lines in a line of the same form', () => {
    const line = combined.lost(12, 0).slice(0, -1);
    expect(combinedLine.exec(line)?.groups).toMatchObject({
      status: '0',
      userAgent: 'berth: 12 lines lost here',
    });
  });

  it('cannot be forged by any bytes in any field', () => {
    const bytes = fc
      .uint8Array({ maxLength: 40 })
      .map((array) => Buffer.from(array).toString('latin1'));
    fc.assert(
      fc.property(bytes, bytes, bytes, bytes, (client, target, referer, userAgent) => {
        const fields = combinedFields({ client, target, referer, userAgent });
        expect(unescapeField(fields?.['referer'] ?? '')).toBe(referer);
        expect(unescapeField(fields?.['userAgent'] ?? '')).toBe(userAgent);
      }),
    );
  });
});

describe('the JSON format', () => {
  it('is one object with every field, in a fixed order', () => {
    const attempt = {
      index: 1,
      url: 'http://127.0.0.1:3000',
      ms: 9.87654,
      outcome: 'answered' as const,
    };
    const trace = {
      policy: 'random',
      considered: 2,
      dead: [{ index: 0, reason: 'refused' }],
    } as const;
    expect(json.line(aRecord({ attempts: [attempt], identifier: null, ...trace }))).toBe(
      '{"time":"2026-11-22T10:59:10.000Z","client":"127.0.0.1","protocol":"http","method":"GET",' +
        '"host":"app.dev.local","target":"/p?q=1","httpVersion":"1.1","status":200,"bytes":1234,' +
        '"referer":"referer","userAgent":"user agent","frontend":"app.dev.local","identifier":null,' +
        '"backend":"http://127.0.0.1:3000","totalMs":12,"backendMs":10,"queueMs":2,"connectMs":1,"firstByteMs":7,"bodyMs":2,"error":null,' +
        '"attempts":[{"backend":"http://127.0.0.1:3000","ms":9.877,"outcome":"answered"}],' +
        '"lookup":"cache","policy":"random","considered":2,"drained":0,' +
        '"dead":[{"index":0,"reason":"refused"}],"hint":null}\n',
    );
  });

  it('tells of lost lines in an object with a field of its own', () => {
    expect(json.lost(3, 0)).toBe('{"time":"1970-01-01T00:00:00.000Z","lost":3}\n');
  });

  it('gives back any text exactly', () => {
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constant('\u2028"\\\n\u0000'));
    fc.assert(
      fc.property(text, text, text, (target, userAgent, identifier) => {
        const line = json.line(aRecord({ target, userAgent, identifier }));
        expect(JSON.parse(line)).toMatchObject({ target, userAgent, identifier });
      }),
    );
  });
});

describe.each(accessLogFormats)('every line in the format %s', (name) => {
  it('is one line of printable ASCII, whatever a record holds', () => {
    const text = fc.string({
      unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
    });
    const { line, lost } = createLineFormat(name);
    fc.assert(
      fc.property(text, text, text, fc.double(), (host, target, identifier, number) => {
        const record = aRecord({
          ...{ host, target, identifier, client: host, method: target, userAgent: identifier },
          ...{ status: number, bytes: number, totalMs: number, startedAt: number },
        });
        expect(line(record)).toMatch(/^[ -~]+\n$/);
        expect(lost(1, number)).toMatch(/^[ -~]+\n$/);
      }),
    );
  });
});
