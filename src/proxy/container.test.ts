import { describe, expect, it } from 'vitest';
import type { HttpErrorCode } from '../shared/errors.ts';
import { limits } from '../shared/limits.ts';
import type { ContainerNote } from '../shared/model/options.ts';
import type { Attempt } from '../shared/model/record.ts';
import { containerReason, isAwaited } from './container.ts';

const now = 1_700_000_000_000;
const starting: ContainerNote = { what: 'web of shop', state: 'starting', until: now + 48_000 };
const stopped: ContainerNote = { ...starting, state: 'stopped' };
const unreachable: ContainerNote = { ...stopped, state: 'unreachable' };
const late: ContainerNote = { ...starting, until: now };

const tried = (...outcomes: readonly Attempt['outcome'][]): readonly Attempt[] =>
  outcomes.map((outcome, index) => ({ index, url: `http://10.0.0.${index}`, ms: 1, outcome }));

const reasonOf = (
  note: ContainerNote,
  code: HttpErrorCode,
  attempts: readonly Attempt[] = [],
  repeatable = true,
) => containerReason(note, { code, detail: '' }, attempts, repeatable, now);

describe('a container that starts', () => {
  it('is awaited, and said since when', () => {
    expect(reasonOf(starting, 'BERTH_FRONTEND_EMPTY')).toEqual({
      code: 'BERTH_CONTAINER_STARTING',
      detail: `web of shop started ${(limits.containerStartMs - 48_000) / 1000} s ago and takes no requests yet.`,
      awaitedMs: 48_000,
    });
    const ahead = { ...starting, until: now + limits.containerStartMs + 5000 };
    expect(reasonOf(ahead, 'BERTH_FRONTEND_EMPTY')?.detail).toBe(
      'web of shop takes no requests yet.',
    );
  });

  it('is not awaited for longer than any start takes, whatever the store says', () => {
    const ages = { ...starting, until: Number.MAX_SAFE_INTEGER };
    expect(isAwaited(ages, now)).toBe(false);
    expect(reasonOf(ages, 'BERTH_FRONTEND_EMPTY')).toMatchObject({
      code: 'BERTH_FRONTEND_EMPTY',
      awaitedMs: 0,
    });
    expect(isAwaited({ ...starting, until: now + limits.containerStartMs }, now)).toBe(true);
  });

  it.each([
    ['no backend', 'BERTH_FRONTEND_EMPTY', []],
    ['dead ones alone', 'BERTH_BACKENDS_DEAD', []],
    ['one that refused', 'BERTH_BACKEND_REFUSED', tried('BERTH_BACKEND_REFUSED')],
    [
      'several that could not be reached',
      'BERTH_BACKEND_CONNECT_TIMEOUT',
      tried('BERTH_BACKEND_REFUSED', 'BERTH_BACKEND_UNREACHABLE', 'BERTH_BACKEND_CONNECT_TIMEOUT'),
    ],
    ['one that hung up', 'BERTH_BACKEND_RESET', tried('BERTH_BACKEND_RESET')],
  ] as const)('explains %s', (_what, code, attempts) => {
    expect(reasonOf(starting, code, attempts)?.code).toBe('BERTH_CONTAINER_STARTING');
    expect(reasonOf(stopped, code, attempts)?.code).toBe('BERTH_CONTAINER_STOPPED');
    expect(reasonOf(unreachable, code, attempts)?.code).toBe('BERTH_CONTAINER_UNREACHABLE');
  });

  it.each([
    ['a backend that took the request', 'BERTH_BACKEND_TIMEOUT', tried('BERTH_BACKEND_TIMEOUT')],
    [
      'one of several that did',
      'BERTH_BACKEND_REFUSED',
      tried('BERTH_BACKEND_PROTOCOL', 'BERTH_BACKEND_REFUSED'),
    ],
    ['what is drained', 'BERTH_BACKENDS_DRAINED', []],
    ['a list that cannot be read', 'BERTH_BACKENDS_INVALID', []],
  ] as const)('does not explain %s', (_what, code, attempts) => {
    expect(reasonOf(starting, code, attempts)).toBeNull();
    expect(reasonOf(stopped, code, attempts)).toBeNull();
  });

  it('does not explain a connection that ended after a request which may not be sent twice', () => {
    const attempts = tried('BERTH_BACKEND_RESET');
    expect(reasonOf(starting, 'BERTH_BACKEND_RESET', attempts, false)).toBeNull();
    const refused = tried('BERTH_BACKEND_REFUSED');
    expect(reasonOf(starting, 'BERTH_BACKEND_REFUSED', refused, false)).not.toBeNull();
  });

  it('is awaited no longer than it may take', () => {
    expect(isAwaited(starting, now + 47_999)).toBe(true);
    expect(isAwaited(starting, now + 48_000)).toBe(false);
    expect(isAwaited(stopped, now)).toBe(false);
    expect(isAwaited(null, now)).toBe(false);
    expect(reasonOf(late, 'BERTH_BACKEND_REFUSED', tried('BERTH_BACKEND_REFUSED'))).toEqual({
      code: 'BERTH_BACKEND_REFUSED',
      detail: 'web of shop did not come up in time.',
      awaitedMs: 0,
    });
  });
});
