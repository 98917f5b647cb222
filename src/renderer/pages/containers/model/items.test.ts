import { expect, test } from 'vitest';
import {
  containersView,
  containerView,
  listeningPort,
  mappingView,
} from '../../../../../test/support/shownContainers.ts';
import { containerKey, firstItem, itemsOf, listOf, processKey } from './items.ts';

const web = containerView({ name: 'shop-web-1', project: 'shop', service: 'web' });
const api1 = containerView({ name: 'shop-api-1', project: 'shop', service: 'api' });
const api2 = containerView({ name: 'shop-api-2', project: 'shop', service: 'api' });
const mail = containerView({
  name: 'mailpit',
  image: 'axllent/mailpit',
  ports: [{ port: 8025, published: [{ address: '127.0.0.1', port: 9025 }] }],
});
const gone = mappingView({ name: 'old.localhost', containers: [], state: 'stopped' });
const view = containersView({
  containers: [api1, api2, web, mail],
  mappings: [mappingView({ name: 'shop.localhost', containers: [web.id] }), gone],
});
const ports = [
  listeningPort({ port: 5173 }),
  listeningPort({ port: 9025, process: { pid: 1, name: 'docker-proxy', directory: '' } }),
  listeningPort({ port: 8080, isOwn: true }),
];
const items = itemsOf(view, ports);
const list = (filter = '', engines = view.engines) => listOf(items, { engines, filter });
const shown = (filter: string) =>
  list(filter).lines.flatMap((line) => (line.kind === 'group' ? [] : [line.key]));

test('what belongs together stands together: projects, single containers, what is lost, processes', () => {
  expect(
    list().lines.map((line) => (line.kind === 'group' ? `# ${line.title}` : line.key)),
  ).toEqual([
    '# shop',
    containerKey(api1),
    containerKey(api2),
    containerKey(web),
    '# Other containers',
    containerKey(mail),
    '# Mapped, and not there',
    `mapping old.localhost ${gone.id}`,
    '# Processes of this machine',
    processKey(5173),
  ]);
});

test('a service that runs once is called by its service, and otherwise each by its name', () => {
  const labels = items.flatMap((item) => (item.kind === 'container' ? [item.label] : []));
  expect(labels).toEqual(['shop-api-1', 'shop-api-2', 'web', 'mailpit']);
});

test('a mapping stands with the container that it is about, and one of another machine nowhere', () => {
  const hosts = items.flatMap((item) =>
    item.kind === 'container' ? [item.mappings.map(({ name }) => name)] : [],
  );
  expect(hosts).toEqual([[], [], ['shop.localhost'], []]);
  const elsewhere = mappingView({ state: 'elsewhere', containers: [] });
  expect(itemsOf(containersView({ mappings: [elsewhere] }), null)).toEqual([]);
});

test('every word of a filter has to be there: name, image, host, port, state, or whether it is mapped', () => {
  expect(shown('axllent')).toEqual([containerKey(mail)]);
  expect(shown(':8025')).toEqual([containerKey(mail)]);
  expect(shown('shop.localhost')).toEqual([containerKey(web)]);
  expect(shown('shop unmapped')).toEqual([containerKey(api1), containerKey(api2)]);
  expect(shown('vite')).toEqual([processKey(5173)]);
  expect(list('nothing')).toMatchObject({ shown: 0, lines: [] });
});

test('groups name their engine where there are several', () => {
  const [docker] = view.engines;
  const podman = { ...containersView().engines[0], id: 'unix:///podman.sock', name: 'Podman' };
  const engines = docker === undefined ? [] : [docker, { ...docker, ...podman }];
  const notes = list('', engines).lines.flatMap((line) =>
    line.kind === 'group' ? [line.note] : [],
  );
  expect(notes).toEqual(['Docker', 'Docker', '', '']);
});

test('where nothing is of a project, containers are called just that', () => {
  const { lines } = listOf(itemsOf(containersView({ containers: [mail] }), null), {
    engines: view.engines,
    filter: '',
  });
  expect(lines[0]).toMatchObject({ kind: 'group', title: 'Containers' });
});

test('the page begins with what runs and has no host', () => {
  expect(firstItem(itemsOf({ ...view, containers: [web, mail] }, null))?.key).toBe(
    containerKey(mail),
  );
  const off = containerView({ name: 'off', state: 'exited' });
  expect(firstItem(itemsOf(containersView({ containers: [off] }), null))?.key).toBe(
    containerKey(off),
  );
  expect(firstItem(itemsOf(containersView(), ports))).toBeNull();
});

test('a container that Compose makes anew is the same', () => {
  expect(containerKey({ ...web })).toBe(containerKey({ ...web, id: 'f'.repeat(64) } as typeof web));
});
