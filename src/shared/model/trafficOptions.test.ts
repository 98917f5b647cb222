import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { limits } from '../limits.ts';
import { frontendOptionsSchema, parseOptions, policies } from './options.ts';
import { defaultTrafficOptions, parseTrafficOptions } from './trafficOptions.ts';

test('no key, and an empty object, are a frontend as Hipache knows it', () => {
  const defaults = { ok: true, options: defaultTrafficOptions };
  expect(parseTrafficOptions(null)).toEqual(defaults);
  expect(parseTrafficOptions('{}')).toEqual(defaults);
  const { check: _check, key: _key, cert: _cert, ...rest } = frontendOptionsSchema.parse({});
  expect(defaultTrafficOptions).toEqual({ ...rest, isChecked: false });
});

describe('options are refused whole', () => {
  test.each([
    ['', 'are not JSON'],
    ['nonsense', 'are not JSON'],
    ['[]', 'are not a JSON object'],
    ['null', 'are not a JSON object'],
    ['{"polcy":"random"}', 'have a key that is not known: "polcy"'],
    ['{"a\\nb":1}', 'have a key that is not known: "a\\nb"'],
    ['{"__proto__":1}', 'have a key that is not known: "__proto__"'],
    ['{"constructor":1}', 'have a key that is not known: "constructor"'],
    [
      '{"policy":"fastest"}',
      'cannot be read: policy is not one of random, round-robin, least-connections, client-hash, sticky',
    ],
    ['{"policy":"toString"}', expect.stringContaining('policy is not one of')],
    [
      '{"weights":{"http://user:secret@a":0}}',
      'cannot be read: weights does not give backend URLs whole numbers from 1 to 100',
    ],
    ['{"weights":[1]}', expect.stringContaining('weights')],
    ['{"drained":["a",1]}', 'cannot be read: drained is not a list of backend URLs'],
    ['{"redirectToHttps":1}', 'cannot be read: redirectToHttps is neither true nor false'],
    ['{"paused":"yes"}', 'cannot be read: paused is neither true nor false'],
    ['{"hostHeader":"x"}', 'cannot be read: hostHeader is not client or backend'],
    [
      '{"container":{"what":"web","state":"up","until":1}}',
      'cannot be read: container is not what a mapping says of its container',
    ],
    ['{"check":1}', 'cannot be read: check is not an object'],
    [`{"policy":"sticky"}${' '.repeat(limits.maxOptionsChars)}`, expect.stringContaining('longer')],
  ])('%s', (text, problem) => {
    const whole = typeof problem === 'string' ? `its options ${problem}` : problem;
    expect(parseTrafficOptions(text)).toEqual({ ok: false, problem: whole });
  });
});

test('what the supervisor reads, a worker reads alike', () => {
  const url = fc.webUrl();
  const values = fc.record(
    {
      paused: fc.oneof(fc.boolean(), fc.integer()),
      policy: fc.constantFrom<unknown>(...policies, 'other', 1),
      weights: fc.dictionary(url, fc.oneof(fc.integer({ min: -1, max: 102 }), fc.double())),
      drained: fc.oneof(fc.array(url), fc.string()),
      check: fc.constantFrom<unknown>(null, {}, { type: 'tcp' }, 5),
      redirectToHttps: fc.oneof(fc.boolean(), fc.integer()),
      key: fc.oneof(fc.constant(null), fc.string(), fc.integer()),
      cert: fc.constantFrom<unknown>(
        null,
        '',
        '/tls/a.pem',
        'a\tb',
        'x'.repeat(4096),
        'x'.repeat(4097),
      ),
      hostHeader: fc.constantFrom('client', 'backend', 'both'),
      container: fc.oneof(
        fc.constant(null),
        fc.record(
          {
            what: fc.string({ maxLength: 530 }),
            state: fc.constantFrom('starting', 'stopped', 'unreachable', 'up'),
            until: fc.oneof(fc.integer(), fc.double()),
            engine: fc.constantFrom('docker', 'podman', 'other'),
          },
          { requiredKeys: ['what', 'state', 'until'] },
        ),
      ),
      other: fc.boolean(),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.oneof(values, fc.jsonValue()), (value) => {
      const text = JSON.stringify(value);
      const whole = parseOptions(text);
      const part = parseTrafficOptions(text);
      expect(part.ok).toBe(whole.ok);
      if (!whole.ok || !part.ok) return;
      const { check, key: _key, cert: _cert, ...rest } = whole.options;
      expect(part.options).toEqual({ ...rest, isChecked: check !== null });
    }),
    { numRuns: 2000 },
  );
});

test('a check that only the supervisor can judge costs no traffic option', () => {
  const parsed = parseTrafficOptions('{"policy":"sticky","check":{"intervalMs":"often"}}');
  expect(parsed).toMatchObject({ ok: true, options: { policy: 'sticky' } });
});
