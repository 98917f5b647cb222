import { expect, it } from 'vitest';
import { Fifo } from './fifo.ts';

it('gives out what went in, in order, through many turns', () => {
  const fifo = new Fifo<number>();
  let [added, taken] = [0, 0];
  for (let round = 0; round < 2000; round++) {
    for (let i = 0; i < 5; i++) fifo.push(added++);
    for (let i = 0; i < 4; i++) expect(fifo.shift()).toBe(taken++);
  }
  expect(fifo.length).toBe(2000);
  while (fifo.length > 0) {
    expect(fifo.first).toBe(taken);
    expect(fifo.shift()).toBe(taken++);
  }
  expect(fifo.shift()).toBeUndefined();
});
