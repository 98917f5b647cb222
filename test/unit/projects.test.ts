import { expect, test } from 'vitest';
import config from '../../vitest.config.ts';
import { beside, inTurn } from '../support/projects.ts';

test('everything is every project, each once', () => {
  const { projects = [] } = (config as { test?: { projects?: readonly unknown[] } }).test ?? {};
  const names = projects.map(
    (project) => (project as { test?: { name?: unknown } }).test?.name ?? project,
  );
  expect(names).toHaveLength(inTurn.length + beside.length);
  expect([...inTurn, ...beside].sort()).toEqual(names.sort());
});
