import { expect, test } from 'vitest';
import { hostView } from '../../../../../test/support/hostView.ts';
import { defaultOptions } from '../../../../shared/model/options.ts';
import { describeChanges } from './changes.ts';

const before = hostView({ backends: ['http://a:1', 'http://b:1'] });
const after = (fields: Parameters<typeof hostView>[0]) =>
  describeChanges(before, hostView({ backends: before.backends, ...fields }));

test('says what others did', () => {
  expect(after({})).toEqual([]);
  expect(after({ backends: ['http://b:1', 'http://c:1'] })).toEqual([
    'added http://c:1',
    'removed http://a:1',
  ]);
  expect(after({ backends: ['http://b:1', 'http://a:1'] })).toEqual([
    'the backends stand in another order',
  ]);
  expect(after({ identifier: 'shop' })).toEqual(['identifier is now "shop"']);
  expect(
    after({
      options: { ...defaultOptions, policy: 'sticky', paused: true, weights: { 'http://a:1': 3 } },
    }),
  ).toEqual(['paused is now on', 'policy is now sticky', 'weights changed']);
  expect(describeChanges(before, null)).toEqual(['the host was removed']);
});
