import { expect, it } from 'vitest';
import { startControlHarness } from '../../../test/support/controlHarness.ts';
import { eventually } from '../../../test/support/eventually.ts';
import { fakeControlServices } from '../../../test/support/fakeControlServices.ts';
import { aRecord } from '../../../test/support/record.ts';
import { limits } from '../../shared/limits.ts';
import { connectControl } from '../client/index.ts';

const records = Array.from({ length: 100 }, (_, id) => ({ ...aRecord(), id }));

it('a stream that nobody reads is not asked for more, while calls and other streams go on', async () => {
  let asked = 0;
  await using harness = await startControlHarness({
    traffic: {
      ...fakeControlServices().traffic,
      follow: async function* (_input, signal) {
        while (!signal.aborted) {
          asked++;
          yield { records, dropped: asked };
        }
      },
    },
  });
  const client = await connectControl({ socket: harness.socket });
  const stream = await client.api.traffic.follow({});
  expect((await stream.next()).value).toMatchObject({ dropped: 1 });

  // Everything on the way is full: nothing more is asked for, however long it takes.
  let before = -1;
  await eventually('the source is at rest', async () => {
    const now = asked;
    await new Promise((resolve) => setTimeout(resolve, 50));
    const isAtRest = now === before;
    before = now;
    return isAtRest;
  });
  const batchBytes = JSON.stringify(records).length;
  expect(asked * batchBytes).toBeLessThan(8 * limits.controlOutputPauseBytes);

  expect(await client.api.hosts.list()).toHaveLength(1);
  const other = await client.api.instance.watch();
  expect((await other.next()).done).toBe(false);

  // Once it is read again, it goes on where it stopped, in order.
  const held = asked;
  for (let dropped = 2; dropped <= held + 100; dropped++) {
    expect((await stream.next()).value).toMatchObject({ dropped });
  }
  client.close();
  await client.closed;
});
