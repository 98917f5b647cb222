import { expect, it, vi } from 'vitest';
import { fakeContainer } from '../../../test/support/fakeContainers.ts';
import { createLookout, type LookoutOptions } from './lookout.ts';

const container = fakeContainer('web', '172.17.0.2', {
  engine: 'unix:///a.sock',
  ports: [{ port: 80, published: [{ address: '0.0.0.0', port: 8080 }] }],
  labels: new Map([['berth.host', 'web.localhost']]),
});

function setUp(operatingSystem: string) {
  const subnets = vi.fn(() => ['172.17.0.1/16']);
  const engines = {
    settings: {
      enabled: true,
      engines: [],
      labels: true,
      autoNames: false,
      suffixes: ['localhost'],
    },
    present: {
      containers: new Map([[container.id, container]]),
      facts: new Map([
        [
          container.engine,
          {
            kind: 'docker' as const,
            hostname: 'desk',
            operatingSystem,
            isRootless: false,
            isRemote: operatingSystem === 'Docker Desktop',
            publishedAt: '127.0.0.1',
          },
        ],
      ]),
    },
  };
  const machine: ReturnType<LookoutOptions['machine']> = {
    platform: 'linux',
    hostname: 'desk',
    subnets: [],
    container: null,
  };
  return { engines, subnets, lookout: createLookout({ engines, machine: () => machine, subnets }) };
}

it('what a container asks for is read once, until the settings are others', () => {
  const { engines, lookout } = setUp('Debian');
  const first = lookout.wanted(container);
  expect(first.wants).toMatchObject([{ name: 'web.localhost', port: 80 }]);
  expect(lookout.wanted(container)).toBe(first);
  engines.settings = { ...engines.settings, labels: false };
  expect(lookout.wanted(container).wants).toEqual([]);
});

it('a container is reached by its own address where its network is one of this machine', () => {
  const { lookout } = setUp('Debian');
  expect(lookout.findWay(container, 80)).toMatchObject({ ok: true, host: '172.17.0.2', port: 80 });
});

it('a container in a virtual machine is reached where its port is published', () => {
  const { lookout } = setUp('Docker Desktop');
  expect(lookout.findWay(container, 80)).toMatchObject({ ok: true, host: '127.0.0.1', port: 8080 });
});

it('the networks of this machine are looked at once for each change of containers', () => {
  const { engines, subnets, lookout } = setUp('Debian');
  lookout.findWay(container, 80);
  lookout.surroundings(container.engine);
  expect(subnets).toHaveBeenCalledOnce();
  engines.present = { ...engines.present, containers: new Map() };
  lookout.surroundings(container.engine);
  expect(subnets).toHaveBeenCalledTimes(2);
});
