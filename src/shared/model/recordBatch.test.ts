import fc from 'fast-check';
import { expect, it } from 'vitest';
import { anyRecord, aRecord } from '../../../test/support/record.ts';
import type { RequestRecord } from './record.ts';
import { RecordWriter, readRecords } from './recordBatch.ts';

const carried = (records: readonly RequestRecord[]): RequestRecord[] => {
  const writer = new RecordWriter();
  for (const one of records) writer.add(one);
  return readRecords(JSON.parse(JSON.stringify(writer.batch())));
};

it('a batch brings back every record that was put into it, to the microsecond', () => {
  fc.assert(
    fc.property(fc.array(anyRecord, { maxLength: 8 }), (records) => {
      expect(carried(records)).toEqual(records);
    }),
  );
});

it('a text that many records share is in a batch once', () => {
  const writer = new RecordWriter();
  const [one] = fc.sample(anyRecord, { numRuns: 1, seed: 1 });
  if (one === undefined) throw new Error('no sample');
  for (let i = 0; i < 100; i++) writer.add({ ...one, target: '/same', host: 'app.dev.local' });
  expect(writer.batch().texts.filter((known) => known === '/same')).toHaveLength(1);
});

it('a record that differs from another in one field only stays itself', () => {
  const field = fc.constantFrom(...(Object.keys(aRecord()) as (keyof RequestRecord)[]));
  fc.assert(
    fc.property(anyRecord, anyRecord, fc.array(field, { maxLength: 6 }), (one, other, fields) => {
      const records = [one, ...fields.map((name) => ({ ...one, [name]: other[name] })), one];
      expect(carried(records)).toEqual(records);
    }),
  );
});

it('takes turns of more clients than it remembers', () => {
  const records = Array.from({ length: 100 }, (_, index) => aRecord({ client: `::${index % 30}` }));
  expect(carried(records)).toEqual(records);
});
