import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { patchedText } from './patchText.ts';

const patched = (text: string | null, patch: Record<string, unknown>) =>
  patchedText('/c.json', text, patch);

describe('what is not named stays as and where it was', () => {
  test('keys that nobody knows, their order, and how it is written', () => {
    const text = `{
    "zebra": {"keep": [1, 2]},
    "server": {
        "mine": true,
        "workers": 2,
        "debug": true
    },
    "driver": "redis:"
}
`;
    expect(patched(text, { server: { workers: 4 }, suffixes: ['test'] })).toBe(`{
    "zebra": {"keep": [1, 2]},
    "server": {
        "mine": true,
        "workers": 4,
        "debug": true
    },
    "driver": "redis:",
    "suffixes": [
        "test"
    ]
}
`);
  });

  test.each([
    ['tabs', '{\n\t"driver": "redis:"\n}', '{\n\t"driver": "embedded:"\n}'],
    ['one line', '{"driver":"redis:"}\n', '{"driver":"embedded:"}\n'],
    ['line ends of Windows', '{\r\n  "driver": ""\r\n}', '{\r\n  "driver": "embedded:"\r\n}'],
    ['a byte order mark', '\uFEFF{\n  "driver": ""\n}\n', '\uFEFF{\n  "driver": "embedded:"\n}\n'],
    ['no file', null, '{\n  "driver": "embedded:"\n}\n'],
  ])('%s', (_what, text, expected) => {
    expect(patched(text, { driver: 'embedded:' })).toBe(expected);
  });

  test('a key like __proto__', () => {
    const text = '{\n  "__proto__": {\n    "a": 1\n  }\n}\n';
    expect(patched(text, { driver: null })).toBe(text);
  });
});

test('numbers that no double holds, and spaces that were set by hand', () => {
  const text = `{
  "driver"   : "redis:",
  "mine"     : { "id": 12345678901234567890, "share": 1.10,  "big":1e400 },

  "server"   : { "workers" :  2,   "debug": true }
}

`;
  expect(patched(text, { server: { workers: 4 } })).toBe(
    text.replace('"workers" :  2', '"workers" :  4'),
  );
  expect(patched(text, { server: { debug: null } })).toBe(text.replace(',   "debug": true', ''));
  expect(patched(text, { server: { workers: null } })).toBe(text.replace(' "workers" :  2,', ''));
  expect(patched(text, { driver: null })).toBe(text.replace('\n  "driver"   : "redis:",', ''));
  expect(patched(text, { server: { accessLog: '/var/log/a' } })).toBe(
    text.replace('"debug": true', '"debug": true,   "accessLog": "/var/log/a"'),
  );
  expect(patched(text, { driver: 'redis:', server: { workers: 2 } })).toBe(text);
});

test('strings in which brackets, commas and quotes stand', () => {
  const text = '{"a":"}]{[,\\"\\\\","driver":"redis:","z":[{"b":"\\"}"}]}';
  expect(patched(text, { driver: 'embedded:' })).toBe(text.replace('redis:', 'embedded:'));
  expect(patched(text, { driver: null })).toBe(text.replace('"driver":"redis:",', ''));
});

test('of a key that is written twice the last is meant, and both are taken out', () => {
  const text = '{"driver":"a:", "driver":"redis:"}';
  expect(patched(text, { driver: 'b:' })).toBe('{"driver":"a:", "driver":"b:"}');
  expect(patched(text, { driver: null })).toBe('{}');
});

test('whatever the text, only what was named is another', () => {
  const rest = fc.dictionary(
    fc.string().filter((name) => !['driver', 'http'].includes(name)),
    fc.jsonValue(),
  );
  const indent = fc.constantFrom(0, 1, 4, '\t');
  fc.assert(
    fc.property(rest, rest, indent, fc.boolean(), (before, after, spaces, isThere) => {
      const file = { ...before, ...(isThere ? { http: { port: 1 } } : {}), ...after };
      const text = JSON.stringify(file, null, spaces);
      const next = patched(text, { driver: 'embedded:', http: { port: 2 } }) ?? '';
      expect(JSON.parse(next)).toEqual({
        ...JSON.parse(text),
        driver: 'embedded:',
        http: { port: 2 },
      });
      const back = patched(next, { driver: null, http: isThere ? { port: 1 } : null });
      expect(back?.replace(/^\{\s*\}$/, '{}')).toBe(text);
    }),
  );
});

test('null takes a key or a section out', () => {
  const text = '{"server":{"workers":2,"debug":true},"http":{"port":80},"driver":"redis:"}';
  expect(patched(text, { server: { debug: null }, http: null, driver: null })).toBe(
    '{"server":{"workers":2}}',
  );
});

test('a section that is null in the file begins anew', () => {
  expect(patched('{"server":null}', { server: { workers: 1 } })).toBe('{"server":{"workers":1}}');
});

test('an object and a list replace what was there', () => {
  expect(
    patched('{"driver":{"cluster":["a:1"]},"http":{"bind":["::1"]}}', {
      driver: { sentinels: ['b:1'], name: 'n' },
      http: { bind: [] },
    }),
  ).toBe('{"driver":{"sentinels":["b:1"],"name":"n"},"http":{"bind":[]}}');
});

describe('is refused, with the key named', () => {
  test.each<[string, Record<string, unknown>, string]>([
    [
      'an unknown key',
      { server: { worker: 1 } },
      'server.worker is not a key of Berth: did you mean server.workers?',
    ],
    ['an unknown section', { severs: {} }, 'severs is not a key of Berth'],
    [
      'a key like __proto__',
      JSON.parse('{"server":{"__proto__":{"a":1}}}'),
      'server.__proto__ is not a key',
    ],
    ['a section that is none', { server: 5 }, 'server is 5; it takes an object'],
    [
      'what stands for a secret',
      { server: { healthWebhook: 'https://a.test/***' } },
      'server.healthWebhook has *** where a secret stands',
    ],
    ['the same deep inside', { https: { bind: [{ passphrase: '***' }] } }, 'https.bind has ***'],
  ])('%s', (_what, patch, detail) => {
    expect(() => patched('{}', patch)).toThrow(
      expect.objectContaining({
        code: 'BERTH_INPUT_INVALID',
        detail: expect.stringContaining(detail),
      }),
    );
  });

  test.each([
    ['[]', '/c.json: it is no object'],
    ['{"a":1,}', '/c.json: line 1, column 8: no comma may stand before }'],
  ])('a file that is %s', (text, detail) => {
    expect(() => patched(text, {})).toThrow(
      expect.objectContaining({ code: 'BERTH_CONFIG_INVALID', detail }),
    );
  });

  test('a section of the file that is no object, without its value', () => {
    expect(() => patched('{"server":"secret"}', { server: { workers: 1 } })).toThrow(
      expect.objectContaining({ detail: expect.stringMatching(/^server of the file is /) }),
    );
  });
});
