import { expect, test } from 'vitest';
import { z } from 'zod';
import { createPreference, type Shelf } from './preferences.ts';

const schema = z.strictObject({ column: z.enum(['host', 'p95']) });
const fallback = { column: 'host' } as const;

function shelfOf(content: Record<string, string> = {}): Shelf & { readonly content: object } {
  return {
    content,
    getItem: (key) => content[key] ?? null,
    setItem: (key, value) => {
      content[key] = value;
    },
  };
}

test('what was chosen is there the next time', () => {
  const shelf = shelfOf();
  createPreference('sort.1', schema, fallback, shelf).set({ column: 'p95' });
  expect(shelf.content).toEqual({ 'berth.sort.1': '{"column":"p95"}' });
  expect(createPreference('sort.1', schema, fallback, shelf).get()).toEqual({ column: 'p95' });
});

test('what is not JSON, or of another shape, counts as never chosen', () => {
  for (const bad of ['{', '{"column":"size"}', 'null', '{"column":"host","more":1}']) {
    const shelf = shelfOf({ 'berth.sort.1': bad });
    expect(createPreference('sort.1', schema, fallback, shelf).get()).toEqual(fallback);
  }
});

test('where nothing can be kept, the choice holds as long as the page', () => {
  const refuse = (): never => {
    throw new Error('no storage here');
  };
  const preference = createPreference('sort.1', schema, fallback, {
    getItem: refuse,
    setItem: refuse,
  });
  expect(preference.get()).toEqual(fallback);
  preference.update(() => ({ column: 'p95' }));
  expect(preference.get()).toEqual({ column: 'p95' });
});
