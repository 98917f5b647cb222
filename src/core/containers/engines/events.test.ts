import { describe, expect, test } from 'vitest';
import { eventsPath, readEvent } from './events.ts';

const id = '7'.repeat(64);
const network = 'e'.repeat(64);

/** As Docker's API 1.52 and later say it; older ones add `status`, `id` and `from`. */
const docker = (Action: string, more = {}) => ({
  Type: 'container',
  Action,
  Actor: { ID: id, Attributes: { image: 'web:1', name: 'web' } },
  scope: 'local',
  time: 1_795_394_227,
  timeNano: 1_795_394_227_000_000_000,
  ...more,
});

describe('an event says which container is to be looked at, and what holds at once', () => {
  const cases: readonly [string, unknown, ReturnType<typeof readEvent>][] = [
    ['start', docker('start'), { id, now: null }],
    ['die', docker('die'), { id, now: 'exited' }],
    ['pause', docker('pause'), { id, now: 'paused' }],
    ['unpause', docker('unpause'), { id, now: null }],
    ['rename', docker('rename'), { id, now: null }],
    ['health', docker('health_status: unhealthy'), { id, now: null }],
    ['destroy', docker('destroy'), { id, now: 'gone' }],
    [
      'an older engine',
      { status: 'die', id, from: 'web:1', Type: 'container', Action: 'die', Actor: { ID: id } },
      { id, now: 'exited' },
    ],
    [
      'Docker, a network',
      {
        Type: 'network',
        Action: 'connect',
        Actor: { ID: network, Attributes: { container: id, name: 'bridge', type: 'bridge' } },
      },
      { id, now: null },
    ],
    [
      'Podman, a network',
      {
        Type: 'network',
        Action: 'connect',
        Actor: { ID: id, Attributes: { image: '', name: 'web', network: 'podman', podId: '' } },
        HealthStatus: '',
      },
      { id, now: null },
    ],
    [
      'Podman before 4, the end',
      {
        status: 'died',
        id,
        Type: 'container',
        Action: 'died',
        Actor: { ID: id, Attributes: { containerExitCode: '0' } },
      },
      { id, now: 'exited' },
    ],
    [
      'Podman, removed',
      { Type: 'container', Action: 'remove', Actor: { ID: id, Attributes: {} } },
      { id, now: 'gone' },
    ],
    ['an image', { Type: 'image', Action: 'delete', Actor: { ID: id } }, null],
    ['no id', { Type: 'container', Action: 'die', Actor: { ID: '../../x' } }, null],
    ['nothing of the kind', 'die', null],
    ['null', null, null],
  ];
  test.each(cases)('%s', (_name, value, expected) => {
    expect(readEvent(value)).toEqual(expected);
  });
});

test('the engine sends no events of probes', () => {
  const filters: unknown = JSON.parse(
    new URL(eventsPath, 'http://engine').searchParams.get('filters') ?? '',
  );
  expect(filters).toMatchObject({ type: ['container', 'network'] });
  expect(JSON.stringify(filters)).not.toContain('exec');
});
