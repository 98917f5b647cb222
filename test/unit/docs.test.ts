import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { cliPage } from '../../build/cliPage.ts';
import { configPage } from '../../build/configPage.ts';
import { errorsPage } from '../../build/errorsPage.ts';
import { startLines } from '../../src/cli/startLines.ts';
import { readConfig } from '../../src/shared/config/read.ts';
import type { ManagedTls } from '../../src/shared/model/listener.ts';

const root = (path: string) => new URL(`../../${path}`, import.meta.url);
const read = (path: string) => readFileSync(root(path), 'utf8');

test('docs/CLI.md is what `npm run docs` makes of the command line', () => {
  expect(read('docs/CLI.md')).toBe(cliPage());
});

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

test('README.md shows the lines of a start as they are', () => {
  const { config } = readConfig({ driver: 'embedded:' }, 'config.json');
  const managed: ManagedTls = { key: null, cert: null, ca: [] };
  const listeners = [null, managed].flatMap((tls, group) =>
    ['127.0.0.1', '::1'].map((address, index) => ({
      id: 2 * group + index,
      address,
      port: tls === null ? 80 : 443,
      tls,
    })),
  );
  const embedded = { host: '127.0.0.1', port: 6390 };
  const accessLog = '/home/ada/.local/state/berth/access.log';
  const control = {
    socket: '/run/user/1000/berth/control.sock',
    dashboard: 'http://127.0.0.1:8190',
  };
  const lines = startLines({
    byNpm: true,
    config,
    instance: { listeners, embedded, accessLog, control },
  });
  expect(read('README.md')).toContain(`\n${lines.join('\n')}\n`);
});

test('every test that docs/PROMISES.md names exists', () => {
  const named = [...read('docs/PROMISES.md').matchAll(/[\w./-]+\.test\.ts/g)].map(([path]) => path);
  expect(named.length).toBeGreaterThan(50);
  const missing = named.filter(
    (path) => !existsSync(root(path.startsWith('src/') ? path : `test/${path}`)),
  );
  expect(missing).toEqual([]);
});

test('every page and picture that a page links to exists', () => {
  const pages = [
    'README.md',
    ...readdirSync(root('docs'), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.md'))
      .map((path) => `docs/${path}`),
  ];
  const broken = pages.flatMap((page) =>
    [...read(page).matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)]
      .map(([, target = '']) => target)
      .filter((target) => !existsSync(new URL(target, new URL(page, root('')))))
      .map((target) => `${page}: ${target}`),
  );
  expect(broken).toEqual([]);
});

test('docs/ARCHITECTURE.md says what every folder of core and cli, and every loose file of core, is for', () => {
  const page = read('docs/ARCHITECTURE.md');
  const names = ['src/core', 'src/cli'].flatMap((folder) =>
    readdirSync(root(folder), { withFileTypes: true }).flatMap((entry) => {
      if (entry.isDirectory()) return [`${entry.name}/`];
      const isCode = /(?<!\.test|\.d)\.ts$/.test(entry.name);
      return isCode && folder === 'src/core' ? [entry.name] : [];
    }),
  );
  expect(names.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
});
