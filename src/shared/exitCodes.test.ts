import { expect, test } from 'vitest';
import type { ErrorCode } from './errors.ts';
import { exitCodeOf, exitCodes, exitMeanings } from './exitCodes.ts';

test.each<[ErrorCode, number]>([
  ['BERTH_CONFIG_UNREADABLE', 3],
  ['BERTH_CONFIG_INVALID', 3],
  ['BERTH_USER_REQUIRED', 3],
  ['BERTH_PORT_TAKEN', 4],
  ['BERTH_PORT_FORBIDDEN', 4],
  ['BERTH_STORE_UNREACHABLE', 5],
  ['BERTH_ALREADY_RUNNING', 1],
  ['BERTH_EMBEDDED_LOCKED', 5],
  ['BERTH_CRASH_LOOP', 1],
  ['BERTH_NOT_RUNNING', 6],
  ['BERTH_CONTROL_UNUSABLE', 6],
  ['BERTH_INPUT_INVALID', 2],
  ['BERTH_HOST_NOT_FOUND', 1],
  ['BERTH_CONFLICT', 1],
  ['BERTH_BACKEND_NOT_FOUND', 1],
  ['BERTH_UNHEALTHY', 7],
  ['BERTH_HOST_NOT_ADDED', 7],
  ['BERTH_HOST_UNKNOWN', 1],
])('%s ends with %i', (code, exit) => {
  expect(exitCodeOf(code)).toBe(exit);
});

test('every exit code has a meaning', () => {
  expect(Object.keys(exitMeanings).map(Number)).toEqual(Object.values(exitCodes));
});
