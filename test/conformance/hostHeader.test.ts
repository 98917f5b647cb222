import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Farm, startFarm } from '../support/engineFarm.ts';
import { fieldOf, fieldsOf } from '../support/messageReader.ts';
import { get } from '../support/rawClient.ts';

let farm: Farm;
beforeEach(async () => {
  farm = await startFarm(2);
});
afterEach(() => farm[Symbol.asyncDispose]());

const ask = async (request: string): Promise<void> => {
  const client = await farm.dial();
  expect((await client.send(request).response()).status).toBe(200);
};
const [first, second] = [0, 1] as const;
const seen = (at: number) => {
  const request = farm.backends[at]?.requests.at(-1);
  if (request === undefined) throw new Error('the backend saw nothing');
  return request;
};
const addressOf = (at: number): string => `127.0.0.1:${farm.backends[at]?.port}`;

test("a backend gets the client's Host", async () => {
  await ask(get('App.dev.local:8080'));
  expect(fieldsOf(seen(first), 'host')).toEqual(['App.dev.local:8080']);
});

test("or its own, and the client's as X-Forwarded-Host", async () => {
  farm.setOptions({ hostHeader: 'backend' });
  await ask(get('App.dev.local:8080'));
  expect(fieldsOf(seen(first), 'host')).toEqual([addressOf(first)]);
  expect(fieldOf(seen(first), 'x-forwarded-host')).toBe('App.dev.local:8080');
});

test('also where the client sent none, and where its target named another', async () => {
  farm.setOptions({ hostHeader: 'backend' });
  farm.harness.frontends.set('*', ['all', ...farm.urls]);
  farm.harness.frontendOptions.set('*', '{"hostHeader":"backend"}');
  await ask(get('other', 'http://app.dev.local/x'));
  expect(fieldsOf(seen(first), 'host')).toEqual([addressOf(first)]);
  expect(fieldOf(seen(first), 'x-forwarded-host')).toBe('app.dev.local');
});

test('each try has that of its own backend', async () => {
  farm.setOptions({ hostHeader: 'backend' });
  const [one] = farm.backends;
  if (one === undefined) throw new Error('no backend');
  one.script = {
    request({ connection }) {
      connection.socket.destroy();
      return undefined;
    },
  };
  await ask(get('app.dev.local'));
  expect(fieldsOf(seen(first), 'host')).toEqual([addressOf(first)]);
  expect(fieldsOf(seen(second), 'host')).toEqual([addressOf(second)]);
});
