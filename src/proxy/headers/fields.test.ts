import fc from 'fast-check';
import { expect, test } from 'vitest';
import { debugFields } from './debug.ts';
import { type ClientView, mappedAddress } from './forwarded.ts';
import { hasToken, nominatedFields } from './nominated.ts';
import { readRequestFields } from './requestFields.ts';
import { fieldsToBackend } from './toBackend.ts';
import { readResponseFields } from './toClient.ts';
import { keptTrailers } from './trailers.ts';
import { passedBy } from './via.ts';

const client: ClientView = { address: '::ffff:127.0.0.1', scheme: 'http', port: '80' };
const toBackend = (raw: readonly string[], http10 = false): string[] =>
  fieldsToBackend(readRequestFields(raw, http10), {
    backendHost: null,
    host: 'h',
    client,
    mode: 'keep',
    via: '1.1 berth-me',
    passage: 'berth-me/h#0',
    maxForwards: null,
    upgrade: false,
    keepAlive: true,
    emptyBody: false,
  });
const names = (flat: readonly string[]): string[] =>
  flat.filter((_, i) => i % 2 === 0).map((name) => name.toLowerCase());
const valuesOf = (flat: readonly string[], name: string): string[] =>
  flat.filter((_, i) => i % 2 === 1 && flat[i - 1]?.toLowerCase() === name);

const token = fc.stringMatching(/^[A-Za-z0-9-]{1,12}$/);
const special = fc.constantFrom(
  'Connection',
  'keep-alive',
  'TE',
  'Upgrade',
  'Proxy-Authorization',
  'Transfer-Encoding',
  'Content-Length',
  'Host',
  'X-Forwarded-For',
  'x-real-ip',
  'Cookie',
  'authorization',
  'Via',
  'Trailer',
  'Max-Forwards',
);
const fieldList = fc
  .array(
    fc.tuple(
      fc.oneof(token, special),
      fc.oneof(fc.stringMatching(/^[ -~]{0,20}$/), fc.array(fc.oneof(token, special)).map(String)),
    ),
    { maxLength: 20 },
  )
  .map((fields) => fields.flat());

test('whatever comes, no field of the connection passes, and no protected one is lost', () => {
  fc.assert(
    fc.property(fieldList, (raw) => {
      const out = toBackend(raw);
      for (const gone of ['keep-alive', 'upgrade', 'proxy-authorization']) {
        expect(names(out)).not.toContain(gone);
      }
      expect(valuesOf(out, 'connection')).toHaveLength(1);
      for (const kept of ['cookie', 'authorization', 'content-length']) {
        expect(valuesOf(out, kept)).toEqual(valuesOf(raw, kept));
      }
      expect(valuesOf(out, 'host')[0]).toBe('h');
      expect(names(out)).toContain('x-forwarded-for');
      expect(valuesOf(out, 'via').at(-1)).toBe('1.1 berth-me');
      const nominated = nominatedFields(valuesOf(raw, 'connection').join(','));
      for (const name of nominated ?? []) {
        if (!['transfer-encoding', 'trailer', 'connection'].includes(name)) {
          expect(names(out)).not.toContain(name);
        }
      }
    }),
  );
});

test('whatever comes, the fields that pass keep their order, bytes and number', () => {
  fc.assert(
    fc.property(fieldList, (raw) => {
      const special = new Set([
        'host',
        'max-forwards',
        'te',
        'trailer',
        'transfer-encoding',
        'connection',
      ]);
      const out = toBackend(raw);
      const passed = names(raw)
        .map((name, i) => [name, `${raw[i * 2]}:${raw[i * 2 + 1]}`] as const)
        .filter(([name]) => !special.has(name));
      const lines = out.flatMap((value, i) => (i % 2 === 0 ? [`${value}:${out[i + 1]}`] : []));
      let at = 0;
      for (const line of lines) {
        while (at < passed.length && passed[at]?.[1] !== line) at++;
        if (at === passed.length) break;
        at++;
      }
      const kept = passed.filter(([, line]) => lines.includes(line));
      const order = lines.filter((line) => kept.some(([, text]) => text === line));
      expect(order.slice(0, kept.length)).toEqual(kept.map(([, line]) => line));
    }),
  );
});

