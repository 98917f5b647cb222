import { getEventListeners } from 'node:events';
import { expect, it } from 'vitest';
import { watchHosts } from './watch.ts';

it('two hundred watchers share a signal without a warning, and leave nothing on it', async () => {
  const warnings: Error[] = [];
  const hear = (warning: Error): number => warnings.push(warning);
  process.on('warning', hear);
  const { signal } = new AbortController();
  const source = {
    ready: Promise.resolve(),
    subscribe: () => () => undefined,
    all: async () => ({ kind: 'all', hosts: [] }) as const,
    one: (name: string) => ({ kind: 'removed', name }) as const,
  };
  try {
    const watchers = Array.from({ length: 200 }, () => watchHosts(source, [signal]));
    for (const watcher of watchers) expect((await watcher.next()).done).toBe(false);
    expect(getEventListeners(signal, 'abort')).toHaveLength(200);
    for (const watcher of watchers) await watcher.return?.();
    // Warnings are told with the next turn of the loop.
    await new Promise((resolve) => setImmediate(resolve));
  } finally {
    process.off('warning', hear);
  }
  expect(warnings).toEqual([]);
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});
