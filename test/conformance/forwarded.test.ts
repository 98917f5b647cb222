import { afterEach, expect, test } from 'vitest';
import type { ForwardedMode } from '../../src/shared/model/settings.ts';
import { type Pair, startPair } from '../support/enginePair.ts';
import { fieldsOf } from '../support/messageReader.ts';

let pair: Pair;
afterEach(() => pair.stop());

const ask = async (
  mode: ForwardedMode,
  fields = '',
): Promise<Record<string, readonly string[]>> => {
  pair = await startPair({}, { settings: { forwarded: mode } });
  const client = await pair.dial();
  await client.send(`GET / HTTP/1.1\r\nHost: app.dev.local:81\r\n${fields}\r\n`).response();
  const seen = pair.backend.requests[0] ?? { fields: [] };
  return Object.fromEntries(
    [
      'x-forwarded-for',
      'x-real-ip',
      'x-forwarded-proto',
      'x-forwarded-protocol',
      'x-forwarded-port',
      'x-forwarded-host',
    ].map((name) => [name, fieldsOf(seen, name)]),
  );
};

const own = () => ({
  'x-forwarded-for': ['::ffff:127.0.0.1'],
  'x-real-ip': ['::ffff:127.0.0.1'],
  'x-forwarded-proto': ['http'],
  'x-forwarded-protocol': ['http'],
  'x-forwarded-port': [String(pair.harness.port)],
  'x-forwarded-host': ['app.dev.local:81'],
});
const claimed =
  'X-Forwarded-For: 1.1.1.1\r\nX-Real-IP: 1.1.1.1\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Protocol: https\r\nX-Forwarded-Port: 1\r\nX-Forwarded-Host: c\r\n';
const theirs = {
  'x-forwarded-for': ['1.1.1.1'],
  'x-real-ip': ['1.1.1.1'],
  'x-forwarded-proto': ['https'],
  'x-forwarded-protocol': ['https'],
  'x-forwarded-port': ['1'],
  'x-forwarded-host': ['c'],
};

test.each(['keep', 'append', 'replace'] as const)(
  '%s: fields that are absent are added',
  async (mode) => {
    expect(await ask(mode)).toEqual(own());
  },
);

test('keep: what the client says stays, as with Hipache', async () => {
  expect(await ask('keep', claimed)).toEqual(theirs);
});

test('append: the address goes to the end of the list', async () => {
  expect(await ask('append', claimed)).toEqual({
    ...theirs,
    'x-forwarded-for': ['1.1.1.1, ::ffff:127.0.0.1'],
  });
});

test('replace: nothing the client says stays, with underscores neither', async () => {
  expect(await ask('replace', `${claimed}x_forwarded_for: 2.2.2.2\r\n`)).toEqual(own());
  const seen = pair.backend.requests[0] ?? { fields: [] };
  expect(fieldsOf(seen, 'x_forwarded_for')).toEqual([]);
});
