import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyFilter, anyFilteredRecord } from '../../../test/support/filters.ts';
import { aRecord } from '../../../test/support/record.ts';
import type { RequestRecord } from '../model/record.ts';
import { compileFilter } from './compile.ts';
import { parseFilter } from './parse.ts';

function matches(text: string, changes: Partial<RequestRecord> = {}, now?: number): boolean {
  const result = parseFilter(text);
  if (!result.ok) throw new Error(result.problem.message);
  return compileFilter(result.filter, now)(aRecord(changes));
}

const tries = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    index,
    url: 'http://127.0.0.1:3000',
    ms: 1,
    outcome: 'answered' as const,
  }));

describe('a filter lets through', () => {
  // The record: GET http://app.dev.local/p?q=1 200, 12 ms, 1234 bytes, backend http://127.0.0.1:3000.
  it.each<[string, boolean, Partial<RequestRecord>?]>([
    ['', true],
    ['dev.local', true],
    ['DEV.LOCAL', true],
    ['local/p', true],
    ['"local/p?q"', true],
    ['a*q=1', true],
    ['"a*q=1"', false],
    ['dev nothing', false],
    ['nothing', false],
    ['/^app\\.dev.*q=\\d$/', true],
    ['/^APP/', false],
    ['/^APP/i', true],
    ['host:app', true],
    ['host:app.*', true],
    ['host:dev.*', false],
    ['host:*.dev.local', true],
    ['host:*dev*', true],
    ['host=app', false],
    ['host=app.dev.local', true],
    ['host=other,app.dev.local', true],
    ['path:/p', true],
    ['path:app', false],
    ['path:/x', true, { target: 'http://app.dev.local/x' }],
    ['path=/', true, { target: 'http://app.dev.local' }],
    ['-path:/health', true],
    ['-path:/health', false, { target: '/health' }],
    ['method:get', true],
    ['method:POST,PUT', false],
    ['method:P*', true, { method: 'PATCH' }],
    ['method:G', false],
    ['status:2xx', true],
    ['status:5xx,404', true, { status: 404 }],
    ['status>=400', false],
    ['status>=400', true, { status: 400 }],
    ['status<300 status>199', true],
    ['backend::3000', true],
    ['backend::3001', false],
    ['backend:x', false, { backend: null }],
    ['frontend=*', true, { frontend: null }],
    ['dur>11.9', true],
    ['dur>12', false],
    ['dur<=12ms', true],
    ['size>1k', true],
    ['size>10k', false],
    ['ws:true', false],
    ['ws:true', true, { protocol: 'wss' }],
    ['protocol:ws', false, { protocol: 'wss' }],
    ['lookup:stale', false],
    ['lookup:stale', true, { lookup: 'stale' }],
    ['policy:*', true, { policy: null }],
    ['policy:sticky,random', true, { policy: 'random' }],
    ['error:true', false],
    ['error:true', true, { error: 'BERTH_BACKEND_REFUSED', status: 502 }],
    ['error:true', true, { status: 500 }],
    ['error:false', true],
    ['error:refused', true, { error: 'BERTH_BACKEND_REFUSED' }],
    ['error:timeout', false, { error: 'BERTH_BACKEND_REFUSED' }],
    ['error:BERTH_*_REFUSED', true, { error: 'BERTH_BACKEND_REFUSED' }],
    ['retried:true', false, { attempts: tries(1) }],
    ['retried:true', true, { attempts: tries(2) }],
    ['tries:2-3', true, { attempts: tries(2) }],
    ['ip=127.0.0.1', true],
    ['ip:10.', true, { client: '::ffff:10.1.2.3' }],
    ['ip:::1', true, { client: '::1' }],
    ['agent:"user agent"', true],
    ['referer=""', true, { referer: null }],
    ['referer=""', false],
  ])('%s: %s', (text, expected, changes) => {
    expect(matches(text, changes)).toBe(expected);
  });

  it('what began after and before a time', () => {
    const now = new Date(2026, 10, 22, 12, 0, 0).getTime();
    const at = (hours: number, minutes: number) => ({
      startedAt: new Date(2026, 10, 22, hours, minutes).getTime(),
    });
    expect(matches('after:10:30', at(10, 30), now)).toBe(true);
    expect(matches('after:10:30', at(10, 29), now)).toBe(false);
    expect(matches('before:10:30', at(10, 30), now)).toBe(false);
    expect(matches('after:5m', at(11, 55), now)).toBe(true);
    expect(matches('after:5m', at(11, 54), now)).toBe(false);
    expect(matches('after:2026-11-22', at(0, 0), now)).toBe(true);
    expect(matches('before:10:30Z', { startedAt: Date.UTC(2026, 10, 22, 10, 29) }, now)).toBe(true);
    expect(matches('after:10:30Z', { startedAt: Date.UTC(2026, 10, 22, 10, 29) }, now)).toBe(false);
  });

  it('nothing slowly, whatever wildcards and targets look like', () => {
    const target = `/${'ab'.repeat(1024)}`;
    expect(matches(`path:${'*a*b'.repeat(200)}*x`, { target })).toBe(false);
    expect(matches('/(a|b)*a(a|b){30}c/', { target })).toBe(false);
  });
});

describe('filters as sets of records', () => {
  const now = 2e12;
  const inverted = (negated: boolean) => ({ negated: !negated });

  it('a minus is the complement', () => {
    fc.assert(
      fc.property(anyFilter, anyFilteredRecord, ({ terms }, record) => {
        for (const term of terms) {
          const itself = compileFilter({ terms: [term] }, now)(record);
          const other = compileFilter({ terms: [{ ...term, ...inverted(term.negated) }] }, now);
          expect(other(record)).toBe(!itself);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('terms beside each other are the intersection, in whatever order', () => {
    fc.assert(
      fc.property(anyFilter, anyFilter, anyFilteredRecord, (a, b, record) => {
        const terms = [...a.terms, ...b.terms];
        const both = compileFilter(a, now)(record) && compileFilter(b, now)(record);
        expect(compileFilter({ terms }, now)(record)).toBe(both);
        expect(compileFilter({ terms: terms.reverse() }, now)(record)).toBe(both);
      }),
      { numRuns: 2000 },
    );
  });

  it('one predicate judges each record by itself', () => {
    fc.assert(
      fc.property(anyFilter, fc.array(anyFilteredRecord), (filter, records) => {
        const shared = compileFilter(filter, now);
        for (const record of records) {
          expect(shared(record)).toBe(compileFilter(filter, now)(record));
        }
      }),
    );
  });
});
