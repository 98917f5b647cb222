import { expect, test } from 'vitest';
import { firstOf } from './firstOf.ts';

const pair = () => [new AbortController(), new AbortController()] as const;

test.each([0, 1] as const)('is aborted with the first, whichever it is: %i', (index) => {
  const both = pair();
  const either = firstOf(both[0].signal, both[1].signal);
  expect(either.aborted).toBe(false);
  both[index].abort('first');
  both[1 - index]?.abort('second');
  expect(either.reason).toBe('first');
});

test('is aborted from the start when one of them is', () => {
  const [one, other] = pair();
  other.abort('before');
  expect(firstOf(one.signal, other.signal).reason).toBe('before');
});