test('the position of a field stands though a length is moved behind a file name', () => {
  const out = toBackend([
    'Content-Length',
    '3',
    'Host',
    'x',
    'Content-Disposition',
    'attachment; filename="\xc3\xa9"',
    'X-Forwarded-For',
    '1.1.1.1',
  ]);
  expect(valuesOf(out, 'host')).toEqual(['h']);
  expect(valuesOf(out, 'x-forwarded-for')).toEqual(['1.1.1.1']);
  expect(names(out).indexOf('content-length')).toBeGreaterThan(
    names(out).indexOf('content-disposition'),
  );
});

test('HTTP/1.0 loses its Expect', () => {
  expect(names(toBackend(['Host', 'x', 'Expect', '100-continue'], true))).not.toContain('expect');
  expect(names(toBackend(['Host', 'x', 'Expect', '100-continue']))).toContain('expect');
});

test('responses lose the fields of their connection, and a 204 its length', () => {
  const raw = ['Connection', 'x-a', 'X-A', '1', 'Keep-Alive', 'timeout=7, max=3', 'X-B', '2'];
  expect(readResponseFields([...raw, 'Content-Length', '3'], false)).toMatchObject({
    kept: ['X-B', '2', 'Content-Length', '3'],
    keepAliveSeconds: 7,
    contentLength: '3',
    problem: null,
  });
  expect(readResponseFields([...raw, 'Content-Length', '3'], true).kept).toEqual(['X-B', '2']);
});

test('no backend speaks as the proxy itself', () => {
  const raw = ['X-Debug-Error', 'BERTH_HOST_UNKNOWN evil', 'X-B', '2', 'x-debug-ERROR', 'again'];
  expect(readResponseFields(raw, false).kept).toEqual(['X-B', '2']);
  expect(keptTrailers(raw)).toEqual([['X-B', '2']]);
});

test.each([
  [['Transfer-Encoding', 'chunked'], null],
  [['Transfer-Encoding', 'gzip'], 'it has a transfer coding other than chunked'],
  [['Content-Length', '1', 'Content-Length', '1'], 'it has two lengths'],
  [
    ['Content-Length', '1', 'Transfer-Encoding', 'chunked'],
    'it has both a length and a transfer coding',
  ],
])('the framing of a response with %j: %s', (raw, problem) => {
  expect(readResponseFields(raw, false).problem).toBe(problem);
});

test('trailers that frame, route or authenticate do not pass', () => {
  expect(keptTrailers(['X-A', '1', 'Host', 'x', 'Cookie', 'x', 'TE', 'x', 'proxy-x', '1'])).toEqual(
    [['X-A', '1']],
  );
  expect(keptTrailers(['Content-Length', '1'])).toBeNull();
});

test('Via is read element by element', () => {
  expect(passedBy('1.1 a, 1.0 berth-x (c)', 'berth-x')).toBe(true);
  expect(passedBy('1.1 berth-xy, 1.1 a (berth-x)', 'berth-x')).toBe(false);
});

test('lists are searched by token', () => {
  expect(hasToken('keep-alive , Upgrade', 'upgrade')).toBe(true);
  expect(hasToken('UPGRADE', 'upgrade')).toBe(true);
  expect(hasToken('upgraded', 'upgrade')).toBe(false);
});

test('IPv4 addresses are written as Hipache wrote them', () => {
  expect(mappedAddress('10.0.0.1')).toBe('::ffff:10.0.0.1');
  expect(mappedAddress('::ffff:10.0.0.1')).toBe('::ffff:10.0.0.1');
  expect(mappedAddress('::1')).toBe('::1');
});

test('debug fields hold no character that a field may not', () => {
  const fields = debugFields({
    version: '1',
    backend: { url: 'http://x', index: 0 },
    frontend: { identifier: 'a\r\nb', name: '\u2603' },
    totalMs: 1.6,
    backendMs: 0.2,
  });
  expect(valuesOf(fields, 'x-debug-vhost')).toEqual(['a??b']);
  expect(valuesOf(fields, 'x-debug-frontend-key')).toEqual(['?']);
  expect(valuesOf(fields, 'x-debug-time-total')).toEqual(['2']);
});
