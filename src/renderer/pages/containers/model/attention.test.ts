import { expect, test } from 'vitest';
import {
  containersView,
  containerView,
  mappingView,
} from '../../../../../test/support/shownContainers.ts';
import { attentionOf } from './attention.ts';

test('mappings that lead nowhere, labels that cannot be followed, and engines that refuse', () => {
  const [docker] = containersView().engines;
  const view = containersView({
    engines:
      docker === undefined ? [] : [docker, { ...docker, name: 'Podman', state: 'forbidden' }],
    containers: [containerView({ name: 'blog', problems: ['berth.host is no host name.'] })],
    mappings: [
      mappingView({ name: 'a.localhost', state: 'unreachable' }),
      mappingView({ name: 'b.localhost', state: 'unknown' }),
      mappingView({ name: 'c.localhost', state: 'up' }),
      mappingView({ name: 'd.localhost', state: 'elsewhere' }),
    ],
  });
  expect(attentionOf(view)).toEqual([
    'a.localhost is unreachable',
    'b.localhost is unknown',
    'blog has a label that cannot be followed',
    'Podman: no permission',
  ]);
  expect(attentionOf({ ...view, enabled: false })).toEqual([]);
});

test('a container that was stopped is meant to be; one that failed is not', () => {
  const view = (exitCode: number) => {
    const web = containerView({ name: 'web', state: 'exited', exitCode });
    return containersView({
      containers: [web],
      mappings: [mappingView({ state: 'stopped', containers: [web.id] })],
    });
  };
  expect(attentionOf(view(143))).toEqual([]);
  expect(attentionOf(view(1))).toEqual(['web.localhost: web has failed']);
});
