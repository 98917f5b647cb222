import { expect, test } from 'vitest';
import { hostView } from '../../../../../test/support/hostView.ts';
import { mappingView } from '../../../../../test/support/shownContainers.ts';
import { hostChoice, offeredHosts } from './hostChoice.ts';

const hosts = new Map(
  [
    hostView({ name: 'app.localhost' }),
    hostView({ name: 'empty.localhost', backends: [] }),
    hostView({ name: 'mail.localhost', backends: ['http://a:1', 'http://b:1'] }),
    hostView({ name: 'web.localhost' }),
  ].map((host) => [host.name, host]),
);
const mine = mappingView({ name: 'web.localhost' });
const theirs = mappingView({
  name: 'app.localhost',
  target: { kind: 'service', project: 'shop', service: 'api' },
  port: 3000,
});
const choose = (text: string) =>
  hostChoice(text, {
    hosts,
    mappings: [mine, theirs],
    suffixes: ['localhost', 'dev.local'],
    isSame: (mapping) => mapping === mine,
  });

test('a word becomes a name under the first suffix, and what cannot be a name says why', () => {
  expect(choose('shop')).toMatchObject({ name: 'shop.localhost', isWarning: false });
  expect(choose('Shop.Dev.Local')).toMatchObject({ name: 'shop.dev.local', says: 'A new host.' });
  expect(choose(' ')).toMatchObject({ name: null, isWarning: false });
  expect(choose('a,b')).toMatchObject({ name: null, isWarning: true });
});

test('a name that is there says what would happen', () => {
  expect(choose('mail').says).toBe(
    'mail.localhost is there with 2 backends, which would share its requests with this.',
  );
  expect(choose('empty').says).toContain('becomes its first');
  expect(choose('app').says).toBe(
    'app.localhost is mapped to api of shop, port 3000: both would share its requests.',
  );
  expect(choose('web').says).toBe('web.localhost is mapped to it already.');
  for (const name of ['mail', 'app', 'web']) expect(choose(name).isWarning).toBe(true);
});

test('a name that nothing leads here says so', () => {
  expect(choose('shop.example.com').says).toContain('has to lead to this machine');
  expect(choose('*.shop.localhost').says).toContain('every name');
});

test('the suggestion is offered first, then what begins with what was typed', () => {
  expect(offeredHosts('', 'shop.localhost', hosts.keys(), 3)).toEqual([
    'shop.localhost',
    'app.localhost',
    'empty.localhost',
  ]);
  expect(offeredHosts('ma', 'shop.localhost', ['x.mail.localhost', 'mail.localhost'])).toEqual([
    'mail.localhost',
    'x.mail.localhost',
  ]);
});
