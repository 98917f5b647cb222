import type {
  ContainersView,
  ContainerView,
  ListeningPort,
  MappingView,
  PortVerdict,
} from '../../src/shared/contract/containers.ts';

/** The engine of containers that name no other. */
const dockerSocket = 'unix:///var/run/docker.sock';

/** A running container with what a test does not care about filled in. */
export function containerView(fields: Partial<ContainerView> = {}): ContainerView {
  const name = fields.name ?? 'web';
  return {
    engine: dockerSocket,
    id: name.padEnd(64, '0'),
    name,
    image: 'nginx:1.27',
    project: null,
    service: null,
    state: 'running',
    health: null,
    startedAt: 0,
    exitCode: null,
    ports: [{ port: 80, published: [] }],
    addresses: ['172.17.0.2'],
    wants: [],
    problems: [],
    port: 80,
    suggestion: `${name}.localhost`,
    ...fields,
  };
}

export function mappingView(fields: Partial<MappingView> = {}): MappingView {
  const name = fields.name ?? 'web.localhost';
  return {
    name,
    id: `${name} 1`,
    machine: { id: 'm', name: 'ada' },
    engine: dockerSocket,
    target: { kind: 'container', name: 'web' },
    port: 80,
    scheme: 'http',
    source: 'hand',
    from: '',
    made: true,
    backends: ['http://172.17.0.2:80'],
    state: 'up',
    reason: '',
    containers: ['web'.padEnd(64, '0')],
    ...fields,
  };
}

export const containersView = (fields: Partial<ContainersView> = {}): ContainersView => ({
  enabled: true,
  engines: [
    {
      id: dockerSocket,
      name: 'Docker',
      source: 'socket',
      state: 'running',
      version: '27.3.1',
      reason: '',
      advice: '',
    },
  ],
  containers: [],
  none: null,
  left: 0,
  mappings: [],
  ...fields,
});

export const listeningPort = (fields: Partial<ListeningPort> = {}): ListeningPort => ({
  port: 5173,
  addresses: ['127.0.0.1', '::1'],
  process: { pid: 4711, name: 'vite', directory: '~/code/shop' },
  isOwn: false,
  hosts: [],
  ...fields,
});

export const portVerdict = (fields: Partial<PortVerdict> = {}): PortVerdict => ({
  port: 80,
  scheme: 'http',
  works: true,
  sentence: 'It works: 172.17.0.2:80 answers 200.',
  fix: '',
  kind: 'answers',
  backend: 'http://172.17.0.2:80',
  status: 200,
  ms: 12,
  ...fields,
});
