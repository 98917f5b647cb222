import { expect, test, vi } from 'vitest';
import { hostHealth } from '../../../test/support/hostHealth.ts';
import { hostView } from '../../../test/support/hostView.ts';
import type { ControlApi } from '../../client/client.ts';
import type { HostHealth } from '../../shared/contract/health.ts';
import type { HostsEvent } from '../../shared/contract/hosts.ts';
import { createLive } from './live.ts';

/** A stream that tells what it is given and then says nothing more. */
const streamOf =
  <T>(...told: readonly T[]) =>
  (_: undefined, { signal }: { readonly signal: AbortSignal }) =>
    Promise.resolve(
      (async function* () {
        yield* told;
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
      })(),
    );

function follow({
  hosts = [],
  health = [],
}: {
  readonly hosts?: readonly HostsEvent[];
  readonly health?: readonly (readonly HostHealth[])[];
}) {
  const api = {
    instance: { watch: streamOf() },
    hosts: { watch: streamOf(...hosts) },
    traffic: { watchHosts: streamOf() },
    health: { watch: streamOf(...health) },
  };
  const { live, follow: start } = createLive();
  // Streams are all that is asked of it.
  const end = start(api as unknown as ControlApi);
  return { live, [Symbol.dispose]: end };
}

const names = ['a', 'b', 'c'];

test('hosts follow what the store has, and changes that come together are told once', async () => {
  using followed = follow({
    hosts: [
      { kind: 'all', hosts: names.map((name) => hostView({ name })) },
      { kind: 'removed', name: 'a' },
      { kind: 'changed', host: hostView({ name: 'b', identifier: 'changed' }) },
      { kind: 'changed', host: hostView({ name: 'd' }) },
    ],
  });
  let told = 0;
  followed.live.hosts.subscribe(() => told++);
  await vi.waitFor(() => expect(followed.live.hosts.get()).not.toBeNull());
  expect([...(followed.live.hosts.get()?.keys() ?? [])]).toEqual(['b', 'c', 'd']);
  expect(followed.live.hosts.get()?.get('b')?.identifier).toBe('changed');
  expect(told).toBe(1);
});

test('a picture of health carries when it came, and one without backends takes its host away', async () => {
  const before = Date.now();
  const kept = hostHealth({ name: 'a' });
  using followed = follow({
    health: [[kept, hostHealth({ name: 'b' })], [hostHealth({ name: 'b', backends: [] })]],
  });
  await vi.waitFor(() => expect(followed.live.health.get()?.size).toBe(1));
  expect(followed.live.health.get()?.get('a')).toBe(kept);
  expect(followed.live.heardAt(kept)).toBeGreaterThanOrEqual(before);
  expect(followed.live.heardAt(kept)).toBeLessThanOrEqual(Date.now());
});

test('what was known stays when the connection ends', async () => {
  const followed = follow({ hosts: [{ kind: 'all', hosts: [hostView({ name: 'a' })] }] });
  await vi.waitFor(() => expect(followed.live.hosts.get()?.size).toBe(1));
  followed[Symbol.dispose]();
  expect(followed.live.hosts.get()?.size).toBe(1);
});
