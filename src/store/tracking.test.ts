import { expect, test } from 'vitest';
import { isTrackingIntact } from './tracking.ts';

test.each([
  [['flags', ['on', 'bcast'], 'redirect', 7, 'prefixes', ['frontend:']], true],
  [['flags', ['on', 'bcast', 'broken_redirect'], 'redirect', 7], false],
  [['flags', ['off'], 'redirect', -1], false],
  ['PONG', true],
  [[], true],
])('CLIENT TRACKINGINFO %j: changes are still pushed: %s', (info, intact) => {
  expect(isTrackingIntact(info)).toBe(intact);
});
