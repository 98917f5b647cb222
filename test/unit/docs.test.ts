import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { configPage } from '../../build/configPage.ts';
import { errorsPage } from '../../build/errorsPage.ts';
import { readConfig } from '../../src/shared/config/read.ts';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

test('docs/CONFIG.md is what `npm run docs` makes of the schema', () => {
  expect(read('docs/CONFIG.md')).toBe(configPage());
});

test('docs/ERRORS.md is what `npm run docs` makes of the catalogue', () => {
  expect(read('docs/ERRORS.md')).toBe(errorsPage());
});

test('the example configuration is read without a warning', () => {
  const { warnings } = readConfig(JSON.parse(read('docs/examples/config.json')), 'config.json');
  expect(warnings).toEqual([]);
});
