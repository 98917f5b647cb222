import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fakeContainer } from '../../../../test/support/containers.ts';
import { parseFrontendName } from '../../../shared/model/hostname.ts';
import { defaultPort, suggestionFor } from './index.ts';

/** Any code unit, halves of characters too. */
const unit = fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code));
const free = () => false;

test.each([
  [{}, 'web.shop.dev.local'],
  [{ service: 'My_Web', project: 'Über Shop' }, 'my-web.uber-shop.dev.local'],
  [{ project: null, service: null, name: 'db_1' }, 'db-1.dev.local'],
  [{ project: null, service: null, name: '日本' }, 'app.dev.local'],
])('a name is suggested by service and project, else by name (%#)', (changes, name) => {
  expect(suggestionFor(fakeContainer(changes), ['dev.local', 'localhost'], free)).toBe(name);
});

test('a name that is taken gets a number', () => {
  const taken = new Set(['web.shop.dev.local', 'web-2.shop.dev.local']);
  const suggestion = suggestionFor(fakeContainer(), ['dev.local'], (name) => taken.has(name));
  expect(suggestion).toBe('web-3.shop.dev.local');
});

test('without a suffix there is a name all the same', () => {
  expect(suggestionFor(fakeContainer(), [], free)).toBe('web.shop.localhost');
});

test('whatever a container is called, what is suggested is a name of a frontend', () => {
  const word = fc.oneof(fc.string({ unit, maxLength: 80 }), fc.constant('x'.repeat(255)));
  fc.assert(
    fc.property(
      word,
      word,
      word,
      fc.integer({ min: 0, max: 12 }),
      (name, project, service, used) => {
        let left = used;
        const suggestion = suggestionFor(
          { name, project, service },
          ['dev.local'],
          () => left-- > 0,
        );
        expect(parseFrontendName(suggestion)).toEqual({ ok: true, name: suggestion });
      },
    ),
  );
});

test.each([
  ['what berth.port says', { ports: [80], labels: { 'berth.port': '81' } }, 81],
  ['the only one', { ports: [5432] }, 5432],
  ['the only published one', { ports: [80, 9001], published: [9001] }, 9001],
  ['the most usual of the published ones', { ports: [80], published: [3000, 9001] }, 3000],
  ['the most usual one', { ports: [8080, 3000, 80] }, 80],
  ['none where there is no telling', { ports: [9001, 9002] }, null],
  ['none without any', {}, null],
  ['not what berth.port does not say', { ports: [80], labels: { 'berth.port': 'x' } }, 80],
])('the default port: %s', (_what, changes, port) => {
  expect(defaultPort(fakeContainer(changes))).toBe(port);
});
