import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Deadlines } from './deadlines.ts';

it('gives back exactly the keys whose present deadline has come', () => {
  const step = fc.record({
    key: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
    at: fc.option(fc.integer({ min: 0, max: 50 })),
  });
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 3000 }),
      fc.integer({ min: 0, max: 50 }),
      (steps, now) => {
        const current = new Map<string, number>();
        const deadlines = new Deadlines((key) => current.get(key) ?? null);
        for (const { key, at } of steps) {
          if (at === null) current.delete(key);
          else {
            current.set(key, at);
            deadlines.add(key, at, current.size);
          }
        }
        const expected = [...current].filter(([, at]) => at <= now).map(([key]) => key);
        const found: string[] = [];
        for (let key = deadlines.takeDue(now); key !== null; key = deadlines.takeDue(now)) {
          found.push(key);
          current.delete(key);
        }
        expect(found.sort()).toEqual(expected.sort());
        const rest = [...current.values()];
        expect(deadlines.next()).toBe(rest.length === 0 ? null : Math.min(...rest));
      },
    ),
    { numRuns: 200 },
  );
});
