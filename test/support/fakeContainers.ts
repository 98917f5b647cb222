import type { ContainerSource } from '../../src/core/containers/mappings/index.ts';
import type { ContainerWay } from '../../src/core/containers/mappings/types.ts';
import type { ContainerEngineView } from '../../src/shared/contract/containers.ts';
import type {
  Container,
  ContainerEngineState,
  WantedHost,
} from '../../src/shared/model/container.ts';

export const fakeEngine = 'unix:///run/docker.sock';

/** A running container of no project, with an address and nothing else, that was started long ago. */
export function fakeContainer(
  name: string,
  address: string,
  changes: Partial<Container> = {},
): Container {
  return {
    engine: fakeEngine,
    id: `id-${name}`,
    name,
    image: 'test/web:1',
    project: null,
    service: null,
    state: 'running',
    pid: 1,
    health: null,
    healthOutput: '',
    startedAt: 1,
    exitCode: null,
    finishedAt: null,
    ports: [],
    networks: [{ name: 'bridge', driver: 'bridge', isInternal: false, addresses: [address] }],
    labels: new Map(),
    environment: new Map(),
    ...changes,
  };
}

/** One of a Compose service. */
export const ofService = (
  name: string,
  address: string,
  changes: Partial<Container> = {},
): Container => fakeContainer(name, address, { project: 'shop', service: 'web', ...changes });

/** By its own address; by a published port where it has none. */
export function fakeWay(container: Container, port: number): ContainerWay {
  const host = container.networks[0]?.addresses[0] ?? '';
  if (host !== '') return { ok: true, host, port, by: 'address' };
  const [published] = container.ports.find((one) => one.port === port)?.published ?? [];
  return published === undefined
    ? { ok: false, sentence: `${container.name} has no address.` }
    : { ok: true, host: '127.0.0.1', port: published.port, by: 'published' };
}

/** The label `want` is a list of hosts, each perhaps with a port, as `a.localhost:80`; 8080 is where none is said. */
export function fakeWants({ labels }: Container): readonly WantedHost[] {
  const text = labels.get('want') ?? '';
  return text
    .split(',')
    .filter((each) => each !== '')
    .map((each) => {
      const [name = '', port = '8080'] = each.split(':');
      return {
        name,
        port: Number(port),
        scheme: 'http',
        convention: 'berth',
        from: 'berth.host',
        isPartial: false,
      };
    });
}

export const wanting = (hosts: string): Partial<Container> => ({
  labels: new Map([['want', hosts]]),
});

/** Engines and containers that are what a test says. */
export class FakeContainers implements ContainerSource {
  engines: readonly ContainerEngineView[] = [];
  containers: ReadonlyMap<string, Container> = new Map();
  readonly ready = Promise.resolve();
  readonly present = this;
  readonly #all = new Map<string, Container>();
  readonly #listeners = new Set<() => void>();

  constructor(...containers: readonly Container[]) {
    for (const container of containers) this.#all.set(container.id, container);
    this.is('running');
  }

  /** Containers as they are from now on. */
  put(...containers: readonly Container[]): void {
    for (const container of containers) this.#all.set(container.id, container);
    this.#changed();
  }

  remove(...ids: readonly string[]): void {
    for (const id of ids) this.#all.delete(id);
    this.#changed();
  }

  /** Puts and removes as one piece of news. */
  replace(...containers: readonly Container[]): void {
    this.#all.clear();
    this.put(...containers);
  }

  is(state: ContainerEngineState): void {
    this.engines = [
      {
        id: fakeEngine,
        name: 'Docker',
        source: 'socket',
        state,
        version: null,
        reason: '',
        advice: '',
      },
    ];
    this.#changed();
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  #changed(): void {
    // As those of an engine: known exactly while it runs.
    this.containers = this.engines[0]?.state === 'running' ? new Map(this.#all) : new Map();
    for (const listener of [...this.#listeners]) listener();
  }
}
