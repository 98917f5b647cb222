import { expect, test } from 'vitest';
import {
  containersView,
  containerView,
  listeningPort,
  mappingView,
} from '../../../../../test/support/shownContainers.ts';
import { addOffers, parseAddContainer } from './addContainer.ts';
import { itemsOf } from './items.ts';

const web = containerView({
  name: 'shop-web-1',
  project: 'shop',
  service: 'web',
  suggestion: 'web.shop.localhost',
});
const off = containerView({ name: 'off', state: 'exited' });
const parse = (text: string) => {
  const read = parseAddContainer(text, [off, web], ['localhost']);
  return read === null ? null : [read.name, read.container.name, read.port];
};

test('a container is meant by its name, its service, or project and service', () => {
  for (const text of ['shop-web-1', 'web', 'shop/web']) {
    expect(parse(text)).toEqual(['web.shop.localhost', 'shop-web-1', null]);
  }
  expect(parse('web:8080')).toEqual(['web.shop.localhost', 'shop-web-1', 8080]);
});

test('with a name beside it, that is the host', () => {
  expect(parse('app → web')).toEqual(['app.localhost', 'shop-web-1', null]);
  expect(parse('web:3000 app.dev.local')).toEqual(['app.dev.local', 'shop-web-1', 3000]);
  expect(parse('web → shop-web-1')).toEqual(['web.localhost', 'shop-web-1', null]);
});

test('what does not run, is no container or no name means something else', () => {
  for (const text of ['', 'off', 'app', 'app other', 'a b web', 'a/b web', 'web:99999']) {
    expect(parse(text)).toBeNull();
  }
});

test('what runs without a host is offered, each service once', () => {
  const second = containerView({ ...web, name: 'shop-web-2', id: 'b'.repeat(64) });
  const mail = containerView({ name: 'mail' });
  const view = containersView({
    containers: [web, second, mail, off],
    mappings: [mappingView({ containers: [mail.id] })],
  });
  const ports = [listeningPort(), listeningPort({ port: 8000, hosts: ['a.localhost'] })];
  const offers = (typed: string, most = 6) =>
    addOffers(typed, itemsOf(view, ports), { suffix: 'localhost', isTaken: () => false, most }).map(
      ({ word, text }) => [word, text],
    );
  expect(offers('')).toEqual([
    ['web of shop', 'shop-web-1'],
    ['vite :5173', 'shop.localhost → 5173'],
  ]);
  expect(offers('vi')).toEqual([['vite :5173', 'shop.localhost → 5173']]);
  expect(offers('', 1)).toHaveLength(1);
});
