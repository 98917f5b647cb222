import { expect, test } from 'vitest';
import {
  containersView,
  containerView,
  mappingView,
} from '../../../../../test/support/shownContainers.ts';
import { containerKey } from './items.ts';
import { paletteEntries } from './paletteEntries.ts';

test('each service can be mapped once, and each mapped host opened', () => {
  const web = containerView({ name: 'shop-web-1', project: 'shop', service: 'web' });
  const view = containersView({
    containers: [web, { ...web, name: 'shop-web-2' }, containerView({ name: 'mail' })],
    mappings: [
      mappingView({ target: { kind: 'service', project: 'shop', service: 'web' } }),
      mappingView({ name: 'far.localhost', state: 'elsewhere' }),
    ],
  });
  expect(paletteEntries(view).map(({ title }) => title)).toEqual([
    'Map web of shop',
    'Map mail',
    'Open web.localhost (web of shop)',
  ]);
  expect(paletteEntries(view)[0]?.entry).toEqual({ kind: 'map', key: containerKey(web) });
  expect(paletteEntries(null)).toEqual([]);
});
