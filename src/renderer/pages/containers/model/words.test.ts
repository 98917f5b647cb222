import { expect, test } from 'vitest';
import {
  containersView,
  containerView,
  mappingView,
} from '../../../../../test/support/shownContainers.ts';
import { containerState, enginesInBar, hasFailed, madeBy, sourceOf, whyReadOnly } from './words.ts';

const [docker] = containersView().engines;

test.each([
  [{ state: 'running' }, 'up', 'running'],
  [{ state: 'running', health: 'healthy' }, 'up', 'healthy'],
  [{ state: 'running', health: 'unhealthy' }, 'down', 'unhealthy'],
  [{ state: 'running', health: 'starting' }, 'degraded', 'starting'],
  [{ state: 'paused' }, 'paused', 'paused'],
  [{ state: 'created' }, 'unknown', 'never started'],
  [{ state: 'exited', exitCode: 0 }, 'unknown', 'exited'],
  [{ state: 'exited', exitCode: 1 }, 'unknown', 'exited with 1'],
  [{ state: 'exited', exitCode: 137 }, 'unknown', 'killed'],
  [{ state: 'exited', exitCode: 143 }, 'unknown', 'stopped'],
] as const)('%j is shown as %s, %s', (fields, status, word) => {
  expect(containerState(containerView(fields))).toEqual({ status, word });
});

test('a container that was stopped has not failed; one that ended by itself has', () => {
  expect(hasFailed(containerView({ state: 'exited', exitCode: 137 }))).toBe(false);
  expect(hasFailed(containerView({ state: 'exited', exitCode: 2 }))).toBe(true);
});

test('a mapping tells who made it, and whether it is ended here', () => {
  const traefik = mappingView({ source: 'traefik', from: 'traefik.http.routers.web.rule' });
  expect(madeBy(traefik)).toBe('traefik.http.routers.web.rule (Traefik)');
  expect(whyReadOnly(traefik)).toContain('change it there');
  expect(madeBy(mappingView())).toBe('by hand');
  expect(whyReadOnly(mappingView())).toBeNull();
  expect(whyReadOnly(mappingView({ state: 'elsewhere' }))).toBe('ada keeps it');
});

test('the source of a host is its mappings, or a person', () => {
  expect(sourceOf([]).word).toBe('manual');
  const service = mappingView({ target: { kind: 'service', project: 'shop', service: 'web' } });
  expect(sourceOf([service]).word).toBe('compose · shop');
  expect(sourceOf([mappingView(), service])).toEqual({
    word: 'container web +1',
    title: 'web, port 80: by hand\nweb of shop, port 80: by hand',
  });
});

test.each([
  ['running', 'up', 'running'],
  ['starting', 'degraded', 'starting'],
  ['stopped', 'unknown', 'not running'],
  ['forbidden', 'down', 'no permission'],
] as const)('the status bar says %s with a shape and a word of its own', (state, status, word) => {
  const engines = docker === undefined ? [] : [{ ...docker, state }];
  expect(enginesInBar(containersView({ engines }))).toMatchObject([
    { name: 'docker', status, word },
  ]);
});

test('the status bar says that there is no engine, and nothing where none is wanted', () => {
  const without = (isInstalled: boolean) =>
    containersView({ engines: [], none: { reason: 'None.', advice: '', isInstalled } });
  expect(enginesInBar(without(false))).toMatchObject([{ word: 'not installed', title: 'None.' }]);
  expect(enginesInBar(without(true))).toMatchObject([{ word: 'not running' }]);
  expect(enginesInBar(containersView({ engines: [] }))).toMatchObject([{ word: 'asking' }]);
  expect(enginesInBar(containersView({ enabled: false }))).toEqual([]);
});
