import { setTimeout as delay } from 'node:timers/promises';
import { vi } from 'vitest';

/** Waits until a condition holds; fails with `what` when it does not within the deadline. */
export async function eventually(
  what: string,
  condition: () => boolean | Promise<boolean>,
  deadlineMs = 20_000,
): Promise<void> {
  const deadline = performance.now() + deadlineMs;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`${what}: not within ${deadlineMs} ms`);
    await delay(2);
  }
}

/** Waits until an assertion holds; fails as it does, shortly before the test would be out of time. */
export async function eventuallyHolds(assertion: () => void): Promise<void> {
  await vi.waitFor(assertion, { timeout: 4500, interval: 2 });
}
