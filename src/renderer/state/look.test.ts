import { expect, test } from 'vitest';
import type { ControlApi } from '../../client/client.ts';
import { createLook } from './look.ts';

const api = {} as ControlApi;

test('what is quick to know is shown until the whole is known, and only the first time', async () => {
  const seen: (string | undefined)[] = [];
  const look = createLook(
    async () => 'whole',
    async () => 'quick',
  );
  look.found.subscribe(() => seen.push(look.found.get()?.value));
  await look.start(api);
  await look.start(api);
  expect(seen).toEqual(['quick', 'whole', 'whole']);
  expect(look.isLooking.get()).toBe(false);
});

test('who asks while a look is under way has another one behind it', async () => {
  let asked = 0;
  const look = createLook(async () => ++asked);
  const first = look.start(api);
  await look.start(api);
  await look.start(api);
  await first;
  expect(look.found.get()?.value).toBe(2);
});

test('a look that fails says why, and leaves what was found before', async () => {
  let fails = false;
  const look = createLook(async () => {
    if (fails) throw new Error('no answer');
    return 1;
  });
  await look.start(api);
  fails = true;
  await look.start(api);
  expect(look.failure.get()).toBe('no answer');
  expect(look.found.get()?.value).toBe(1);
  fails = false;
  await look.start(api);
  expect(look.failure.get()).toBeNull();
});
