import { expect, test } from 'vitest';
import { containersView, containerView } from '../../../../../test/support/shownContainers.ts';
import type { ContainerEngineState } from '../../../../shared/model/container.ts';
import { emptyWords } from './emptyWords.ts';

const [docker] = containersView().engines;
const withState = (...states: readonly ContainerEngineState[]) =>
  emptyWords(
    containersView({
      engines: docker === undefined ? [] : states.map((state) => ({ ...docker, state })),
    }),
  );
const none = {
  reason: 'No container engine is installed on this machine.',
  advice: 'Install one.',
  isInstalled: false,
};

test('each reason for having no containers has words of its own', () => {
  const all = [
    emptyWords(containersView({ enabled: false })),
    emptyWords(containersView({ engines: [], none })),
    emptyWords(containersView({ engines: [] })),
    withState('stopped'),
    withState('starting'),
    withState('forbidden'),
    withState('failed'),
    withState('running'),
  ];
  expect(all.map((words) => words?.kind)).toEqual([
    'disabled',
    'not-installed',
    'asking',
    'stopped',
    'starting',
    'forbidden',
    'failed',
    'none',
  ]);
  expect(new Set(all.map((words) => words?.title)).size).toBe(all.length);
  expect(new Set(all.map((words) => words?.text)).size).toBe(all.length);
});

test('what no engine was found for is said as discovery says it', () => {
  expect(emptyWords(containersView({ engines: [], none }))).toMatchObject({
    title: 'No container engine is installed on this machine',
    text: expect.stringContaining('Install one.'),
  });
});

test('of several engines the one speaks that says the most, and none where there are containers', () => {
  expect(withState('stopped', 'forbidden')?.kind).toBe('forbidden');
  expect(withState('stopped', 'running')?.kind).toBe('none');
  expect(emptyWords(containersView({ containers: [containerView()] }))).toBeNull();
});
