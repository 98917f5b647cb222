import { afterEach, expect, test } from 'vitest';
import { limits } from '../../../shared/limits.ts';
import type { StoreCommand } from '../../../store/command.ts';
import type { Answer } from '../../../store/store.ts';
import { type MappingsTable, openMappingsTable } from './table.ts';

let table: MappingsTable | null = null;
afterEach(() => table?.close());

/** A store in which each of so many frontends has the same hash of mappings. */
async function openTable(names: number, fields: ReadonlyMap<string, string>, told = fields.size) {
  const answer = ([command]: StoreCommand): unknown => {
    if (command === 'hlen') return told;
    return command === 'memory' ? 1000 : ['0', [...fields].flat()];
  };
  table = openMappingsTable({
    prefix: '',
    store: {
      state: 'live',
      scan: async function* scan() {
        yield Array.from({ length: names }, (_, n) => `berth:mapping:h${n}.test`);
      },
      read: async (commands) =>
        commands.map((one): Answer => {
          return { kind: 'reply', reply: { ok: true, value: answer(one) }, trust: null };
        }),
    },
    listen: () => () => {},
    random: () => 0.5,
  });
  await table.ready;
  return table;
}

test('hashes of mappings that cannot be read, or are too large, are kept in bounded number', async () => {
  const garbage = await openTable(limits.maxMappings + 100, new Map([['x', 'no JSON']]));
  expect(garbage.entries.size).toBe(limits.maxMappings);
  expect(garbage.left).toBe(100);
  garbage.close();
  const large = await openTable(limits.maxMappings + 100, new Map(), 1_000_000);
  expect(large.entries.size).toBe(limits.maxMappings);
});

test('what is kept of them is bounded in all', async () => {
  const text = 'x'.repeat(1024 * 1024);
  const { entries } = await openTable(100, new Map([['x', text]]));
  expect(entries.size).toBeLessThanOrEqual(limits.maxMappingsChars / text.length);
});
