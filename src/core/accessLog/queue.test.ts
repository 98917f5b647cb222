import { describe, expect, it } from 'vitest';
import { createLineQueue } from './queue.ts';

describe('the queue of lines', () => {
  it('joins lines into texts of about the size of one write', () => {
    const queue = createLineQueue(1000, 8);
    for (const line of ['aaaa\n', 'bbbb\n', 'cccc\n']) queue.push(line);
    expect([queue.take(), queue.take(), queue.take()]).toEqual(['aaaa\nbbbb\n', 'cccc\n', null]);
  });

  it('never joins lines across a reopening', () => {
    const queue = createLineQueue(1000, 100);
    queue.push('before\n');
    const mark = queue.mark();
    queue.push('after\n');
    expect([queue.take(), queue.take(), queue.take()]).toEqual(['before\n', mark, 'after\n']);
  });

  it('uses one mark for reopenings with no line between', () => {
    const queue = createLineQueue(1000, 100);
    expect(queue.mark()).toBe(queue.mark());
  });

  it('counts bytes until they are written, not until they are taken', () => {
    const queue = createLineQueue(1000, 100);
    queue.push('12345\n');
    queue.take();
    expect(queue.bytes).toBe(6);
    queue.written(6);
    expect(queue.bytes).toBe(0);
  });

  it('refuses from the first line too much until half of the room is free', () => {
    const queue = createLineQueue(20, 10);
    expect([1, 2, 3, 4].map(() => queue.push('1234\n'))).toEqual([true, true, true, true]);
    expect(queue.push('1234\n')).toBe(false);
    queue.written(5);
    expect(queue.push('1234\n')).toBe(false);
    queue.written(5);
    expect(queue.push('1234\n')).toBe(true);
  });
});
