import { expect, test } from 'vitest';
import { isSetUpMissing, stepsOf } from './setupWords.ts';

test('steps are those of names and ports, then those of each store by its name', () => {
  const steps = stepsOf({
    steps: [
      {
        says: 'Add 2 lines to /etc/hosts',
        needsRoot: true,
        command: null,
        file: { path: '/etc/hosts', lines: ['+127.0.0.1\tapp.test'] },
      },
    ],
    stores: [
      { id: 'firefox', title: 'Firefox', steps: [] },
      {
        id: 'system',
        title: 'System',
        steps: [{ says: 'Read it again', command: 'update-ca', needsRoot: true }],
      },
    ],
  });
  expect(steps).toEqual([
    {
      says: 'Add 2 lines to /etc/hosts',
      needsRoot: true,
      lines: ['/etc/hosts', '+127.0.0.1\tapp.test'],
    },
    { says: 'System: Read it again', needsRoot: true, lines: ['$ update-ca'] },
  ]);
});

test.each([
  ['names.hosts', 'problem', true],
  ['trust.browsers', 'warning', true],
  ['trust.system', 'skipped', false],
  ['names.hosts', 'ok', false],
  ['hosts.answer', 'problem', false],
])('a doctor that finds %s a %s: something is missing: %s', (id, status, is) => {
  expect(
    isSetUpMissing([
      { id: 'store.push', status: 'ok' },
      { id, status },
    ]),
  ).toBe(is);
});
