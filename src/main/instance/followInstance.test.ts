import { expect, test } from 'vitest';
import type { HealthEvent, HostHealth } from '../../shared/contract/health.ts';
import type { InstanceStatus } from '../../shared/contract/instance.ts';
import { followInstance } from './followInstance.ts';
import type { InstanceView } from './instanceView.ts';

/** A stream that a test writes; ended by `end`, or the reader's signal. */
function createSource<Item>() {
  const queue: (Item | null)[] = [];
  let wake = (): void => undefined;
  let opened = 0;
  const push = (item: Item | null): void => {
    queue.push(item);
    wake();
  };
  async function* read(signal: AbortSignal): AsyncGenerator<Item> {
    opened++;
    signal.addEventListener('abort', () => wake());
    for (;;) {
      while (queue.length === 0 && !signal.aborted) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      if (signal.aborted) return;
      const item = queue.shift() ?? null;
      if (item === null) return;
      yield item;
    }
  }
  return {
    push,
    end: () => push(null),
    opened: () => opened,
    open: async (_input: undefined, { signal }: { signal: AbortSignal }) => read(signal),
  };
}

const turns = async (): Promise<void> => {
  for (let n = 0; n < 20; n++) await new Promise((resolve) => setImmediate(resolve));
};

function setUp() {
  const status = createSource<InstanceStatus>();
  const health = createSource<readonly HostHealth[]>();
  const events = createSource<HealthEvent>();
  const views: InstanceView[] = [];
  const told: HealthEvent[] = [];
  const asked: unknown[] = [];
  let close = (): void => undefined;
  const closed = new Promise<void>((resolve) => {
    close = resolve;
  });
  const record = (target: string) => ({ host: 'a', target, status: 502, method: 'GET' });
  const stop = followInstance({
    client: {
      closed,
      api: {
        instance: { watch: status.open },
        health: { watch: health.open, events: events.open },
        traffic: {
          recent: async (input: unknown) => {
            asked.push(input);
            return { records: [record('/old'), record('/new')], matched: 7, held: 9 };
          },
        },
      } as never,
    },
    changed: (view) => views.push(view),
    healthChanged: (event) => told.push(event),
    delay: () => new Promise((resolve) => setImmediate(resolve)),
  });
  return { status, health, events, views, told, asked, stop, close };
}

const withRequests = (requests: number): InstanceStatus => ({ requests }) as InstanceStatus;
const up = (name: string): HostHealth => ({ name, backends: [{ state: 'up' }] }) as never;

test('it tells what the instance is, which hosts it has, and of errors', async () => {
  const { status, health, views, stop } = setUp();
  health.push([up('app.localhost')]);
  await turns();
  expect(views).toEqual([]);
  status.push(withRequests(3));
  await turns();
  expect(views.at(-1)).toEqual({
    status: { requests: 3 },
    hosts: new Map([['app.localhost', 'up']]),
    errors: { count: 7, last: [expect.objectContaining({ target: '/new' }), expect.anything()] },
  });
  stop();
});

test('errors are asked for only when there were requests', async () => {
  const { status, asked, stop } = setUp();
  status.push(withRequests(3));
  await turns();
  expect(asked).toHaveLength(1);
  status.push(withRequests(3));
  await turns();
  expect(asked).toHaveLength(1);
  status.push(withRequests(4));
  await turns();
  expect(asked).toHaveLength(2);
  stop();
});

test('a stream that ends is asked for again, and begins anew', async () => {
  const { status, health, views, stop } = setUp();
  status.push(withRequests(0));
  health.push([up('old.localhost')]);
  await turns();
  health.end();
  await turns();
  expect(health.opened()).toBe(2);
  health.push([up('new.localhost')]);
  await turns();
  expect([...(views.at(-1)?.hosts ?? [])]).toEqual([['new.localhost', 'up']]);
  stop();
});

test('events of health are passed on', async () => {
  const { events, told, stop } = setUp();
  events.push({ name: 'a' } as HealthEvent);
  await turns();
  expect(told).toEqual([{ name: 'a' }]);
  stop();
});

test('with the end of the connection it ends', async () => {
  const { status, views, close } = setUp();
  close();
  await turns();
  status.push(withRequests(1));
  await turns();
  expect(views).toEqual([]);
  expect(status.opened()).toBe(1);
});
