import { expect, it } from 'vitest';
import type { FrontendsTable, TableEvent } from '../frontends/table.ts';
import { createTableInUse } from './tableInUse.ts';

function aTable(): Pick<FrontendsTable, 'entries' | 'subscribe'> & {
  readonly listeners: Set<(event: TableEvent) => void>;
} {
  const listeners = new Set<(event: TableEvent) => void>();
  return {
    entries: new Map(),
    listeners,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

it('who listens hears the table that is in use, and no other', () => {
  const [first, second] = [aTable(), aTable()];
  const table = createTableInUse(first);
  expect(table.entries).toBe(first.entries);
  const heard: TableEvent[] = [];
  const stop = table.subscribe((event) => heard.push(event));

  table.use(second);
  expect(table.entries).toBe(second.entries);
  expect(first.listeners.size).toBe(0);
  for (const listener of second.listeners) listener({ kind: 'all' });
  expect(heard).toEqual([{ kind: 'all' }]);

  stop();
  expect(second.listeners.size).toBe(0);
});
