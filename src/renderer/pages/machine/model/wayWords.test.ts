import { expect, test } from 'vitest';
import { namesView } from '../../../../../test/support/namesView.ts';
import { hostsFileLook, resolverLook } from './wayWords.ts';

const { hostsFile, resolver } = namesView();

test.each([
  [{ state: 'absent' }, 'not installed', true, false],
  [{ state: 'absent', missing: [] }, 'not installed', false, false],
  [{ state: 'outdated' }, 'outdated', true, true],
  [{ state: 'installed', missing: [] }, 'installed', false, true],
  [{ state: 'broken', problem: 'line 3 has no end' }, 'broken', false, false],
] as const)('a hosts file that is %j is %s', (fields, word, canInstall, canRemove) => {
  expect(hostsFileLook({ ...hostsFile, ...fields })).toMatchObject({ word, canInstall, canRemove });
});

test('a hosts file that is behind says what it lacks and what is too much', () => {
  const look = hostsFileLook({
    ...hostsFile,
    state: 'outdated',
    missing: ['a.test', 'b.test'],
    excess: ['c.test'],
  });
  expect(look.says).toBe(
    '/etc/hosts lacks a.test and 1 more and has c.test beyond those that there are.',
  );
});

test.each([
  ['absent', 'not installed', true, false],
  ['outdated', 'outdated', true, true],
  ['installed', 'installed', false, true],
  ['untold', 'does not ask', true, true],
  ['untried', 'not tried', false, true],
  ['unavailable', 'not possible', false, false],
] as const)('a resolver that is %s is %s', (state, word, canInstall, canRemove) => {
  expect(resolverLook({ ...resolver, state })).toMatchObject({ word, canInstall, canRemove });
});

test('a resolver that asks another instance says which', () => {
  const look = resolverLook({ ...resolver, state: 'absent', other: '/home/two/berth/data' });
  expect(look.says).toMatch(/\. It asks another instance of Berth \(\/home\/two\/berth\/data\)\.$/);
  expect(look.canInstall).toBe(true);
});

test('a resolver that is told and does not ask says what was tried', () => {
  const tried = 'a look-up of berth-1.dev.local did not lead here';
  expect(resolverLook({ ...resolver, state: 'untold', tried }).says).toMatch(
    /127\.0\.0\.53\. A look-up of berth-1\.dev\.local did not lead here\.$/,
  );
});

test('a resolver that cannot be told says why, and not by what it was known', () => {
  expect(resolverLook({ ...resolver, state: 'unavailable', problem: 'no port 53' }).says).toBe(
    'No port 53.',
  );
});
