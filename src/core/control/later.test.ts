import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { startControlHarness } from '../../../test/support/controlHarness.ts';
import { fakeControlServices } from '../../../test/support/fakeControlServices.ts';
import type { HostHealth } from '../../shared/contract/health.ts';
import { limits } from '../../shared/limits.ts';
import { connectControl } from '../client/index.ts';
import { later } from './later.ts';

const hosts: readonly HostHealth[] = Array.from(
  { length: 2 * limits.jsonItemsAtOnce },
  (_, index) => ({
    name: `host-${index}.local`,
    check: null,
    checker: { kind: 'passive' },
    backends: [],
  }),
);

it('of many long answers that are asked for at once, one at a time is made, and none before it can be sent', async () => {
  let underWay = 0;
  let most = 0;
  let made = 0;
  const make = async (): Promise<readonly HostHealth[]> => {
    underWay++;
    most = Math.max(most, underWay);
    // As a list that is made in slices: others have their turn meanwhile.
    for (let slice = 0; slice < 5; slice++) await setImmediate();
    underWay--;
    made++;
    return hosts;
  };
  await using harness = await startControlHarness({
    health: {
      ...fakeControlServices().health,
      list: (making) => making(make),
      watch: async function* (_signal, making) {
        await setImmediate();
        yield await making(make);
      },
    },
  });
  const clients = await Promise.all(
    Array.from({ length: 4 }, () => connectControl({ socket: harness.socket })),
  );
  const answers = await Promise.all(
    clients.flatMap(({ api }) => [
      api.health.list(),
      api.health.list(),
      api.health.watch().then(async (stream) => (await stream.next()).value),
    ]),
  );
  for (const answer of answers) expect(answer).toEqual(hosts);
  expect(made).toBe(answers.length);
  expect(most).toBe(1);
  for (const client of clients) client.close();
});

it('what was not made is never sent in the place of it', async () => {
  const standing: unknown = await later(async () => hosts);
  expect(() => JSON.stringify({ json: standing })).toThrow('not made yet');
});
