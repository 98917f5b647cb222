import { expect, test } from 'vitest';
import { FairQueue } from './fairQueue.ts';

function queueOf(...items: readonly string[]): FairQueue<string> {
  const queue = new FairQueue<string>();
  for (const item of items) queue.push(item.slice(0, 1), item);
  return queue;
}

/** Takes until there is nothing more to have. */
function taken(queue: FairQueue<string>, may: (group: string) => boolean = () => true): string {
  const items: string[] = [];
  for (let item = queue.take(may); item !== undefined; item = queue.take(may)) items.push(item);
  return items.join(' ');
}

test('groups take turns, and each keeps its order', () => {
  expect(taken(queueOf('a1', 'a2', 'a3', 'b1', 'b2', 'c1'))).toBe('a1 b1 c1 a2 b2 a3');
});

test('a group that comes late waits for one of each, not for all of them', () => {
  const queue = queueOf('a1', 'a2', 'a3', 'a4');
  expect(queue.take(() => true)).toBe('a1');
  queue.push('b', 'b1');
  expect(taken(queue)).toBe('a2 b1 a3 a4');
});

test('a group that may have none keeps its turn and holds up nobody', () => {
  const queue = queueOf('a1', 'b1', 'a2', 'b2');
  expect(taken(queue, (group) => group === 'b')).toBe('b1 b2');
  expect(taken(queue)).toBe('a1 a2');
});

test('clearing takes all of them', () => {
  const queue = queueOf('a1', 'b1', 'a2');
  expect(queue.clear()).toEqual(['a1', 'a2', 'b1']);
  expect(queue.take(() => true)).toBeUndefined();
});
