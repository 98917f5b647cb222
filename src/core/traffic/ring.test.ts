import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyRecord, aRecord } from '../../../test/support/record.ts';
import type { RequestRecord } from '../../shared/model/record.ts';
import { charsOf } from '../../shared/model/recordChars.ts';
import { createRing } from './ring.ts';

describe('the ring of records', () => {
  it('holds the last ones in order, within its bounds of number and text', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 900 }), { maxLength: 60 }), (lengths) => {
        const ring = createRing({ maxHeldRecords: 8, maxHeldRecordChars: 4000 });
        const all = lengths.map((length) => aRecord({ target: 'x'.repeat(length) }));
        all.forEach((record, index) => {
          ring.push(record, index * 10);
        });
        const held = all.slice(ring.first, ring.next);
        expect(ring.next).toBe(all.length);
        expect(held.length).toBeLessThanOrEqual(8);
        expect(held.reduce((sum, record) => sum + charsOf(record), 0)).toBeLessThanOrEqual(4000);
        held.forEach((record, index) => {
          expect(ring.at(ring.first + index)).toEqual(record);
          expect(ring.numbered(ring.first + index)?.id).toBe((ring.first + index) * 10);
        });
        const [before] = all.slice(0, ring.first).slice(-1);
        if (before !== undefined && held.length < 8) {
          const room = 4000 - held.reduce((sum, record) => sum + charsOf(record), 0);
          // What went last went for a record that came later, not for nothing.
          expect(room).toBeLessThan(charsOf(before) + Math.max(...held.map(charsOf)));
        }
      }),
    );
  });

  it('gives back every field of a record, however alike it is to others', () => {
    const ring = createRing({ maxHeldRecords: 100, maxHeldRecordChars: 1e6 });
    const field = fc.constantFrom(...(Object.keys(aRecord()) as (keyof RequestRecord)[]));
    fc.assert(
      fc.property(
        anyRecord,
        anyRecord,
        fc.array(field, { maxLength: 12 }),
        (one, other, fields) => {
          const begin = ring.next;
          const records = [one, ...fields.map((name) => ({ ...one, [name]: other[name] })), one];
          for (const record of records) ring.push(record, ring.next);
          expect(records.map((_, index) => ring.numbered(begin + index))).toEqual(
            records.map((record, index) => ({ id: begin + index, ...record })),
          );
        },
      ),
    );
  });

  it('has nothing outside of what it holds', () => {
    const ring = createRing({ maxHeldRecords: 2, maxHeldRecordChars: 1e6 });
    for (let id = 0; id < 3; id++) ring.push(aRecord(), id);
    expect([ring.at(0), ring.at(3), ring.numbered(-1)]).toEqual([undefined, undefined, undefined]);
  });

  it('finds the place of an id, also of one that was lost', () => {
    const ring = createRing({ maxHeldRecords: 3, maxHeldRecordChars: 1e6 });
    for (const id of [1, 2, 5, 6, 9]) ring.push(aRecord(), id);
    expect([0, 5, 6, 7, 9, 10].map(ring.placeOf)).toEqual([2, 2, 3, 4, 4, 5]);
  });

  it('does not hold a record that is larger than all of it', () => {
    const ring = createRing({ maxHeldRecords: 2, maxHeldRecordChars: 300 });
    ring.push(aRecord({ target: 'x'.repeat(500) }), 1);
    expect([ring.first, ring.next]).toEqual([1, 1]);
  });
});
