import type { Container, ContainerPort } from '../../src/shared/model/container.ts';

export interface FakeContainer
  extends Partial<Omit<Container, 'ports' | 'labels' | 'environment'>> {
  /** Numbers of ports that are exposed; those in `published` are published, too. */
  readonly ports?: readonly number[];
  readonly published?: readonly number[];
  readonly labels?: Readonly<Record<string, string>>;
  readonly environment?: Readonly<Record<string, string>>;
}

/** A running container of Compose, `web` of `shop`, with what is said otherwise. */
export function fakeContainer(changes: FakeContainer = {}): Container {
  const { ports = [], published = [], labels = {}, environment = {}, ...others } = changes;
  return {
    engine: 'unix:///var/run/docker.sock',
    id: 'c0ffee'.padEnd(64, '0'),
    name: 'shop-web-1',
    image: 'test/web:1',
    project: 'shop',
    service: 'web',
    state: 'running',
    pid: 4711,
    health: null,
    healthOutput: '',
    startedAt: 1_700_000_000_000,
    exitCode: null,
    finishedAt: null,
    networks: [
      { name: 'shop_default', driver: 'bridge', isInternal: false, addresses: ['10.210.0.2'] },
    ],
    ...others,
    ports: portsOf(ports, published),
    labels: new Map(Object.entries(labels)),
    environment: new Map(Object.entries(environment)),
  };
}

const portsOf = (ports: readonly number[], published: readonly number[]): ContainerPort[] =>
  [...new Set([...ports, ...published])]
    .sort((a, b) => a - b)
    .map((port) => ({
      port,
      published: published.includes(port) ? [{ address: '0.0.0.0', port: 32_000 + port }] : [],
    }));
