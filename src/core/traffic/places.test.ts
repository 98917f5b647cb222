import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createPlaces } from './places.ts';

it('places are counted and told as they are, whatever was forgotten', () => {
  const steps = fc.array(fc.tuple(fc.integer({ min: 1, max: 400 }), fc.nat(900)), {
    maxLength: 60,
  });
  fc.assert(
    fc.property(steps, fc.nat(40), (all, begin) => {
      let known = Array.from({ length: begin }, (_, index) => index * 2);
      const places = createPlaces(known);
      let next = begin * 2;
      for (const [count, behind] of all) {
        for (let added = 0; added < count; added++) {
          next += 1 + (added % 3);
          places.add(next);
          known.push(next);
        }
        places.forgetBefore(next - behind);
        known = known.filter((place) => place >= next - behind);
        expect(places.length).toBe(known.length);
        expect(places.last(7)).toEqual(known.slice(-7));
        const half = next - Math.floor(behind / 2);
        expect(places.countFrom(half)).toBe(known.filter((place) => place >= half).length);
      }
      expect(places.last(0)).toEqual([]);
    }),
  );
});
